import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { CodexError, ConnectionClosed, ThreadNotFound } from "../../../src/CodexError.ts"
import * as threadRecord from "../../../src/internal/session/record.ts"
import type { Listener } from "../../../src/internal/session/listener.ts"
import * as sessions from "../../../src/internal/session/session.ts"
import * as holding from "../../../src/internal/turn/holding.ts"
import * as T from "../../turn/support.ts"

const raw = (method: string, params: unknown) => ({ method, params, message: { method, params } })

const closed = new ConnectionClosed({ end: { _tag: "Closed" }, phase: "running", stderr: [] })

/** Records what it receives. */
const recorder = () => {
  const heard: Array<string> = []
  const note = (method: unknown, turnId: string | undefined) => void heard.push(`${String(method)} ${turnId ?? "-"}`)
  const listener: Listener = {
    onNotification: (notification, _threadId, turnId) => note(notification.raw["method"], turnId),
    onEnd: (reason) => heard.push(reason === closed ? "end" : "another reason")
  }
  const follower: threadRecord.Follower = {
    onNotification: (notification, turnId) => note(notification.raw["method"], turnId),
    onClosed: ({ reason }) => heard.push(reason === closed ? "end" : reason._tag)
  }
  return { heard, listener, follower }
}

const follow = (session: sessions.Session, threadId: string, follower: threadRecord.Follower) => {
  const record = session.open(threadId)
  threadRecord.change(record, { _tag: "Followed", follower })
  return () => threadRecord.change(record, { _tag: "Unfollowed", follower })
}

describe("a session", () => {
  it.effect("notifies a thread's follower of its thread only, and a listener of everything", () =>
    Effect.gen(function* () {
      const session = yield* sessions.make()
      const [all, one, other] = [recorder(), recorder(), recorder()]
      session.listen(all.listener)
      follow(session, "t1", one.follower)
      follow(session, "t2", other.follower)
      session.onNotification(raw("a", { threadId: "t1", turnId: "u1" }))
      session.onNotification(raw("b", { threadId: "t2" }))
      session.onNotification(raw("c", { threadId: "t3" }))
      session.onNotification(raw("d", {}))
      assert.deepStrictEqual(all.heard, ["a u1", "b -", "c -", "d -"])
      assert.deepStrictEqual(one.heard, ["a u1"])
      assert.deepStrictEqual(other.heard, ["b -"])
    })
  )

  it.effect("finds ids at both places, also in unknown notifications", () =>
    Effect.gen(function* () {
      const session = yield* sessions.make()
      const one = recorder()
      follow(session, "t", one.follower)
      session.onNotification(raw("future/a", { threadId: "t", turn: { id: "u" } }))
      session.onNotification(raw("future/b", { thread: { id: "t" }, turnId: "v" }))
      session.onNotification(raw("future/c", { threadId: 7, thread: { id: "t" } }))
      session.onNotification(raw("turn/completed", { threadId: "t", turn: { id: "w" } }))
      assert.deepStrictEqual(one.heard, ["future/a u", "future/b v", "future/c -", "turn/completed w"])
    })
  )

  it.effect("accepts params of any shape", () =>
    Effect.gen(function* () {
      const session = yield* sessions.make()
      const all = recorder()
      session.listen(all.listener)
      follow(session, "toString", all.follower)
      for (const params of [undefined, null, 1, "t", [], { thread: null }, { threadId: "__proto__" }, { turn: "u" }]) {
        session.onNotification(raw("__proto__", params))
      }
      assert.deepStrictEqual(
        all.heard,
        Array.from({ length: 8 }, () => "__proto__ -")
      )
    })
  )

  it.effect("allows a follower to leave during a notification, and keeps nothing", () =>
    Effect.gen(function* () {
      const session = yield* sessions.make()
      const second = recorder()
      let calls = 0
      const leave = follow(session, "t", {
        onNotification: () => {
          calls++
          leave()
        },
        onClosed: () => assert.fail("it has left")
      })
      follow(session, "t", second.follower)
      for (const method of ["a", "b"]) session.onNotification(raw(method, { threadId: "t" }))
      assert.strictEqual(session.size(), 1)
      session.onEnd(closed)
      assert.strictEqual(calls, 1)
      assert.deepStrictEqual(second.heard, ["a -", "b -", "end"])
      assert.strictEqual(session.size(), 0)
    })
  )

  it.effect("reports its end once to each follower, and immediately to later ones", () =>
    Effect.gen(function* () {
      const session = yield* sessions.make()
      const [all, one, late] = [recorder(), recorder(), recorder()]
      session.listen(all.listener)
      const leave = follow(session, "t", one.follower)
      session.onEnd(closed)
      leave()
      follow(session, "t", late.follower)
      session.listen(late.listener)
      assert.deepStrictEqual(all.heard, ["end"])
      assert.deepStrictEqual(one.heard, ["end"])
      assert.deepStrictEqual(late.heard, ["end", "end"])
      assert.strictEqual(session.size(), 0)
    })
  )

  it.effect("keeps a thread without a handle only while something runs there", () =>
    Effect.gen(function* () {
      const session = yield* sessions.make()
      const item = { type: "fileChange", id: "i", status: "inProgress", changes: [] }
      for (const { method, params } of T.turnEvents("child", "u").start) session.onNotification(raw(method, params))
      session.onNotification(raw("item/started", { threadId: "child", turnId: "u", item, startedAtMs: 1 }))
      assert.strictEqual(session.find("child")?.running, "u")
      assert.isTrue(session.find("child")?.items.has("i"))
      for (const { method, params } of T.turnEvents("child", "u").end) session.onNotification(raw(method, params))
      assert.isUndefined(session.find("child"))
    })
  )
})

