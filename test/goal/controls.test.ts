import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, Stream } from "effect"
import * as Goal from "../../src/Goal.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { complete, failure, real, setUp, texts } from "./support.ts"

describe("controls of a goal", () => {
  it.live("steering reaches the running continuation", () =>
    Effect.gen(function* () {
      const { model, startGoal } = yield* setUp()
      const gate = yield* MockModel.gate
      yield* model.enqueue(
        MockModel.reply("one"),
        MockModel.hold(MockModel.reply("two"), gate),
        complete,
        MockModel.reply("three")
      )
      const goal = yield* startGoal("build it")
      yield* gate.reached
      yield* goal.steer("mind the gap")
      const requests = yield* model.received(3)
      assert.include(JSON.stringify(requests[2]?.body), "mind the gap")
      assert.strictEqual((yield* goal.result).goal.status, "complete")
    }).pipe(real)
  )

  it.live("interrupting pauses the goal and ends its turn; the thread is free afterwards", () =>
    Effect.gen(function* () {
      const { model, startGoal, stored, thread } = yield* setUp()
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.reply("one"), MockModel.hold(MockModel.reply("two"), gate))
      const goal = yield* startGoal("build it")
      yield* gate.reached
      assert.deepStrictEqual(yield* goal.interrupt(), { ended: true, terminalsEnded: 0 })
      const error = failure(yield* Effect.exit(goal.result))
      assert.strictEqual(error._tag, "TurnInterrupted")
      if (error._tag !== "TurnInterrupted" || !Goal.isGoalResult(error.result)) return assert.fail("no goal in it")
      assert.strictEqual(error.result.goal.status, "paused")
      assert.deepStrictEqual(texts(error.result), ["one"])
      assert.strictEqual((yield* stored)?.status, "paused")
      yield* model.enqueue(MockModel.reply("free"))
      assert.deepStrictEqual((yield* thread.run("and now?")).finalResponse, Option.some("free"))
    }).pipe(real)
  )

  it.live("interrupting the fiber of `runGoal` does the same", () =>
    Effect.gen(function* () {
      const { client, model, runGoal, stored, thread } = yield* setUp()
      const listeners = client["~session"].size()
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.reply("one"), MockModel.hold(MockModel.reply("two"), gate))
      const fiber = yield* Effect.forkChild(runGoal("build it"))
      yield* gate.reached
      yield* Fiber.interrupt(fiber)
      assert.strictEqual((yield* stored)?.status, "paused")
      assert.strictEqual(client["~session"].size(), listeners)
      yield* model.enqueue(MockModel.reply("free"))
      assert.deepStrictEqual((yield* thread.run("and now?")).finalResponse, Option.some("free"))
    }).pipe(real)
  )

  it.live("an interruption of its turn by another client ends the goal, and the server does not continue it", () =>
    Effect.gen(function* () {
      const { client, model, startGoal, stored, thread } = yield* setUp()
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("one"), gate))
      const goal = yield* startGoal("build it")
      yield* gate.reached
      yield* client.request("turn/interrupt", { threadId: thread.id, turnId: goal.id })
      const error = failure(yield* Effect.exit(goal.result))
      if (error._tag !== "TurnInterrupted" || !Goal.isGoalResult(error.result)) return assert.fail(error._tag)
      assert.strictEqual(error.result.goal.status, "paused")
      assert.strictEqual((yield* stored)?.status, "paused")
      yield* model.enqueue(MockModel.reply("free"))
      assert.deepStrictEqual((yield* thread.run("and now?")).finalResponse, Option.some("free"))
    }).pipe(real)
  )

  it.live("closing its stream leaves the goal active until its end", () =>
    Effect.gen(function* () {
      const { model, startGoal, stored } = yield* setUp()
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.reply("one"), MockModel.hold(complete, gate), MockModel.reply("two"))
      const goal = yield* startGoal("build it")
      yield* Stream.runDrain(Stream.take(goal.eventsUntilEnd, 1))
      yield* gate.reached
      assert.strictEqual((yield* stored)?.status, "active")
      yield* gate.release
      assert.deepStrictEqual(texts(yield* goal.result), ["one", "two"])
    }).pipe(real)
  )
})
