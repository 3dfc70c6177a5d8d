import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, Stream } from "effect"
import * as AppServer from "../../src/AppServer.ts"
import * as Goal from "../../src/Goal.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { complete, failure, real, setUp, texts } from "./support.ts"

describe("a failure of a goal", () => {
  for (const [code, status, words] of [
    ["server_error", "blocked", "boom"],
    ["insufficient_quota", "usageLimited", "Quota exceeded. Check your plan and billing details."]
  ] as const) {
    it.live(`is ${status} if a turn fails with ${code}, and the thread accepts turns and goals again`, () =>
      Effect.gen(function* () {
        const { model, runGoal, thread } = yield* setUp()
        yield* model.enqueue(MockModel.reply("one"), MockModel.failed({ code, message: "boom" }))
        const error = failure(yield* Effect.exit(runGoal("build it")))
        if (error._tag !== "TurnFailed" || !Goal.isGoalResult(error.result)) return assert.fail(error._tag)
        assert.strictEqual(error.result.goal.status, status)
        assert.include(Option.getOrThrow(error.result.error).message, words)
        assert.deepStrictEqual(texts(error.result), ["one"])
        // The server reports the thread as broken until the next turn, which does not prevent a goal.
        yield* model.enqueue(complete, MockModel.reply("done"))
        assert.deepStrictEqual(texts(yield* runGoal("build it")), ["done"])
        yield* model.enqueue(MockModel.reply("free"))
        assert.deepStrictEqual((yield* thread.run("and now?")).finalResponse, Option.some("free"))
      }).pipe(real)
    )
  }

  it.live("has the same reason in its events and its result if the server dies", () =>
    Effect.gen(function* () {
      const { model, startGoal } = yield* setUp()
      const { pid } = yield* AppServer.AppServer
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.reply("one"), MockModel.hold(MockModel.reply("two"), gate))
      const goal = yield* startGoal("build it")
      const events = yield* Effect.forkChild(Stream.runDrain(goal.eventsUntilEnd), { startImmediately: true })
      yield* gate.reached
      process.kill(pid, "SIGKILL")
      const [one, two] = [failure(yield* Effect.exit(goal.result)), failure(yield* Fiber.await(events))]
      if (one._tag !== "CodexError" || two._tag !== "CodexError") return assert.fail("another error")
      assert.strictEqual(one.reason._tag, "ConnectionClosed")
      assert.strictEqual(one.reason, two.reason)
    }).pipe(real)
  )

  it.live("is immediate for an invalid objective and an ephemeral thread, without a model request", () =>
    Effect.gen(function* () {
      const { model, runGoal, stored, thread } = yield* setUp()
      // Type boundary: from JavaScript, an objective or a setting may be any value.
      const [objectives, settings] = [
        ["", " \n\t", "x".repeat(4001), "🜁".repeat(4001), 7] as Array<string>,
        [{ tokenBudget: 0 }, { tokenBudget: 1.5 }, { startTimeout: "soon" }] as Array<Goal.Options>
      ]
      for (const objective of objectives) {
        const error = failure(yield* Effect.exit(runGoal(objective)))
        if (error._tag !== "CodexError" || error.reason._tag !== "InvalidInput") return assert.fail(error._tag)
        assert.strictEqual(error.reason.argument, "objective")
      }
      for (const options of settings) {
        const error = failure(yield* Effect.exit(runGoal("build it", options)))
        assert.strictEqual(error._tag === "CodexError" ? error.reason._tag : error._tag, "InvalidOptions")
      }
      assert.isUndefined(yield* stored)
      const ephemeral = yield* setUp({ ephemeral: true })
      const error = failure(yield* Effect.exit(ephemeral.runGoal("build it")))
      assert.strictEqual(error._tag === "GoalError" ? error.reason._tag : error._tag, "ThreadNotPersisted")
      assert.strictEqual((yield* model.requests).length, 0)
      yield* model.enqueue(MockModel.reply("free"), MockModel.reply("free too"))
      assert.deepStrictEqual((yield* thread.run("hi")).finalResponse, Option.some("free"))
      assert.deepStrictEqual((yield* ephemeral.thread.run("hi")).finalResponse, Option.some("free too"))
    }).pipe(real)
  )

  it.live("does not occur for 4,000 characters of any size in bytes", () =>
    Effect.gen(function* () {
      const { model, runGoal } = yield* setUp()
      yield* model.enqueue(complete, MockModel.reply("done"))
      assert.strictEqual((yield* runGoal("🜁".repeat(4000))).goal.status, "complete")
    }).pipe(real)
  )

  it.live("says that goals are disabled, and the thread is free", () =>
    Effect.gen(function* () {
      const { model, runGoal, thread } = yield* setUp()
      const error = failure(yield* Effect.exit(runGoal("build it")))
      assert.strictEqual(error._tag === "GoalError" ? error.reason._tag : error._tag, "GoalsDisabled")
      yield* model.enqueue(MockModel.reply("free"))
      assert.deepStrictEqual((yield* thread.run("hi")).finalResponse, Option.some("free"))
    }).pipe((effect) => real(effect, { config: { features: { goals: false } } }))
  )

  it.live("is immediate for a thread with a running turn or goal, which continues unchanged", () =>
    Effect.gen(function* () {
      const { model, runGoal, startGoal, stored, thread } = yield* setUp()
      const busy = Effect.gen(function* () {
        const error = failure(yield* Effect.exit(runGoal("another")))
        assert.strictEqual(error._tag === "CodexError" ? error.reason._tag : error._tag, "ThreadBusy")
      })
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("unharmed"), gate))
      const turn = yield* thread.turn("hi")
      yield* gate.reached
      yield* busy
      yield* gate.release
      assert.deepStrictEqual((yield* turn.result).finalResponse, Option.some("unharmed"))
      assert.isUndefined(yield* stored)
      const second = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(complete, second), MockModel.reply("done"))
      const goal = yield* startGoal("build it")
      yield* second.reached
      yield* busy
      yield* second.release
      assert.strictEqual((yield* goal.result).goal.objective, "build it")
    }).pipe(real)
  )
})