const acquire = (record: threadRecord.ThreadRecord, call: threadRecord.Call) =>
  Effect.uninterruptibleMask((restore) => holding.hold(restore, record, call))

const leave = (record: threadRecord.ThreadRecord, call: threadRecord.Call) =>
  Effect.sync(() => threadRecord.change(record, { _tag: "Left", call }))

describe("a thread", () => {
  it.effect("is handed over in order, and survives an interruption at any step", () =>
    Effect.gen(function* () {
      for (let steps = 0; steps < 12; steps++) {
        const record = threadRecord.make("t")
        const [holder, second, last] = [holding.call(), holding.call(), holding.call()]
        yield* acquire(record, holder)
        const waiting = yield* T.background(
          Effect.andThen(acquire(record, second), Effect.ensuring(Effect.never, leave(record, second)))
        )
        const got = yield* Deferred.make<void>()
        const lasting = yield* T.background(
          acquire(record, last).pipe(
            Effect.andThen(leave(record, last)),
            Effect.andThen(Deferred.succeed(got, undefined))
          )
        )
        const interruption = Fiber.interrupt(waiting)
        if (steps % 2 === 0) {
          yield* T.background(interruption)
          yield* leave(record, holder)
          yield* leave(record, holder)
        } else {
          yield* leave(record, holder)
          for (let step = 0; step < steps; step++) yield* Effect.yieldNow
          yield* interruption
        }
        yield* Deferred.await(got)
        yield* Fiber.join(lasting)
        assert.strictEqual(threadRecord.stateOf(record)._tag, "Free")
      }
    })
  )

  it.effect("fails its waiters and its holder when it closes, and accepts no new one", () =>
    Effect.gen(function* () {
      const record = threadRecord.make("t")
      const told: Array<CodexError> = []
      yield* acquire(
        record,
        holding.call((error) => told.push(error))
      )
      const waiting = yield* T.background(acquire(record, holding.call()))
      const reason = new ThreadNotFound()
      threadRecord.change(record, { _tag: "Closed", closed: { method: "thread/unsubscribe", reason } })
      const error = new CodexError({ method: "thread/unsubscribe", reason })
      assert.deepStrictEqual(yield* Effect.flip(Fiber.join(waiting)), error)
      assert.deepStrictEqual(told, [error])
      assert.deepStrictEqual(yield* Effect.flip(acquire(record, holding.call())), error)
    })
  )
})
