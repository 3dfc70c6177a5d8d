/** Which notifications a followed turn takes, when it starts and ends, and which of its waiters are notified. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Option, Stream } from "effect"
import { CodexError, ThreadNotFound } from "../../../src/CodexError.ts"
import * as followedTurn from "../../../src/internal/turn/followedTurn.ts"
import * as Notification from "../../../src/internal/client/notifications.ts"
import { TurnTimedOut } from "../../../src/Turn.ts"
import * as Peer from "../../support/peer.ts"
import * as T from "../../turn/support.ts"

const decode = ({ method, params }: Peer.Notification): Notification.Notification =>
  Notification.decode({ method, params, message: { method, params } })

const make = (options: Partial<followedTurn.Options> = {}) => {
  const seen = { ends: 0, changes: 0 }
  const turn = followedTurn.make({
    threadId: "t",
    turnId: "u",
    keepEvents: false,
    ...options,
    onEnd: () => seen.ends++
  })
  turn.observe(() => seen.changes++)
  return {
    seen,
    turn,
    tell: (...events: ReadonlyArray<Peer.Notification>) => events.map(decode).forEach((e) => turn.apply(e))
  }
}

const { end, start } = T.turnEvents("t", "u")
const plan = T.itemStarted("t", "u", { type: "plan", id: "p", text: "" })

const startOf = (id: string, root?: string | null): Peer.Notification => {
  const params = Object(start.at(-1)?.params)
  const { rootTurnId: _, ...turn } = params.turn
  const named = root === undefined ? {} : { rootTurnId: root }
  return { method: "turn/started", params: { ...params, turn: { ...turn, id, ...named } } }
}

const endWith = (status: string) => T.turnEvents("t", "u", { status: status as "failed" }).end

const error = (willRetry: boolean): Peer.Notification => ({
  method: "error",
  params: {
    threadId: "t",
    turnId: "u",
    willRetry,
    error: { message: "m", codexErrorInfo: "usageLimitExceeded", additionalDetails: null }
  }
})

const lost = new CodexError({ method: "m", reason: new ThreadNotFound() })

/** Lets waiters run that are notified after the reading step. */
const microtasks = Effect.promise(() => Promise.resolve())

/** Whether an effect completes without anything further happening. */
const isOver = Effect.fnUntraced(function* (effect: Effect.Effect<unknown, unknown>) {
  const fiber = yield* T.background(Effect.exit(effect))
  yield* microtasks
  const exit = fiber.pollUnsafe()
  yield* Fiber.interrupt(fiber)
  return exit !== undefined
})

describe("the notifications of a followed turn", () => {
  const message = { threadId: "t", message: "m" }
  const rows: ReadonlyArray<readonly [what: string, isOwn: boolean, event: Peer.Notification, named?: string]> = [
    ["includes an event that names it", true, plan, "u"],
    ["leaves out an event that names another turn", false, plan, "v"],
    ["leaves out an event that names no turn", false, plan],
    ["includes a warning, which names no turn", true, { method: "warning", params: message }],
    ["includes a warning of the guardian", true, { method: "guardianWarning", params: message }],
    ["leaves out a warning that names another turn", false, { method: "warning", params: message }, "v"],
    ["includes an unreadable end without an id", true, { method: "turn/completed", params: {} }],
    ["leaves out an unreadable end of another turn", false, { method: "turn/completed", params: {} }, "v"],
    ["leaves out other unreadable events without an id", false, { method: "turn/ofTomorrow", params: {} }],
    ["includes the start of a turn that names it as its root", true, startOf("v", "u"), "v"],
    ["leaves out the start of a turn with another root", false, startOf("v", "w"), "v"],
    ["leaves out the start of a turn without a root", false, startOf("v"), "v"]
  ]
  for (const [what, isOwn, event, named] of rows) {
    it(what, () => assert.strictEqual(make().turn.isOwn(decode(event), named), isOwn))
  }

  it("includes the start that an old runtime sends after the items of a review", () => {
    const { tell, turn } = make()
    tell(plan)
    assert.isTrue(turn.isOwn(decode(startOf("v")), "v"))
    assert.isTrue(turn.isOwn(decode(startOf("v", null)), "v"))
    assert.isFalse(turn.isOwn(decode(startOf("v", "w")), "v"))
    tell(...start)
    assert.isFalse(turn.isOwn(decode(startOf("v")), "v"))
    assert.isFalse(make({ isStarted: true }).turn.isOwn(decode(startOf("v")), "v"))
  })

  it("includes the events of the id under which the server runs the turn", () => {
    const { tell, turn } = make()
    tell(startOf("v", "u"))
    assert.strictEqual(turn.runningId(), "v")
    assert.isTrue(turn.isOwn(decode(plan), "v"))
    assert.isTrue(turn.isOwn(decode(plan), "u"))
  })
})

