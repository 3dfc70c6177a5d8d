import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Logger } from "effect"
import * as MockModel from "../../../src/testing/MockModel.ts"
import { at } from "../../support/rawDriver.ts"
import { ask, events, names, post, untilBroken, withModel } from "./support.ts"

describe("MockModel over HTTP", () => {
  it.effect("streams a reply as created, added, one event for each delta, done and completed with usage", () =>
    withModel((model) =>
      Effect.gen(function* () {
        const usage = { inputTokens: 7, cachedInputTokens: 3, outputTokens: 6, reasoningOutputTokens: 5 }
        yield* model.enqueue(MockModel.reply("hello", { deltas: ["he", "llo"], phase: "final_answer", usage }))
        const { response, text } = yield* ask(model)
        assert.strictEqual(response.headers.get("content-type"), "text/event-stream")
        assert.deepStrictEqual(names(text), [
          "response.created",
          "response.output_item.added",
          "response.output_text.delta",
          "response.output_text.delta",
          "response.output_item.done",
          "response.completed"
        ])
        for (const event of events(text)) assert.strictEqual(at(event.data, "type"), event.name)
        assert.strictEqual(at(events(text)[3]?.data, "delta"), "llo")
        assert.strictEqual(at(events(text)[4]?.data, "item", "phase"), "final_answer")
        assert.deepStrictEqual(at(events(text)[4]?.data, "item", "content"), [{ type: "output_text", text: "hello" }])
        assert.deepStrictEqual(at(events(text)[5]?.data, "response", "usage"), {
          input_tokens: 7,
          input_tokens_details: { cached_tokens: 3 },
          output_tokens: 6,
          output_tokens_details: { reasoning_tokens: 5 },
          total_tokens: 13
        })
      })
    )
  )

  it.effect("streams several items in their order, and never repeats an id", () =>
    withModel((model) =>
      Effect.gen(function* () {
        const items = [
          MockModel.reasoning(["why", "how"], { raw: ["hm"] }),
          MockModel.message("m", { phase: "commentary" }),
          MockModel.message("n", { phase: null }),
          MockModel.toolCall({ name: "spawn", namespace: "agents", arguments: { a: 1 }, callId: "call-x" }),
          MockModel.customToolCall({ name: "free", input: "text" })
        ]
        yield* model.enqueue(MockModel.response(items), MockModel.response(items))
        const first = events((yield* ask(model)).text)
        const second = events((yield* ask(model)).text)
        const done = [...first, ...second].filter((event) => event.name === "response.output_item.done")
        assert.deepStrictEqual(
          done.slice(0, 5).map((event) => at(event.data, "item", "type")),
          ["reasoning", "message", "message", "function_call", "custom_tool_call"]
        )
        assert.deepStrictEqual(
          done.slice(1, 3).map((event) => at(event.data, "item", "phase")),
          ["commentary", null]
        )
        assert.strictEqual(at(done[3]?.data, "item", "arguments"), '{"a":1}')
        assert.strictEqual(at(done[3]?.data, "item", "namespace"), "agents")
        assert.strictEqual(at(done[3]?.data, "item", "call_id"), "call-x")
        assert.strictEqual(new Set(done.map((event) => at(event.data, "item", "id"))).size, 10)
        assert.notStrictEqual(at(first[0]?.data, "response", "id"), at(second[0]?.data, "response", "id"))
      })
    )
  )

  it.effect("uses replies first in, first out; a responder receives the request and may be an Effect", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(
          MockModel.reply("one"),
          MockModel.respondWith((request) => MockModel.reply(`you said ${request.lastUserText}`)),
          MockModel.respondWith(() => Effect.succeed(MockModel.message("from an effect")))
        )
        assert.strictEqual(yield* model.remaining, 3)
        assert.include((yield* ask(model)).text, '"delta":"one"')
        assert.include((yield* ask(model)).text, '"delta":"you said hi"')
        assert.include((yield* ask(model)).text, '"delta":"from an effect"')
        assert.strictEqual(yield* model.remaining, 0)
      })
    )
  )

  it.effect("answers 400 with the reason if a responder throws", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(
          MockModel.respondWith(() => {
            throw new Error("my mistake")
          })
        )
        const { response, text } = yield* ask(model)
        assert.strictEqual(response.status, 400)
        assert.include(text, "my mistake")
      })
    )
  )

  it.effect("answers 400 and warns if the queue is empty, or uses the fallback", () =>
    Effect.gen(function* () {
      const warnings: Array<unknown> = []
      const logger = Logger.make(({ message }) => warnings.push(message))
      const strict = yield* MockModel.make().pipe(Effect.provide(Logger.layer([logger])))
      const refused = yield* ask(strict)
      assert.include(String(warnings), "no reply is queued")
      assert.include(String(warnings), "The prompt has 2 characters")
      assert.strictEqual(refused.response.status, 400)
      assert.include(refused.text, "no reply is queued")
      // A prompt can hold secrets.
      for (const shown of [String(warnings), refused.text]) assert.notMatch(shown, /\bhi\b/)
      const kind = yield* MockModel.make({ fallback: (request) => MockModel.reply(`echo ${request.lastUserText}`) })
      yield* kind.enqueue(MockModel.reply("queued"))
      assert.include((yield* ask(kind)).text, "queued")
      assert.include((yield* ask(kind)).text, "echo hi")
    })
  )

  it.effect("dies in the call that receives an invalid script", () =>
    withModel((model) =>
      Effect.gen(function* () {
        // Type boundary: what a caller without types can write.
        for (const script of ["hello", undefined, null] as ReadonlyArray<unknown> as ReadonlyArray<MockModel.Script>) {
          const exit = yield* Effect.exit(model.enqueue(script))
          assert.include(String(exit), "MockModel.reply")
        }
        assert.strictEqual(yield* model.remaining, 0)
      })
    )
  )

  it.effect("answers a status with its body and headers", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(
          MockModel.status(429, { error: { code: "rate_limit" } }, { "retry-after": "7" }),
          MockModel.status(503, "down")
        )
        const limited = yield* ask(model)
        assert.strictEqual(limited.response.status, 429)
        assert.strictEqual(limited.response.headers.get("retry-after"), "7")
        assert.deepStrictEqual(JSON.parse(limited.text), { error: { code: "rate_limit" } })
        const down = yield* ask(model)
        assert.deepStrictEqual([down.response.status, down.text], [503, "down"])
      })
    )
  )

  it.effect("ends failed, incomplete and raw responses as scripted", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(
          MockModel.failed({ code: "rate_limit_exceeded", message: "slow", items: [MockModel.message("part")] }),
          MockModel.incomplete(),
          MockModel.rawResponse([{ type: "response.future", x: 1 }])
        )
        const failed = events((yield* ask(model)).text).at(-1)
        assert.deepStrictEqual(at(failed?.data, "response", "error"), { code: "rate_limit_exceeded", message: "slow" })
        const incomplete = events((yield* ask(model)).text).at(-1)
        assert.deepStrictEqual(at(incomplete?.data, "response", "incomplete_details"), { reason: "max_output_tokens" })
        assert.deepStrictEqual(events((yield* ask(model)).text), [
          { name: "response.future", data: { type: "response.future", x: 1 } }
        ])
      })
    )
  )

  it.effect("drops a connection after exactly the scripted events", () =>
    withModel((model) =>
      Effect.gen(function* () {
        const reply = MockModel.deltas(["he", "llo"])
        yield* model.enqueue(MockModel.drop({ after: 3, reply }), MockModel.drop())
        const seen = yield* untilBroken(model)
        assert.deepStrictEqual(names(seen), [
          "response.created",
          "response.output_item.added",
          "response.output_text.delta"
        ])
        const refused = yield* Effect.exit(Effect.tryPromise(() => post(model)))
        assert.isTrue(Exit.isFailure(refused))
      })
    )
  )
})
