import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import * as Goal from "../../src/Goal.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { complete, failure, real, setUp, texts } from "./support.ts"

/** A goal whose model waits in the second turn until its gate is opened. */
const begun = Effect.fnUntraced(function* (options: Goal.Options) {
  const scene = yield* setUp()
  const gate = yield* MockModel.gate
  yield* scene.model.enqueue(MockModel.reply("one"), MockModel.hold(complete, gate), MockModel.reply("two"))
  const goal = yield* Effect.forkChild(Effect.exit(scene.runGoal("build it", options)))
  yield* gate.reached
  return { ...scene, gate, ended: Effect.map(Fiber.join(goal), failure) }
})

describe("limits of a goal", () => {
  it.effect("maxDuration pauses it, ends its turn, and reports the partial result; the thread is free", () =>
    Effect.gen(function* () {
      const { ended, stored, thread } = yield* begun({ maxDuration: "1 minute" })
      yield* TestClock.adjust("1 minute")
      const error = yield* ended
      if (error._tag !== "TurnTimedOut" || !Goal.isGoalResult(error.result)) return assert.fail(error._tag)
      assert.deepStrictEqual(error.maxDuration, Duration.millis(60_000))
      assert.strictEqual(error.result.goal.status, "paused")
      assert.deepStrictEqual(texts(error.result), ["one"])
      assert.strictEqual((yield* stored)?.status, "paused")
      assert.deepStrictEqual((yield* thread.run("and now?")).finalResponse, Option.some("two"))
    }).pipe(real)
  )

  it.effect("a paused goal continues when it is set active again", () =>
    Effect.gen(function* () {
      const { ended, model, stored, thread } = yield* begun({ maxDuration: "1 minute" })
      yield* TestClock.adjust("1 minute")
      yield* ended
      yield* model.enqueue(complete, MockModel.reply("done"))
      const before = (yield* model.requests).length
      yield* thread.goal.set({ status: "active" })
      yield* model.received(before + 3)
      yield* model.idle
      assert.strictEqual((yield* stored)?.status, "complete")
    }).pipe(real)
  )

  it.effect("idleTimeout does the same after a time without an event", () =>
    Effect.gen(function* () {
      const { ended, stored } = yield* begun({ idleTimeout: "10 seconds" })
      yield* TestClock.adjust("10 seconds")
      const error = yield* ended
      if (error._tag !== "TurnStalled" || !Goal.isGoalResult(error.result)) return assert.fail(error._tag)
      assert.deepStrictEqual(error.idleTimeout, Duration.millis(10_000))
      assert.strictEqual(error.result.goal.status, "paused")
      assert.strictEqual((yield* stored)?.status, "paused")
    }).pipe(real)
  )

  it.effect("`leave` stops waiting, and the server continues the goal", () =>
    Effect.gen(function* () {
      const { ended, gate, model, stored } = yield* begun({ maxDuration: "1 minute", whenExceeded: "leave" })
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* ended)._tag, "TurnTimedOut")
      assert.strictEqual((yield* stored)?.status, "active")
      yield* gate.release
      yield* model.received(3)
    }).pipe(real)
  )
})
