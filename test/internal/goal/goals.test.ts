import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Option, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as Goal from "../../../src/Goal.ts"
import * as goals from "../../../src/internal/goal/goals.ts"
import * as Input from "../../../src/Input.ts"
import * as Peer from "../../support/peer.ts"
import { at } from "../../support/rawDriver.ts"
import { background, connect, type Server, turnEvents } from "../../turn/support.ts"

const threadId = "thread-1"

const goalUpdated = (status: string) => ({
  method: "thread/goal/updated",
  params: {
    threadId,
    turnId: null,
    goal: {
      threadId,
      objective: "build it",
      status,
      tokenBudget: null,
      tokensUsed: 0,
      timeUsedSeconds: 0,
      createdAt: 1,
      updatedAt: 1
    }
  }
})

const setUp = Effect.gen(function* () {
  const server = yield* connect()
  return { server, client: server.client, thread: yield* server.thread }
})

/** Runs a goal up to the request that sets it, and returns that request unanswered. */
const toSet = Effect.fnUntraced(function* (server: Server) {
  yield* server.reply(yield* server.next("thread/read"), Peer.threadReadResponse(threadId))
  yield* server.reply(yield* server.next("thread/goal/clear"), { cleared: false })
  return yield* server.next("thread/goal/set")
})

const accept = Effect.fnUntraced(function* (server: Server, status = "active") {
  const request = yield* server.next("thread/goal/set")
  assert.strictEqual(Reflect.get(Object(request.params), "status"), status)
  yield* server.reply(request, goalUpdated(status).params)
  yield* server.notifyAll([goalUpdated(status)])
})

/** A goal whose first turn is `a`. */
const begun = Effect.gen(function* () {
  const { server, thread } = yield* setUp
  const starting = yield* background(thread.startGoal("build it"))
  const set = yield* toSet(server)
  yield* server.reply(set, goalUpdated("active").params)
  yield* server.notifyAll([goalUpdated("active"), ...turnEvents(threadId, "a").start])
  return { server, thread, goal: yield* Fiber.join(starting) }
})

const failure = (exit: Exit.Exit<unknown, unknown>): unknown =>
  Exit.isFailure(exit) ? Cause.squash(exit.cause) : assert.fail("it did not fail")
const reasonOf = (error: unknown): unknown => Reflect.get(Object(Reflect.get(Object(error), "reason")), "_tag")
const fieldOf = (request: { readonly params: unknown }, name: string): unknown =>
  Reflect.get(Object(request.params), name)

describe("steering a goal", () => {
  it.effect("is sent again, once, to the turn that the server names", () =>
    Effect.gen(function* () {
      const { goal, server } = yield* begun
      const steering = yield* background(goal.steer("more"))
      const first = yield* server.next("turn/steer")
      assert.strictEqual(fieldOf(first, "expectedTurnId"), "a")
      yield* server.refuse(first, "expected active turn id `a` but found `b`")
      const second = yield* server.next("turn/steer")
      assert.strictEqual(fieldOf(second, "expectedTurnId"), "b")
      yield* server.refuse(second, "expected active turn id `b` but found `c`")
      assert.strictEqual(reasonOf(failure(yield* Fiber.await(steering))), "TurnMismatch")
    })
  )

  it.effect("waits for the next turn between two turns; if the goal ends instead, no turn is active", () =>
    Effect.gen(function* () {
      const { goal, server } = yield* begun
      yield* server.notifyAll(turnEvents(threadId, "a").end)
      yield* server.flush
      const steering = yield* background(goal.steer("more"))
      yield* server.notifyAll(turnEvents(threadId, "b").start)
      const request = yield* server.next("turn/steer")
      assert.strictEqual(fieldOf(request, "expectedTurnId"), "b")
      // Its end has overtaken the input.
      yield* server.refuse(request, "no active turn to steer")
      yield* server.flush
      yield* server.notifyAll([...turnEvents(threadId, "b").end, goalUpdated("complete")])
      assert.strictEqual(reasonOf(failure(yield* Fiber.await(steering))), "NoActiveTurn")
    })
  )
})

describe("stopping a goal", () => {
  it.effect("pauses first, then interrupts the turn that the server names, and waits for its end", () =>
    Effect.gen(function* () {
      const { goal, server, thread } = yield* begun
      const run = yield* background(thread.run("next"))
      const stopping = yield* background(goal.interrupt())
      const pause = yield* server.next("thread/goal/set")
      assert.strictEqual(fieldOf(pause, "status"), "paused")
      assert.notInclude(server.methods(), "turn/interrupt")
      // The turn ends, and the goal with it, during the stop: the thread is not free yet.
      yield* server.notifyAll([...turnEvents(threadId, "a").end, goalUpdated("paused")])
      yield* Effect.andThen(server.flush, server.flush)
      assert.notInclude(server.methods(), "turn/start")
      yield* server.reply(pause, goalUpdated("paused").params)
      const interrupt = yield* server.next("turn/interrupt")
      assert.strictEqual(fieldOf(interrupt, "turnId"), "")
      yield* server.refuse(interrupt, "expected active turn id a but found b")
      const again = yield* server.next("turn/interrupt")
      assert.strictEqual(fieldOf(again, "turnId"), "b")
      yield* server.reply(again, {})
      assert.deepStrictEqual(yield* Fiber.join(stopping), { ended: true, terminalsEnded: 0 })
      yield* server.next("turn/start")
      yield* Fiber.interrupt(run).pipe(Effect.forkChild)
    })
  )

  it.effect("is given up after its time, and says so", () =>
    Effect.gen(function* () {
      const { goal, server } = yield* begun
      const stopping = yield* background(goal.interrupt({ timeout: "2 seconds" }))
      yield* accept(server, "paused")
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* server.flush
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(yield* Fiber.join(stopping), { ended: false, terminalsEnded: 0 })
    })
  )
})

