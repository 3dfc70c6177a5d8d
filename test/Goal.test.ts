import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Option, Stream } from "effect"
import * as AppServer from "../src/AppServer.ts"
import * as Codex from "../src/Codex.ts"
import * as CodexClient from "../src/CodexClient.ts"
import * as Goal from "../src/Goal.ts"
import * as goals from "../src/internal/goal/goals.ts"
import * as turns from "../src/internal/turn/turns.ts"
import * as CodexTest from "../src/testing/CodexTest.ts"
import * as MockModel from "../src/testing/MockModel.ts"
import * as threadHandle from "../src/internal/thread/threadHandle.ts"
import type * as Turn from "../src/Turn.ts"

/** A thread of the real server, with goals, and ordinary turns that share its lock with them. */
const setUp = Effect.fnUntraced(function* (options?: Codex.StartThreadOptions) {
  const codex = yield* Codex.Codex
  const client = yield* CodexClient.CodexClient
  const connection = { client, turns: turns.make(client) }
  const thread = threadHandle.make(connection, (yield* codex.startThread(options)).reply)
  return {
    model: yield* MockModel.MockModel,
    client,
    thread,
    runGoal: (objective: string, options?: Goal.GoalOptions) =>
      goals.runGoal(connection, thread.id, objective, options),
    startGoal: (objective: string, options?: Goal.GoalOptions) =>
      goals.startGoal(connection, thread.id, objective, options),
    stored: Effect.map(client.request("thread/goal/get", { threadId: thread.id }), ({ goal }) => goal ?? undefined)
  }
})

const declare = (status: string) =>
  MockModel.response([MockModel.toolCall({ name: "update_goal", arguments: { status } })])
const complete = declare("complete")

/** What one test needs, on a server of its own. */
const real = <A, E>(effect: Effect.Effect<A, E, CodexTest.Services>, options?: CodexTest.Options) =>
  Effect.provide(effect, CodexTest.layer(options))

const failure = <A, E>(exit: Exit.Exit<A, E>): E => Option.getOrThrow(Exit.findErrorOption(exit))

const texts = (result: Turn.TurnResult): ReadonlyArray<string> =>
  result.items.flatMap((item) => (item.type === "agentMessage" ? [item.text] : []))

/** The turn that an event says it belongs to. */
const idsOf = (event: Turn.TurnEvent): ReadonlyArray<unknown> => {
  if (event.method === "~snapshot") return [event.state.id]
  const params = event.raw["params"]
  const { turn, turnId } =
    params instanceof Object ? { turn: Reflect.get(params, "turn"), turnId: Reflect.get(params, "turnId") } : {}
  return turn instanceof Object ? [Reflect.get(turn, "id")] : [turnId]
}

describe("a goal as one turn", () => {
  it.live(
    "is shown over its continuations with one id, one beginning and one end, and asks the model for the objective",
    () =>
      Effect.gen(function* () {
        const { client, model, startGoal, thread } = yield* setUp()
        const listeners = client["~router"].size()
        yield* model.enqueue(MockModel.reply("one"), MockModel.reply("two"), complete, MockModel.reply("three"))
        const goal = yield* startGoal("  build it \n")
        const events = yield* Stream.runCollect(goal.events)
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
        assert.strictEqual(client["~router"].size(), listeners)
        yield* model.enqueue(MockModel.reply("free"))
        assert.deepStrictEqual((yield* thread.run("and now?")).finalResponse, Option.some("free"))
      }).pipe(real)
  )

  it.live(
    "its result counts the tokens of all its turns and nothing before them, and its time from beginning to end",
    () =>
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
        const duration = Option.getOrThrow(result.durationMs)
        assert.isAbove(duration, 0)
        assert.isAtMost(Math.abs((completed - started) * 1000 - duration), 1000)
      }).pipe(real)
  )

  it.live(
    "that is reached in its first turn ends there; then it can't be steered, and interrupting tells that it has ended",
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

  it.live("replaces the goal that the thread had", () =>
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

  it.live("ends when its tokens are used, when the model gives up, and when somebody clears it", () =>
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

  it.live("its tree and its state go over the continuations too", () =>
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

describe("controls of a goal", () => {
  it.live("steering reaches the continuation that runs", () =>
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
      const listeners = client["~router"].size()
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.reply("one"), MockModel.hold(MockModel.reply("two"), gate))
      const fiber = yield* Effect.forkChild(runGoal("build it"))
      yield* gate.reached
      yield* Fiber.interrupt(fiber)
      assert.strictEqual((yield* stored)?.status, "paused")
      assert.strictEqual(client["~router"].size(), listeners)
      yield* model.enqueue(MockModel.reply("free"))
      assert.deepStrictEqual((yield* thread.run("and now?")).finalResponse, Option.some("free"))
    }).pipe(real)
  )

  it.live("leaving the events early leaves the goal active, and its end comes", () =>
    Effect.gen(function* () {
      const { model, startGoal, stored } = yield* setUp()
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.reply("one"), MockModel.hold(complete, gate), MockModel.reply("two"))
      const goal = yield* startGoal("build it")
      yield* Stream.runDrain(Stream.take(goal.events, 1))
      yield* gate.reached
      assert.strictEqual((yield* stored)?.status, "active")
      yield* gate.release
      assert.deepStrictEqual(texts(yield* goal.result), ["one", "two"])
    }).pipe(real)
  )
})

