/**
 * An interruption of a goal that the server reports in another order than it happens, which the real server does only
 * now and then.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Goal from "../../src/Goal.ts"
import * as goals from "../../src/internal/goal/goals.ts"
import * as Peer from "../support/peer.ts"
import * as Turns from "../turn/support.ts"
import { failure, texts } from "./support.ts"

const goalOf = (threadId: string, status: string) => ({
  createdAt: 1,
  objective: "build it",
  status,
  threadId,
  timeUsedSeconds: 0,
  tokenBudget: null,
  tokensUsed: 0,
  updatedAt: 1
})

/** A goal between its first turn, which has ended, and the next. */
const betweenTurns = Effect.fnUntraced(function* (options?: Goal.Options) {
  const server = yield* Turns.connect()
  const { id } = yield* server.thread
  const update = (status: string) =>
    server.notify("thread/goal/updated", { threadId: id, turnId: null, goal: goalOf(id, status) })
  const starting = yield* Turns.background(goals.startGoal(server.client, id, "build it", options))
  yield* server.reply(yield* server.next("thread/read"), Peer.threadReadResponse(id))
  yield* server.reply(yield* server.next("thread/goal/clear"), { cleared: false })
  const set = yield* server.next("thread/goal/set")
  yield* update("active")
  yield* server.reply(set, { goal: goalOf(id, "active") })
  yield* server.notifyAll(Turns.turnEvents(id, "one", { text: "first" }).all)
  const goal = yield* Fiber.join(starting)
  yield* server.flush
  return { goal, id, server, update }
})

describe("interrupting a goal", () => {
  it.effect(
    "fails its result with TurnInterrupted also if the pause is reported before the start of the next turn",
    () =>
      Effect.gen(function* () {
        const { goal, id, server, update } = yield* betweenTurns()
        const interrupting = yield* Turns.background(goal.interrupt())
        const pause = yield* server.next("thread/goal/set")
        yield* update("paused")
        yield* server.reply(pause, { goal: goalOf(id, "paused") })
        const next = Turns.turnEvents(id, "two", { status: "interrupted" })
        yield* server.notifyAll(next.start)
        yield* server.reply(yield* server.next("turn/interrupt"), {})
        yield* server.notifyAll(next.end)
        assert.deepStrictEqual(yield* Fiber.join(interrupting), { ended: true, terminalsEnded: 0 })
        const error = failure(yield* Effect.exit(goal.result))
        if (error._tag !== "TurnInterrupted" || !Goal.isGoalResult(error.result)) return assert.fail(error._tag)
        assert.strictEqual(error.result.goal.status, "paused")
        assert.deepStrictEqual(texts(error.result), ["first"])
      })
  )

  it.effect("by a limit fails its result with that of the limit, in the same order", () =>
    Effect.gen(function* () {
      const { goal, id, server, update } = yield* betweenTurns({ maxDuration: "1 minute" })
      const ending = yield* Turns.background(Effect.exit(goal.result))
      yield* TestClock.adjust("1 minute")
      const pause = yield* server.next("thread/goal/set")
      yield* update("paused")
      yield* server.reply(pause, { goal: goalOf(id, "paused") })
      yield* server.refuse(yield* server.next("turn/interrupt"), "no active turn to interrupt")
      assert.strictEqual(failure(yield* Fiber.join(ending))._tag, "TurnTimedOut")
    })
  )

  it.effect("does not change the result of a goal that is complete first", () =>
    Effect.gen(function* () {
      const { goal, id, server, update } = yield* betweenTurns()
      const interrupting = yield* Turns.background(goal.interrupt())
      yield* update("complete")
      yield* server.reply(yield* server.next("thread/goal/set"), { goal: goalOf(id, "paused") })
      yield* server.refuse(yield* server.next("turn/interrupt"), "no active turn to interrupt")
      assert.isTrue((yield* Fiber.join(interrupting)).ended)
      assert.strictEqual((yield* goal.result).goal.status, "complete")
    })
  )

  it.effect("elsewhere, between two turns, is a pause: the result succeeds", () =>
    Effect.gen(function* () {
      const { goal, update } = yield* betweenTurns()
      yield* update("paused")
      const exit = yield* Effect.exit(goal.result)
      assert.isTrue(Exit.isSuccess(exit))
      if (Exit.isSuccess(exit)) assert.strictEqual(exit.value.goal.status, "paused")
    })
  )
})