describe("a goal", () => {
  it.effect("is sent trimmed and well-formed, with the given settings only", () =>
    Effect.gen(function* () {
      const { client, server } = yield* setUp
      const running = yield* background(
        goals.runGoal(client, threadId, " build \ud800 it\n", { tokenBudget: 7, origin: "user" })
      )
      const params = { threadId, objective: "build \ufffd it", status: "active" }
      const first = yield* toSet(server)
      assert.deepStrictEqual(first.params, { ...params, tokenBudget: 7, origin: "user" })
      yield* server.refuse(first, "no")
      yield* Fiber.await(running)
      yield* background(goals.runGoal(client, threadId, "build \ufffd it"))
      assert.deepStrictEqual((yield* toSet(server)).params, params)
    })
  )

  for (const [status, reason] of [
    ["active", "ThreadBusy"],
    ["notLoaded", "ThreadNotFound"]
  ] as const) {
    it.effect(`is rejected on a thread that the server reports as ${status}, and nothing is changed`, () =>
      Effect.gen(function* () {
        const { client, server } = yield* setUp
        const running = yield* background(goals.runGoal(client, threadId, "build it"))
        const { readState, thread } = Peer.threadReadResponse(threadId)
        const read = { readState, thread: { ...thread, status: { type: status, activeFlags: [] } } }
        yield* server.reply(yield* server.next("thread/read"), read)
        assert.strictEqual(reasonOf(failure(yield* Fiber.await(running))), reason)
        assert.deepStrictEqual(server.methods(), ["thread/read"])
      })
    )
  }
})

describe("a goal that does not start", () => {
  it.effect("is paused after its time, its turn is interrupted, and the thread is free", () =>
    Effect.gen(function* () {
      const { client, server, thread } = yield* setUp
      const starting = yield* background(goals.startGoal(client, threadId, "build it"))
      yield* server.reply(yield* toSet(server), goalUpdated("active").params)
      yield* server.flush
      yield* TestClock.adjust("29 seconds")
      yield* server.flush
      assert.strictEqual(server.methods().at(-1), "thread/goal/set")
      assert.strictEqual(server.methods().length, 3)
      yield* TestClock.adjust("1 second")
      yield* accept(server, "paused")
      const interrupt = yield* server.next("turn/interrupt")
      assert.strictEqual(fieldOf(interrupt, "turnId"), "")
      yield* server.reply(interrupt, {})
      assert.strictEqual(reasonOf(failure(yield* Fiber.await(starting))), "GoalNotStarted")
      yield* background(thread.run("next"))
      yield* server.next("turn/start")
    })
  )

  it.effect("is paused after the reply if its caller was interrupted in the meantime", () =>
    Effect.gen(function* () {
      const { client, server } = yield* setUp
      const listeners = server.client["~session"].size()
      const running = yield* background(goals.runGoal(client, threadId, "build it"))
      const set = yield* toSet(server)
      const stopping = yield* background(Fiber.interrupt(running))
      yield* server.flush
      assert.strictEqual(server.methods().at(-1), "thread/goal/set")
      yield* server.reply(set, goalUpdated("active").params)
      yield* server.notifyAll([goalUpdated("active"), ...turnEvents(threadId, "a").start])
      yield* accept(server, "paused")
      const interrupt = yield* server.next("turn/interrupt")
      assert.strictEqual(fieldOf(interrupt, "turnId"), "a")
      yield* server.reply(interrupt, {})
      yield* server.notifyAll(turnEvents(threadId, "a", { status: "interrupted" }).end)
      yield* Fiber.join(stopping)
      assert.strictEqual(server.client["~session"].size(), listeners)
    })
  )

  it.effect("needs no cleanup if the server rejected it", () =>
    Effect.gen(function* () {
      const { client, server, thread } = yield* setUp
      const running = yield* background(goals.runGoal(client, threadId, "build it"))
      yield* server.refuse(yield* toSet(server), "no")
      assert.strictEqual(reasonOf(failure(yield* Fiber.await(running))), "RequestRejected")
      yield* background(thread.run("next"))
      yield* server.next("turn/start")
      assert.deepStrictEqual(server.methods(), ["thread/read", "thread/goal/clear", "thread/goal/set", "turn/start"])
    })
  )
})

