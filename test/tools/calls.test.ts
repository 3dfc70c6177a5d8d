import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Logger, Option, Schema } from "effect"
import { AiError, Prompt, Tool, Toolkit } from "effect/ai"
import * as DynamicTools from "../../src/DynamicTools.ts"
import type { DynamicToolCallResponse } from "../../src/Protocol.ts"
import { watched } from "../support/watched.ts"
import { failed, ready, said, text } from "./support.ts"

/** A log that the test reads. */
const logged = Effect.sync(() => {
  const lines: Array<string> = []
  const layer = Logger.layer([
    Logger.make(({ cause, message }) => void lines.push(`${String(message)} ${Cause.pretty(cause)}`))
  ])
  return { lines, layer }
})

describe("a tool result", () => {
  const cases: ReadonlyArray<
    readonly [promise: string, schema: Schema.Codec<unknown, unknown>, value: unknown, text: string]
  > = [
    ["that is a string is sent unchanged", Schema.String, 'it\'s "so"', 'it\'s "so"'],
    ["is sent as JSON", Schema.Struct({ a: Schema.Int }), { a: 1 }, `{"a":1}`],
    [
      "that JSON cannot hold is encoded first",
      Schema.Struct({ at: Schema.Date, big: Schema.BigInt }),
      { at: new Date(0), big: 5n },
      `{"at":"1970-01-01T00:00:00.000Z","big":"5"}`
    ],
    ["is encoded by the tool's schema", Schema.FiniteFromString, 5, "5"],
    ["that is empty still has a text", Schema.Void, undefined, "ok"]
  ]
  for (const [promise, success, value, expected] of cases) {
    it.effect(promise, () =>
      Effect.gen(function* () {
        const kit = Toolkit.make(Tool.make("tool", { success }))
        const call = yield* Effect.provide(ready(kit), kit.toLayer({ tool: () => Effect.succeed(value) }))
        assert.deepStrictEqual(text(yield* call("tool")), said(expected))
      })
    )
  }

  it.effect("may be texts and images for the model: bytes, base64 and data URLs", () =>
    Effect.gen(function* () {
      const kit = Toolkit.make(
        Tool.make("draw", {
          success: Schema.Struct({ title: Schema.String }),
          toModelOutput: ({ title }) => [
            Prompt.textPart({ text: title }),
            Prompt.filePart({ mediaType: "image/png", data: new Uint8Array([1, 2, 3]) }),
            Prompt.filePart({ mediaType: "image/png", data: "AQID" }),
            Prompt.filePart({ mediaType: "image/png", data: new URL("data:image/png;base64,AQID") }),
            Prompt.filePart({ mediaType: "audio/wav", data: "AQID" }),
            Prompt.filePart({ mediaType: "application/pdf", fileName: "a.pdf", data: "AQID" })
          ]
        })
      )
      const call = yield* Effect.provide(ready(kit), kit.toLayer({ draw: () => Effect.succeed({ title: "see" }) }))
      const image = { type: "inputImage", imageUrl: "data:image/png;base64,AQID" }
      assert.deepStrictEqual<DynamicToolCallResponse | object>(yield* call("draw"), {
        success: true,
        contentItems: [
          { type: "inputText", text: "see" },
          image,
          image,
          image,
          { type: "inputAudio", audioUrl: "data:audio/wav;base64,AQID" },
          { type: "inputText", text: "[application/pdf a.pdf omitted]" }
        ]
      })
    })
  )

  it.effect("is the final one: preliminary ones are dropped", () =>
    Effect.gen(function* () {
      const kit = Toolkit.make(Tool.make("tool", { success: Schema.String }))
      const handlers = kit.toLayer({
        tool: (_, { preliminary, toolCallId }) => Effect.as(preliminary("half"), `whole of ${toolCallId}`)
      })
      const call = yield* Effect.provide(ready(kit), handlers)
      assert.deepStrictEqual(text(yield* call("tool")), said("whole of call"))
    })
  )
})

