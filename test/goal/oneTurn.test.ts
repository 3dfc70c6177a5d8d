import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Fiber, Option, Stream } from "effect"
import * as MockModel from "../../src/testing/MockModel.ts"
import type * as Turn from "../../src/Turn.ts"
import { complete, declare, failure, real, setUp, texts } from "./support.ts"

/** Returns the turn id of an event. */
const idsOf = (event: Turn.TurnEvent): ReadonlyArray<unknown> => {
  if (event.method === "~snapshot") return [event.state.id]
  const params = event.raw["params"]
  const { turn, turnId } =
    params instanceof Object ? { turn: Reflect.get(params, "turn"), turnId: Reflect.get(params, "turnId") } : {}
  return turn instanceof Object ? [Reflect.get(turn, "id")] : [turnId]
}

describe("a goal as one turn", () => {
  it.live("has one id, one start and one end for all continuations, and sends the objective to the model", () =>
    Effect.gen(function* () {
      const { client, model, startGoal, thread } = yield* setUp()
      const listeners = client["~session"].size()
      yield* model.enqueue(MockModel.reply("one"), MockModel.reply("two"), complete, MockModel.reply("three"))
      const goal = yield* startGoal("  build it \n")
      const events = yield* Stream.runCollect(goal.eventsUntilEnd)
      assert.deepStrictEqual([...new Set(events.flatMap(idsOf))], [goal.id])
      const methods = events.map(({ method }) => method)
      assert.strictEqual(methods.at(0), "turn/started")
      assert.strictEqual(methods.at(-1), "turn/completed")
      for (const method of ["turn/started", "turn/completed"] as const) {
        assert.strictEqual(methods.filter((each) => each === method).length, 1)
      }
      assert.isFalse(events.some(({ method }) => method.startsWith("thread/goal/")))
      const requests = yield* model.requests
      assert.strictEqual(requests.length, 4)
      assert.include(
        JSON.stringify(requests[0]?.body),
        '"name":"goal_objective","namespace":"agent","output":"build it"'
      )
      assert.deepStrictEqual(texts(yield* goal.result), ["one", "two", "three"])
      assert.strictEqual(client["~session"].size(), listeners)
      yield* model.enqueue(MockModel.reply("free"))
      assert.deepStrictEqual((yield* thread.run("and now?")).finalResponse, Option.some("free"))
    }).pipe(real)
  )

  it.live("has the tokens of all its turns and nothing earlier, and the time from start to end", () =>
    Effect.gen(function* () {
      const { model, runGoal, thread } = yield* setUp()
      yield* model.enqueue(MockModel.reply("before", { usage: { inputTokens: 100, outputTokens: 1 } }))
      yield* thread.run("hi")
      yield* model.enqueue(
        MockModel.reply("one"),
        complete,
        MockModel.reply("two", { usage: { inputTokens: 30, outputTokens: 7 } })
      )
      const result = yield* runGoal("build it")
      const usage = Option.getOrThrow(result.usage)
      assert.deepStrictEqual(
        [usage.last.totalTokens, usage.turn.totalTokens, usage.total.totalTokens],
        [37, 15 + 15 + 37, 101 + 15 + 15 + 37]
      )
      assert.strictEqual(result.status, "completed")
      assert.deepStrictEqual(result.finalResponse, Option.some("two"))
      assert.strictEqual(result.goal.status, "complete")
      assert.strictEqual(result.goal.objective, "build it")
      const [started, completed] = [Option.getOrThrow(result.startedAt), Option.getOrThrow(result.completedAt)]
      const duration = Option.getOrThrow(result.duration)
      assert.isAbove(Duration.toMillis(duration), 0)
      assert.isAtMost(
        Math.abs(Duration.toMillis(DateTime.distance(started, completed)) - Duration.toMillis(duration)),
        1000
      )
    }).pipe(real)
  )

  it.live(
    "ends in its first turn if it is complete there; then it cannot be steered, and interrupting says that it ended",
    () =>
      Effect.gen(function* () {
        const { model, startGoal, stored } = yield* setUp()
        yield* model.enqueue(complete, MockModel.reply("done"))
        const goal = yield* startGoal("build it")
        const result = yield* goal.result
        assert.deepStrictEqual(texts(result), ["done"])
        assert.strictEqual(yield* goal.result, result)
        const error = failure(yield* Effect.exit(goal.steer("more")))
        assert.strictEqual(error.reason._tag, "NoActiveTurn")
        assert.deepStrictEqual(yield* goal.interrupt(), { ended: true, terminalsEnded: 0 })
        assert.strictEqual((yield* stored)?.status, "complete")
        assert.strictEqual((yield* goal.goal).status, "complete")
      }).pipe(real)
  )

  it.live("replaces an earlier goal of the thread", () =>
    Effect.gen(function* () {
      const { client, model, runGoal, stored, thread } = yield* setUp()
      yield* client.request("thread/goal/set", {
        threadId: thread.id,
        objective: "the old one",
        status: "paused",
        tokenBudget: 1
      })
      yield* model.enqueue(MockModel.reply("one"), complete, MockModel.reply("two"))
      const result = yield* runGoal("the new one")
      assert.deepStrictEqual(result.goal.tokenBudget, Option.none())
      assert.deepStrictEqual(texts(result), ["one", "two"])
      assert.strictEqual((yield* stored)?.objective, "the new one")
    }).pipe(real)
  )

  it.live("holds its thread until its end: a run waits for it", () =>
    Effect.gen(function* () {
      const { model, startGoal, thread } = yield* setUp()
      const gate = yield* MockModel.gate
      yield* model.enqueue(
        MockModel.reply("one"),
        MockModel.hold(complete, gate),
        MockModel.reply("two"),
        MockModel.reply("after")
      )
      const goal = yield* startGoal("build it")
      const run = yield* Effect.forkChild(thread.run("and now?"), { startImmediately: true })
      yield* gate.reached
      yield* gate.release
      assert.deepStrictEqual(texts(yield* goal.result), ["one", "two"])
      assert.deepStrictEqual((yield* Fiber.join(run)).finalResponse, Option.some("after"))
    }).pipe(real)
  )

  it.live("ends when its token budget is used, when the model gives up, and when another client clears it", () =>
    Effect.gen(function* () {
      const { client, model, runGoal, startGoal, thread } = yield* setUp()
      yield* model.enqueue(MockModel.reply("one"), MockModel.reply("two"))
      const limited = yield* runGoal("build it", { tokenBudget: 20 })
      assert.strictEqual(limited.goal.status, "budgetLimited")
      assert.deepStrictEqual(limited.goal.tokenBudget, Option.some(20))
      assert.deepStrictEqual(texts(limited), ["one", "two"])
      yield* model.enqueue(declare("blocked"), MockModel.reply("no way"))
      assert.strictEqual((yield* runGoal("build it")).goal.status, "blocked")
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("last"), gate))
      const goal = yield* startGoal("build it")
      yield* gate.reached
      yield* client.request("thread/goal/clear", { threadId: thread.id })
      yield* gate.release
      const cleared = yield* goal.result
      assert.strictEqual(cleared.goal.status, "cleared")
      assert.deepStrictEqual(texts(cleared), ["last"])
    }).pipe(real)
  )

  it.live("has a tree and a state over all continuations", () =>
    Effect.gen(function* () {
      const { model, startGoal } = yield* setUp()
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("one"), gate), complete, MockModel.reply("two"))
      const goal = yield* startGoal("build it")
      const tree = yield* Effect.forkChild(Stream.runCollect(goal.tree), { startImmediately: true })
      const states = yield* Effect.forkChild(Stream.runLast(goal.stateChanges), { startImmediately: true })
      yield* gate.reached
      yield* gate.release
      const events = yield* Fiber.join(tree)
      const items = events.flatMap(({ event }) => (event.method === "item/completed" ? [event.params.turnId] : []))
      assert.deepStrictEqual(items, [goal.id, goal.id])
      assert.strictEqual(events.at(-1)?.event.method, "turn/completed")
      const last = Option.getOrThrow(yield* Fiber.join(states))
      assert.deepStrictEqual(last, yield* goal.state)
      assert.deepStrictEqual(
        last.items.map(({ text }) => text),
        ["one", "two"]
      )
      assert.strictEqual(last.status, "completed")
    }).pipe(real)
  )
})