describe("how a goal fails", () => {
  for (const [code, status, words] of [
    ["server_error", "blocked", "boom"],
    ["insufficient_quota", "usageLimited", "Quota exceeded. Check your plan and billing details."]
  ] as const) {
    it.live(`a turn that fails with ${code} fails it as ${status}, and the thread takes turns and goals again`, () =>
      Effect.gen(function* () {
        const { model, runGoal, thread } = yield* setUp()
        yield* model.enqueue(MockModel.reply("one"), MockModel.failed({ code, message: "boom" }))
        const error = failure(yield* Effect.exit(runGoal("build it")))
        if (error._tag !== "TurnFailed" || !Goal.isGoalResult(error.result)) return assert.fail(error._tag)
        assert.strictEqual(error.result.goal.status, status)
        assert.include(Option.getOrThrow(error.result.error).message, words)
        assert.deepStrictEqual(texts(error.result), ["one"])
        // The server shows the thread as broken until the next turn; that is no reason to refuse a goal.
        yield* model.enqueue(complete, MockModel.reply("done"))
        assert.deepStrictEqual(texts(yield* runGoal("build it")), ["done"])
        yield* model.enqueue(MockModel.reply("free"))
        assert.deepStrictEqual((yield* thread.run("and now?")).finalResponse, Option.some("free"))
      }).pipe(real)
    )
  }

  it.live("the death of the server ends its events and its result with one reason", () =>
    Effect.gen(function* () {
      const { model, startGoal } = yield* setUp()
      const { pid } = yield* AppServer.AppServer
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.reply("one"), MockModel.hold(MockModel.reply("two"), gate))
      const goal = yield* startGoal("build it")
      const events = yield* Effect.forkChild(Stream.runDrain(goal.events), { startImmediately: true })
      yield* gate.reached
      process.kill(pid, "SIGKILL")
      const [one, two] = [failure(yield* Effect.exit(goal.result)), failure(yield* Fiber.await(events))]
      if (one._tag !== "CodexError" || two._tag !== "CodexError") return assert.fail("another error")
      assert.strictEqual(one.reason._tag, "ConnectionClosed")
      assert.strictEqual(one.reason, two.reason)
    }).pipe(real)
  )

  it.live(
    "an objective that can't be one, and a thread that isn't kept, are refused before anything is asked of the model",
    () =>
      Effect.gen(function* () {
        const { model, runGoal, stored, thread } = yield* setUp()
        // Type boundary: from JavaScript an objective, or a setting, may be anything.
        const [objectives, settings] = [
          ["", " \n\t", "x".repeat(4001), "🜁".repeat(4001), 7] as Array<string>,
          [{ tokenBudget: 0 }, { tokenBudget: 1.5 }, { startTimeout: "soon" }] as Array<Goal.GoalOptions>
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

  it.live("4,000 characters are taken, however many bytes they have", () =>
    Effect.gen(function* () {
      const { model, runGoal } = yield* setUp()
      yield* model.enqueue(complete, MockModel.reply("done"))
      assert.strictEqual((yield* runGoal("🜁".repeat(4000))).goal.status, "complete")
    }).pipe(real)
  )

  it.live("where goals are switched off, that is said, and the thread is free", () =>
    Effect.gen(function* () {
      const { model, runGoal, thread } = yield* setUp()
      const error = failure(yield* Effect.exit(runGoal("build it")))
      assert.strictEqual(error._tag === "GoalError" ? error.reason._tag : error._tag, "GoalsDisabled")
      yield* model.enqueue(MockModel.reply("free"))
      assert.deepStrictEqual((yield* thread.run("hi")).finalResponse, Option.some("free"))
    }).pipe((effect) => real(effect, { config: { features: { goals: false } } }))
  )

  it.live("a thread with a running turn, or with a goal, takes none, and what runs there is unharmed", () =>
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