describe("the start of a followed turn", () => {
  it.effect("is awaited until the server reports it, and not if the turn already runs", () =>
    Effect.gen(function* () {
      const { tell, turn } = make()
      assert.isFalse(yield* isOver(turn.started))
      const waiting = yield* T.background(turn.started)
      tell(...start)
      yield* Fiber.join(waiting)
      assert.isTrue(yield* isOver(turn.started))
      assert.isTrue(yield* isOver(make({ isStarted: true }).turn.started))
    })
  )

  it.effect("is no longer awaited after the end, even if it was never reported", () =>
    Effect.gen(function* () {
      const { tell, turn } = make()
      const waiting = yield* T.background(turn.started)
      tell(...end)
      yield* Fiber.join(waiting)
      assert.isTrue(yield* isOver(turn.started))
    })
  )

  it.effect("is known once another id runs the turn", () =>
    Effect.gen(function* () {
      const { turn } = make()
      turn.runAs("u")
      assert.isFalse(yield* isOver(turn.started))
      const waiting = yield* T.background(turn.started)
      turn.runAs("v")
      yield* Fiber.join(waiting)
      assert.strictEqual(turn.runningId(), "v")
    })
  )
})

describe("the end of a followed turn", () => {
  const outcomes: ReadonlyArray<readonly [status: string, outcome: string]> = [
    ["completed", "completed"],
    ["interrupted", "TurnInterrupted"],
    ["failed", "TurnFailed"],
    ["ofTomorrow", "TurnFailed"],
    ["inProgress", "TurnFailed"]
  ]
  for (const [status, outcome] of outcomes) {
    it.effect(`is ${outcome} for the status ${status}, and the streams end normally`, () =>
      Effect.gen(function* () {
        const { seen, tell, turn } = make()
        tell(...start, ...endWith(status))
        const found = yield* Effect.match(turn.result, {
          onFailure: ({ _tag }) => _tag,
          onSuccess: ({ status }) => status
        })
        assert.strictEqual<string>(found, outcome)
        assert.strictEqual(seen.ends, 1)
        assert.deepStrictEqual(T.methodsOf(yield* Stream.runCollect(turn.events)), ["~snapshot", "turn/completed"])
      })
    )
  }

  it.effect("is final: later events, seeds, requests and failures change nothing", () =>
    Effect.gen(function* () {
      const { seen, tell, turn } = make()
      tell(...start, ...end)
      const state = turn.state()
      const { changes } = seen
      tell(plan, error(true))
      turn.seed(Object(end[0]?.params).turn)
      turn.setOpenRequests(2)
      turn.fail(lost)
      turn.endFailed()
      assert.strictEqual(turn.state(), state)
      assert.deepStrictEqual(seen, { ends: 1, changes })
      assert.strictEqual((yield* turn.result).status, "completed")
    })
  )

  it.effect("is the server's error if the server never reports the end", () =>
    Effect.gen(function* () {
      for (const finish of [
        (turn: followedTurn.FollowedTurn) => turn.endFailed(),
        (turn: followedTurn.FollowedTurn) => turn.fail(lost)
      ]) {
        const { tell, turn } = make()
        tell(...start, error(false))
        finish(turn)
        const failure = yield* Effect.flip(turn.result)
        assert.strictEqual(failure._tag === "TurnFailed" && failure.reason._tag, "UsageLimitExceeded")
      }
      const { turn } = make()
      turn.endFailed()
      const failure = yield* Effect.flip(turn.result)
      assert.deepInclude(failure._tag === "TurnFailed" ? failure.reason : {}, { _tag: "OtherFailure", kind: "unknown" })
    })
  )

  it.effect("is the given failure if the server reports none, also for the streams", () =>
    Effect.gen(function* () {
      const { turn } = make()
      turn.fail(lost)
      assert.strictEqual(yield* Effect.flip(turn.result), lost)
      assert.strictEqual(yield* Effect.flip(Stream.runDrain(turn.events)), lost)
      assert.strictEqual(yield* Effect.flip(Stream.runDrain(Stream.drop(turn.stateChanges, 1))), lost)
      yield* turn.ended
    })
  )

  it.effect("is the first failure that is to replace it, with the result at the end", () =>
    Effect.gen(function* () {
      const { tell, turn } = make()
      const timedOut = (seconds: number) => (result: ReturnType<typeof turn.resultSoFar>) => {
        const maxDuration = Duration.seconds(seconds)
        return new TurnTimedOut({ threadId: "t", turnId: "u", maxDuration, result, retrying: Option.none() })
      }
      assert.isTrue(turn.endAs(timedOut(1)))
      assert.isFalse(turn.endAs(timedOut(2)))
      assert.isFalse(turn.isEnded())
      tell(...start, plan, ...end)
      const failure = yield* Effect.flip(turn.result)
      assert.include(failure.message, "(1 s)")
      assert.strictEqual(failure._tag === "TurnTimedOut" && failure.result.status, "completed")
      assert.strictEqual(yield* Effect.flip(Stream.runDrain(turn.events)), failure)
    })
  )

  it.effect("is an unreadable one, too, and no other unreadable event", () =>
    Effect.gen(function* () {
      const { tell, turn } = make()
      tell(...start, { method: "turn/ofTomorrow", params: {} })
      assert.isFalse(turn.isEnded())
      tell({ method: "turn/completed", params: { threadId: "t" } })
      const failure = yield* Effect.flip(turn.result)
      assert.strictEqual(failure._tag === "CodexError" && failure.method, "turn/completed")
      assert.strictEqual(failure._tag === "CodexError" && failure.reason._tag, "DecodeFailed")
    })
  )
})

