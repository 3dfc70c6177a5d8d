import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, Stream } from "effect"
import { begun } from "./followed.ts"
import * as T from "./support.ts"

describe("the result of a turn", () => {
  it.effect("is the same value on every run, before and after the end, and consumes no events", () =>
    Effect.gen(function* () {
      const { begin, close, say, turn } = yield* begun
      const early = yield* T.background(turn.result)
      const events = yield* T.background(Stream.runCollect(turn.eventsUntilEnd))
      yield* begin
      const meanwhile = yield* T.background(turn.result)
      yield* say("a", "b")
      yield* close("ab")
      const result = yield* turn.result
      assert.strictEqual(yield* Fiber.join(early), result)
      assert.strictEqual(yield* Fiber.join(meanwhile), result)
      assert.strictEqual(yield* turn.result, result)
      assert.deepStrictEqual(result.finalResponse, Option.some("ab"))
      assert.strictEqual(T.textOf(yield* Fiber.join(events)), "ab")
    })
  )

  it.effect("is the same error on every run, before and after the end", () =>
    Effect.gen(function* () {
      const { begin, server, thread, turn } = yield* begun
      const early = yield* T.background(Effect.flip(turn.result))
      yield* begin
      yield* server.notifyAll(T.turnEvents(thread.id, "u", { status: "failed" }).end)
      const failure = yield* Effect.flip(turn.result)
      assert.strictEqual(failure._tag, "TurnFailed")
      assert.strictEqual(yield* Fiber.join(early), failure)
      assert.strictEqual(yield* Effect.flip(turn.result), failure)
    })
  )
})