it.effect(
  "a turn that completes without a report of the goal is shown, and the result says that goals are not active",
  () =>
    Effect.gen(function* () {
      const { client, server } = yield* setUp
      const starting = yield* background(goals.startGoal(client, threadId, "build it"))
      yield* server.reply(yield* toSet(server), goalUpdated("active").params)
      yield* server.notifyAll(turnEvents(threadId, "a").all)
      const goal = yield* Fiber.join(starting)
      assert.strictEqual((yield* Stream.runCollect(goal.eventsUntilEnd)).at(-1)?.method, "turn/completed")
      assert.strictEqual(reasonOf(failure(yield* Effect.exit(goal.result))), "GoalNotActivated")
    })
)

it.effect("a goal of this program makes its running turn `current`, and send adds input to it", () =>
  Effect.gen(function* () {
    const { goal, server, thread } = yield* begun
    const busy = yield* Effect.flip(thread.run("x", { whenBusy: "reject" }))
    assert.strictEqual(at(busy, "reason", "turnId"), "a")
    const asking = yield* background(thread.current)
    yield* server.refuse(yield* server.next("thread/turns/list"), "no")
    const current = Option.getOrThrow(yield* Fiber.join(asking))
    assert.strictEqual(current.id, "a")
    const sending = yield* background(thread.send("more"))
    yield* server.reply(yield* server.next("turn/steer"), Peer.turnSteerResponse("a"))
    assert.strictEqual((yield* Fiber.join(sending)).id, "a")
    yield* server.notifyAll([...turnEvents(threadId, "a").end, goalUpdated("complete")])
    assert.strictEqual((yield* goal.result).goal.status, "complete")
    assert.strictEqual((yield* current.result).id, "a")
    // The same is true between the turns of a continued goal.
    yield* server.notifyAll([goalUpdated("active")])
    yield* server.flush
    const between = yield* Effect.flip(thread.send("x", { whenBusy: "reject" }))
    assert.strictEqual(at(between, "reason", "_tag"), "ThreadBusy")
  })
)

it.effect("the end of the connection ends a goal that is starting, and one that runs, with its own reason", () =>
  Effect.gen(function* () {
    const { goal, server } = yield* begun
    const other = yield* server.thread
    const starting = yield* background(other.startGoal("build it"))
    yield* server.reply(yield* toSet(server), goalUpdated("active").params)
    yield* server.flush
    const steering = yield* background(goal.steer("more"))
    yield* server.close({ _tag: "Closed" })
    const exits = [yield* Effect.exit(goal.result), yield* Fiber.await(starting), yield* Fiber.await(steering)]
    const reasons = exits.map((exit) => Reflect.get(Object(failure(exit)), "reason"))
    assert.deepStrictEqual(
      exits.map((exit) => reasonOf(failure(exit))),
      Array.from(exits, () => "ConnectionClosed")
    )
    assert.strictEqual(new Set(reasons).size, 1)
  })
)

describe("a goal whose turn ends without its handle", () => {
  it.live("is paused, because the server would continue it unsubscribed; only then is the thread free", () =>
    Effect.gen(function* () {
      const { goal, server, thread } = yield* begun
      const result = yield* background(Effect.flip(goal.result))
      yield* server.notifyAll(turnEvents(threadId, "a", { status: "interrupted" }).end)
      yield* server.flush
      const next = yield* background(thread.run("next"))
      yield* server.flush
      assert.notInclude(server.methods(), "turn/start")
      yield* accept(server, "paused")
      const error = yield* Fiber.join(result)
      assert.strictEqual(error._tag, "TurnInterrupted")
      if (error._tag !== "TurnInterrupted" || !Goal.isGoalResult(error.result)) return assert.fail("no goal in it")
      assert.strictEqual(error.result.goal.status, "paused")
      yield* server.accept("b")
      next.interruptUnsafe()
    })
  )

  it.live("fails if its thread is unsubscribed, and the thread is free when it is resumed", () =>
    Effect.gen(function* () {
      const { goal, server, thread } = yield* begun
      const leaving = yield* background(thread.unsubscribe)
      yield* server.reply(yield* server.next("thread/unsubscribe"), { status: "unsubscribed" })
      yield* Fiber.join(leaving)
      const error = yield* Effect.flip(goal.result)
      assert.isTrue(error._tag === "CodexError" && error.reason._tag === "ThreadNotFound")
      const resuming = yield* background(server.codex.resumeThread(threadId))
      yield* server.reply(yield* server.next("thread/resume"), Peer.threadResumeResponse(threadId))
      const running = yield* background((yield* Fiber.join(resuming)).run("again"))
      yield* server.accept("b")
      running.interruptUnsafe()
    })
  )

  it.live("accepts files of its thread's folder as input, like any turn", () =>
    Effect.gen(function* () {
      const { goal, server } = yield* begun
      const steering = yield* background(goal.steer(Input.localImage("shot.png")))
      const { params } = yield* server.next("turn/steer")
      assert.match(JSON.stringify(params), /"path":"\/[^"]*\/shot.png"/)
      steering.interruptUnsafe()
    })
  )
})