describe("arguments", () => {
  it.effect("are decoded by the tool's schema, from JSON", () =>
    Effect.gen(function* () {
      const parameters = Schema.Struct({
        at: Schema.Date,
        n: Schema.FiniteFromString,
        more: Schema.optionalKey(Schema.Int)
      })
      const kit = Toolkit.make(Tool.make("tool", { parameters, success: Schema.String }))
      const handlers = kit.toLayer({
        tool: ({ at, more, n }) => Effect.succeed(`${at.toISOString()} ${typeof n} ${String(more)}`)
      })
      const call = yield* Effect.provide(ready(kit), handlers)
      assert.deepStrictEqual(
        text(yield* call("tool", { at: "1970-01-01T00:00:00.000Z", n: "5" })),
        said("1970-01-01T00:00:00.000Z number undefined")
      )
    })
  )

  it.effect("are explained to the model if they do not match, and the tool does not run", () =>
    Effect.gen(function* () {
      let ran = 0
      const parameters = Schema.Struct({
        n: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 })),
        at: Schema.Date
      })
      const at = "1970-01-01T00:00:00.000Z"
      for (const failureMode of ["error", "return"] as const) {
        const kit = Toolkit.make(Tool.make("tool", { parameters, success: Schema.Int, failureMode }))
        const call = yield* Effect.provide(ready(kit), kit.toLayer({ tool: () => Effect.sync(() => ++ran) }))
        for (const [wrong, expected] of [
          [{ n: 9, at }, /between 1 and 5.*"n"/s],
          [{ n: "1", at }, /"n"/],
          [{ n: 1 }, /"at"/],
          [null, /object/],
          [[1], /object/]
        ] as const) {
          const answer = text(yield* call("tool", wrong))
          assert.isFalse(answer.success)
          assert.match(answer.text, /^Invalid arguments\. /)
          assert.match(answer.text, expected)
        }
      }
      assert.strictEqual(ran, 0)
    })
  )

  it.effect("are passed unchanged to a tool with its own JSON Schema", () =>
    Effect.gen(function* () {
      const kit = Toolkit.make(Tool.dynamic("tool", { parameters: { type: "object" }, success: Schema.Json }))
      const handlers = kit.toLayer({ tool: (given) => Effect.succeed({ given: JSON.stringify(given) }) })
      const call = yield* Effect.provide(ready(kit), handlers)
      assert.deepStrictEqual(text(yield* call("tool", { a: [1] })), said(`{"given":"{\\"a\\":[1]}"}`))
    })
  )

  it.effect("run nothing if the toolkit lacks the tool", () =>
    Effect.gen(function* () {
      const call = yield* ready(Toolkit.empty)
      assert.deepStrictEqual(text(yield* call("toString")), failed("Tool not available"))
    })
  )
})

