/**
 * `currentTime/read` on the real server, which asks for the time when its configuration says that the clock is the client's.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Option } from "effect"
import { TestClock } from "effect/testing"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { TurnFailed } from "../../src/TurnError.ts"
import * as Endings from "./endings.ts"
import * as Test from "./support.ts"

const method = "currentTime/read"

const extra = `[features.current_time_reminder]
enabled = true
clock_source = "external"
`

const layer = (codex?: Codex.Options) => CodexTest.layer({ codex, config: { extra } })

/** A turn in which the model asks for the time. */
const timely = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const model = yield* MockModel.MockModel
  const thread = yield* codex.startThread()
  yield* model.enqueue(
    MockModel.toolCall({ namespace: "clock", name: "curr_time", callId: "clock" }),
    MockModel.reply("done")
  )
  yield* thread.run("hi")
  const [first, second] = yield* model.requests
  return { reminder: JSON.stringify(first?.body), output: JSON.stringify(second?.body) }
})

describe("the time of the real server", () => {
  it.effect("is the program's, in what it tells the model and in the model's tool", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_000_000_000_999)
      const decisions = yield* Endings.watch
      const { output, reminder } = yield* timely
      assert.include(reminder, "<current_time_reminder>It is 2001-09-09 01:46:40 UTC.</current_time_reminder>")
      assert.include(output, '"call_id":"clock","output":"It is 2001-09-09 01:46:40 UTC."')
      assert.isAbove(decisions.length, 1)
      assert.deepStrictEqual(new Set(decisions.map(Test.short)), new Set(["answer by default"]))
    }).pipe(Effect.scoped, Effect.provide(layer()))
  )

  it.live("is a handler's", () =>
    Effect.gen(function* () {
      const decisions = yield* Endings.watch
      const { output, reminder } = yield* timely
      assert.include(reminder, "It is 1970-01-01 00:00:05 UTC.")
      assert.include(output, "It is 1970-01-01 00:00:05 UTC.")
      assert.deepStrictEqual(new Set(decisions.map(Test.short)), new Set(["answer by handler"]))
    }).pipe(
      Effect.scoped,
      Effect.provide(layer({ serverRequests: { [method]: () => Effect.succeed({ currentTimeAt: 5 }) } }))
    )
  )

  const failing: ReadonlyArray<readonly [promise: string, options: Codex.Options, rule: string]> = [
    ["fails", { serverRequests: { [method]: () => Effect.fail("no") } }, "refuse by failure"],
    ["dies", { serverRequests: { [method]: () => Effect.die("no") } }, "refuse by defect"],
    [
      "outlasts its limit",
      { serverRequests: { [method]: () => Effect.never }, serverRequestLimit: "20 millis" },
      "refuse by limit"
    ]
  ]
  for (const [promise, options, rule] of failing) {
    it.live(`of a handler that ${promise} is none: the turn fails before the model is asked`, () =>
      Effect.gen(function* () {
        const decisions = yield* Endings.watch
        const model = yield* MockModel.MockModel
        const error = yield* Effect.flip(timely)
        assert.instanceOf(error, TurnFailed)
        assert.match(Option.getOrThrow(error.result.error).message, /failed to read current time/)
        assert.deepStrictEqual(decisions.map(Test.short), [rule])
        assert.deepStrictEqual(yield* model.requests, [])
      }).pipe(Effect.scoped, Effect.provide(layer(options)), Effect.provide(Logger.layer([])))
    )
  }
})
