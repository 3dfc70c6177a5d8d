import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Option, Stream } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { at } from "../support/rawDriver.ts"
import { onBinary } from "./realSupport.ts"
import { messages, methodsOf } from "./support.ts"

const { message, reply } = MockModel

/** One turn on the real binary with these answers of the model. */
const turnOf = (...scripts: ReadonlyArray<MockModel.Script>) =>
  Effect.gen(function* () {
    const model = yield* MockModel.MockModel
    yield* model.enqueue(...scripts)
    const codex = yield* Codex.Codex
    const thread = yield* codex.startThread()
    return yield* thread.run("hi")
  })

const call = (inputTokens: number) =>
  MockModel.response([MockModel.execCommand("true")], { usage: { inputTokens, outputTokens: 1 } })

const last = (inputTokens: number) => reply("done", { usage: { inputTokens, outputTokens: 1 } })

describe("run, on the real binary", () => {
  it.live("returns the answer, the items and the usage, and asks the model once with the input", () =>
    Effect.gen(function* () {
      const result = yield* turnOf(reply("hello"))
      const model = yield* MockModel.MockModel
      const [request] = yield* model.received(1)
      assert.deepStrictEqual(result.finalResponse, Option.some("hello"))
      assert.deepStrictEqual(messages(result.items), ["hello"])
      assert.isTrue(Option.isSome(result.usage))
      assert.strictEqual(request?.lastUserText, "hi")
      assert.strictEqual(at(request?.body, "model"), "mock-model")
      assert.strictEqual(at(request?.body, "stream"), true)
      assert.strictEqual((yield* model.requests).length, 1)
    }).pipe(onBinary())
  )

  it.live("returns ten fields, filled from the completion", () =>
    Effect.gen(function* () {
      const before = Math.floor(Date.now() / 1000)
      const result = yield* turnOf(reply("hello"))
      assert.deepStrictEqual(Object.keys(result), [
        "id",
        "status",
        "error",
        "startedAt",
        "completedAt",
        "duration",
        "finalResponse",
        "items",
        "usage",
        "unfinishedItems",
        "warnings"
      ])
      assert.match(result.id, /^[\w-]+$/)
      assert.strictEqual(result.status, "completed")
      assert.deepStrictEqual(result.error, Option.none())
      assert.isAtLeast(DateTime.toEpochMillis(Option.getOrThrow(result.startedAt)), before * 1000)
      assert.isAtLeast(
        DateTime.toEpochMillis(Option.getOrThrow(result.completedAt)),
        DateTime.toEpochMillis(Option.getOrThrow(result.startedAt))
      )
      assert.isAtLeast(Duration.toMillis(Option.getOrThrow(result.duration)), 0)
      assert.deepStrictEqual(
        result.items.map(({ type }) => type),
        ["userMessage", "agentMessage"]
      )
      assert.deepStrictEqual(result.unfinishedItems, [])
    }).pipe(onBinary())
  )

  it.live("sends the turn's settings to the model, and returns the model's usage in three views", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const usage = { inputTokens: 20, cachedInputTokens: 3, outputTokens: 9, reasoningOutputTokens: 5 }
      yield* model.enqueue(reply("one", { usage }), reply("two", { usage: { inputTokens: 100, outputTokens: 1 } }))
      const thread = yield* (yield* Codex.Codex).startThread()
      const first = yield* thread.run("hi", { model: "another-model", effort: "low", source: "a test" })
      const second = yield* thread.run("again")
      const [request] = yield* model.received(1)
      assert.strictEqual(at(request?.body, "model"), "another-model")
      const counts = Option.getOrThrow(first.usage)
      const expected = {
        cacheWriteInputTokens: 0,
        cachedInputTokens: 3,
        inputTokens: 20,
        outputTokens: 9,
        reasoningOutputTokens: 5,
        totalTokens: 29
      }
      assert.deepStrictEqual(counts.last, expected)
      assert.deepStrictEqual(counts.total, expected)
      assert.deepStrictEqual(counts.turn, expected)
      const later = Option.getOrThrow(second.usage)
      assert.strictEqual(later.total.totalTokens, 130)
      assert.strictEqual(later.last.totalTokens, 101)
      assert.strictEqual(later.turn.totalTokens, 101)
    }).pipe(onBinary())
  )

  it.live("counts all model responses of a turn together, also on a resumed thread", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      yield* model.enqueue(call(10), last(20), call(30), last(40))
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      const first = yield* thread.run("one")
      const resumed = yield* codex.resumeThread(thread.id)
      const second = yield* resumed.run("two")
      assert.strictEqual(Option.getOrThrow(first.usage).turn.totalTokens, 32)
      assert.strictEqual(Option.getOrThrow(second.usage).turn.totalTokens, 72)
      assert.strictEqual(Option.getOrThrow(second.usage).last.totalTokens, 41)
      assert.strictEqual(Option.getOrThrow(second.usage).total.totalTokens, 104)
    }).pipe(onBinary())
  )

  const finals: ReadonlyArray<readonly [string, ReadonlyArray<MockModel.Item>, Option.Option<string>]> = [
    ["a message without a phase", [message("a")], Option.some("a")],
    ["the last of those without a phase", [message("a"), message("b")], Option.some("b")],
    ["the last, even if it is empty", [message("a"), message("")], Option.some("")],
    ["nothing, where all is commentary", [message("a", { phase: "commentary" })], Option.none()],
    ["the final answer", [message("a", { phase: "final_answer" })], Option.some("a")],
    [
      "the final answer before a later commentary",
      [message("a", { phase: "final_answer" }), message("b", { phase: "commentary" })],
      Option.some("a")
    ],
    [
      "the last of two final answers",
      [message("a", { phase: "final_answer" }), message("b", { phase: "final_answer" })],
      Option.some("b")
    ],
    [
      "the final answer after one without a phase",
      [message("a"), message("b", { phase: "final_answer" })],
      Option.some("b")
    ],
    [
      "the final answer, also before one without a phase",
      [message("a", { phase: "final_answer" }), message("b")],
      Option.some("a")
    ],
    ["nothing, where there is no message", [MockModel.reasoning("thinking")], Option.none()]
  ]

  it.live("returns the answer as final response, for each order of phases", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const codex = yield* Codex.Codex
      for (const [name, items, expected] of finals) {
        yield* model.enqueue(MockModel.response(items))
        const thread = yield* codex.startThread()
        assert.deepStrictEqual((yield* thread.run(name)).finalResponse, expected, name)
      }
    }).pipe(onBinary())
  )

  it.live("treats an error that the server retries as progress, and completes the turn", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      yield* model.enqueue(MockModel.drop({ after: 1 }), reply("at last"))
      const thread = yield* (yield* Codex.Codex).startThread()
      const turn = yield* thread.turn("hi")
      const events = yield* Stream.runCollect(turn.eventsUntilEnd)
      const errors = events.flatMap((event) => (event.method === "error" ? [event.params.willRetry] : []))
      assert.deepStrictEqual(errors, [true])
      assert.deepStrictEqual((yield* turn.result).finalResponse, Option.some("at last"))
      assert.deepStrictEqual((yield* turn.state).retrying, Option.none())
      assert.strictEqual(methodsOf(events).at(-1), "turn/completed")
    }).pipe(onBinary({ config: { streamMaxRetries: 1 } }))
  )
})