describe("a failure", () => {
  class NotFound extends Schema.TaggedError<NotFound>()("NotFound", { id: Schema.String }) {}

  for (const failureMode of ["error", "return"] as const) {
    it.effect(`is sent to the model if the tool declares it (failureMode "${failureMode}")`, () =>
      Effect.gen(function* () {
        const kit = Toolkit.make(
          Tool.make("tool", { success: Schema.Int, failure: NotFound, failureMode }),
          Tool.make("plain", { success: Schema.Int, failure: Schema.String, failureMode }),
          Tool.make("until", {
            success: Schema.Int,
            failure: Schema.Struct({ until: Schema.Date, big: Schema.BigInt }),
            failureMode
          })
        )
        const handlers = kit.toLayer({
          tool: () => Effect.fail(new NotFound({ id: "x" })),
          plain: () => Effect.fail("no such thing"),
          until: () => Effect.fail({ until: new Date(0), big: 5n })
        })
        const call = yield* Effect.provide(ready(kit), handlers)
        assert.deepStrictEqual(text(yield* call("tool")), failed(`{"_tag":"NotFound","id":"x"}`))
        assert.deepStrictEqual(text(yield* call("plain")), failed("no such thing"))
        assert.deepStrictEqual(text(yield* call("until")), failed(`{"until":"1970-01-01T00:00:00.000Z","big":"5"}`))
      })
    )

    it.effect(
      `is logged, without details for the model, if undeclared, a defect, or invalid (failureMode "${failureMode}")`,
      () =>
        Effect.gen(function* () {
          const kit = Toolkit.make(Tool.make("tool", { success: Schema.Int, failure: NotFound, failureMode }))
          const secret = "hunter2"
          const endings: ReadonlyArray<
            readonly [Effect.Effect<number, AiError.AiErrorReason | NotFound>, inLog: RegExp]
          > = [
            [
              Effect.failCause(Cause.combine(Cause.fail(new NotFound({ id: "x" })), Cause.die(new Error(secret)))),
              /hunter2/
            ],
            [Effect.die(new Error(secret)), /hunter2/],
            [Effect.fail(new AiError.InvalidUserInputError({ description: secret })), /hunter2/],
            [Effect.succeed(1.5), /integer/],
            [Effect.interrupt, /interrupted/]
          ]
          for (const [ending, inLog] of endings) {
            const { layer, lines } = yield* logged
            const call = yield* Effect.provide(ready(kit), kit.toLayer({ tool: () => ending }))
            assert.deepStrictEqual(text(yield* Effect.provide(call("tool"), layer)), failed("The tool failed"))
            assert.include(lines.join("\n"), "Tool tool failed.")
            assert.match(lines.join("\n"), inLog)
          }
        })
    )
  }
})

it.effect("a handler can read which call it answers", () =>
  Effect.gen(function* () {
    const kit = Toolkit.make(Tool.make("tool", { success: Schema.String }))
    const handlers = kit.toLayer({
      tool: () =>
        Effect.map(DynamicTools.CurrentCall, (call) =>
          Option.match(call, { onNone: () => "", onSome: ({ threadId, tool }) => `${tool} of ${threadId}` })
        )
    })
    const call = yield* Effect.provide(ready(kit), handlers)
    assert.deepStrictEqual(text(yield* call("tool")), said("tool of thread"))
    assert.deepStrictEqual(yield* DynamicTools.CurrentCall, Option.none())
  })
)

it.effect("a toolkit with resolved handlers requires them no more", () =>
  Effect.gen(function* () {
    const kit = Toolkit.make(Tool.make("tool", { success: Schema.String }))
    const found = yield* Effect.provide(
      Effect.map(kit, (found) => found),
      kit.toLayer({ tool: () => Effect.succeed("found") })
    )
    const call = yield* ready(found)
    assert.deepStrictEqual(text(yield* call("tool")), said("found"))
  })
)

it.effect("the span of a call holds neither arguments nor results; spans of the tool are below it", () =>
  Effect.gen(function* () {
    const parameters = Schema.Struct({ password: Schema.String })
    const kit = Toolkit.make(Tool.make("tool", { parameters, success: Schema.String }))
    const parents: Array<string> = []
    const handlers = kit.toLayer({
      tool: ({ password }) =>
        Effect.currentSpan.pipe(
          Effect.orDie,
          Effect.map(({ parent }) => {
            parents.push(Option.match(parent, { onNone: () => "none", onSome: ({ spanId }) => spanId }))
            return `your ${password}`
          }),
          Effect.withSpan("of the tool")
        )
    })
    const { spans, texts } = yield* watched(() =>
      Effect.gen(function* () {
        const call = yield* Effect.provide(ready(kit), handlers)
        assert.deepStrictEqual(text(yield* call("tool", { password: "hunter2" })), said("your hunter2"))
      })
    )
    assert.deepStrictEqual(spans, ["item/tool/call", "of the tool"])
    assert.notDeepEqual(parents, ["none"])
    assert.deepStrictEqual(
      texts.filter((told) => told.includes("hunter2")),
      []
    )
  })
)