describe("the first retry of a followed turn", () => {
  it.effect("is reported once, to the first listener, and an error that ends the turn is not one", () =>
    Effect.gen(function* () {
      const { tell, turn } = make()
      const told: Array<string> = []
      turn.onFirstRetry({ onRetry: () => told.push("first") })
      turn.onFirstRetry({ onRetry: () => told.push("second") })
      tell(...start, error(false))
      yield* microtasks
      assert.deepStrictEqual(told, [])
      tell(error(true), error(true))
      yield* microtasks
      assert.deepStrictEqual(told, ["first"])
    })
  )

  it.effect("is reported to a listener that comes after it", () =>
    Effect.gen(function* () {
      const { tell, turn } = make()
      tell(...start, error(true))
      const told: Array<followedTurn.FollowedTurn> = []
      turn.onFirstRetry({ onRetry: (turn) => told.push(turn) })
      yield* microtasks
      assert.deepStrictEqual(told, [turn])
    })
  )
})

describe("the observers of a followed turn", () => {
  it("are called after each change until they are removed", () => {
    const { turn, tell } = make()
    const called: Array<string> = []
    const stop = turn.observe(() => {
      called.push("first")
      stop()
    })
    turn.observe(() => called.push("second"))
    assert.isFalse(turn.hasHappened())
    tell(...start.slice(-1))
    assert.isTrue(turn.hasHappened())
    assert.deepStrictEqual(called, ["first", "second"])
    tell(plan)
    assert.deepStrictEqual(called, ["first", "second", "second"])
  })

  it("are called for requests only if their number changes", () => {
    const { seen, turn } = make()
    turn.setOpenRequests(0)
    assert.strictEqual(seen.changes, 0)
    turn.setOpenRequests(2)
    turn.setOpenRequests(2)
    assert.strictEqual(seen.changes, 1)
    assert.isTrue(turn.isBusy())
  })

  it("are called when the server's account of the turn is taken over", () => {
    const { seen, turn } = make()
    turn.seed({ ...Object(end[0]?.params).turn, items: [Peer.agentMessage("m", "before")] })
    assert.strictEqual(seen.changes, 1)
    assert.strictEqual(turn.state().items[0]?.text, "before")
  })

  it.effect("of `stateChanges` are one for each waiting reader, and none after it has left", () =>
    Effect.gen(function* () {
      const { tell, turn } = make()
      let count = 0
      const observe = turn.observe.bind(turn)
      turn.observe = (observer) => {
        const stop = observe(observer)
        let isThere = true
        count++
        return () => {
          if (isThere) count--
          isThere = false
          stop()
        }
      }
      const statuses: Array<string> = []
      const reading = yield* T.background(
        Stream.runForEach(turn.stateChanges, ({ status }) => Effect.sync(() => statuses.push(status)))
      )
      for (const event of [...start, plan]) {
        assert.strictEqual(count, 1)
        tell(event)
        assert.strictEqual(count, 0)
        yield* microtasks
      }
      assert.deepStrictEqual(statuses, Array(start.length + 2).fill("inProgress"))
      yield* Fiber.interrupt(reading)
      assert.strictEqual(count, 0)
    })
  )

  it.effect("have the present state first, whatever has happened", () =>
    Effect.gen(function* () {
      for (const events of [[], [plan], [plan, plan], [plan, plan, plan]]) {
        const { tell, turn } = make()
        tell(...events)
        const state = yield* Stream.runHead(turn.stateChanges)
        assert.strictEqual(Option.getOrThrow(state).items.length, Math.min(events.length, 1))
      }
    })
  )

  it.effect("read the state when they get it, so a late reader has only the latest one", () =>
    Effect.gen(function* () {
      const { tell, turn } = make()
      tell(...start, plan, ...end)
      assert.deepStrictEqual(
        (yield* Stream.runCollect(turn.stateChanges)).map(({ items, status }) => [items.length, status]),
        [[1, "completed"]]
      )
      assert.isTrue(Exit.isSuccess(yield* Effect.exit(turn.result)))
    })
  )
})
