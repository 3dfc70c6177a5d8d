import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Peer from "../support/peer.ts"
import * as T from "./support.ts"

/** A run whose reply to `turn/start` is unreadable has failed, and another waits behind it. */
const unread = Effect.fnUntraced(function* (reply: object) {
  const server = yield* T.connect()
  const thread = yield* server.thread
  const failing = yield* T.background(Effect.flip(thread.run("first")))
  yield* server.reply(yield* server.next("turn/start"), reply)
  const error = yield* Fiber.join(failing)
  assert.strictEqual(error._tag === "CodexError" && error.reason._tag, "DecodeFailed")
  const next = yield* T.background(thread.run("second"))
  const starts = () => server.methods().filter((method) => method === "turn/start").length
  /** Answers the interruption, and ends the first turn. */
  const stop = Effect.gen(function* () {
    const interrupt = yield* server.next("turn/interrupt")
    assert.deepStrictEqual(interrupt.params, { threadId: thread.id, turnId: "u" })
    yield* server.flush
    assert.strictEqual(starts(), 1)
    yield* server.reply(interrupt, {})
    yield* server.notifyAll(T.turnEvents(thread.id, "u", { status: "interrupted" }).end)
  })
  const goOn = Effect.gen(function* () {
    yield* server.accept("v")
    yield* server.notifyAll(T.turnEvents(thread.id, "v").all)
    assert.strictEqual((yield* Fiber.join(next)).id, "v")
  })
  return { goOn, server, starts, stop, thread }
})

describe("an unreadable reply to `turn/start`", () => {
  it.effect("with the turn's id stops the turn, which holds the thread until it ends", () =>
    Effect.gen(function* () {
      const { goOn, server, stop, thread } = yield* unread({ turn: { id: "u", status: 5 } })
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      yield* stop
      yield* goOn
    })
  )

  it.effect("after the start of the turn does the same", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const failing = yield* T.background(Effect.flip(thread.run("first")))
      const request = yield* server.next("turn/start")
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      yield* server.reply(request, {})
      yield* Fiber.join(failing)
      const next = yield* T.background(thread.run("second"))
      const interrupt = yield* server.next("turn/interrupt")
      assert.deepStrictEqual(interrupt.params, { threadId: thread.id, turnId: "u" })
      yield* server.flush
      assert.strictEqual(server.methods().filter((method) => method === "turn/start").length, 1)
      yield* server.notifyAll(T.turnEvents(thread.id, "u", { status: "interrupted" }).end)
      yield* server.accept("v")
      yield* server.notifyAll(T.turnEvents(thread.id, "v").all)
      assert.strictEqual((yield* Fiber.join(next)).id, "v")
    })
  )

  it.effect("without an id stops the turn that starts, which holds the thread until it ends", () =>
    Effect.gen(function* () {
      const { goOn, server, starts, stop, thread } = yield* unread({})
      yield* server.flush
      assert.strictEqual(starts(), 1)
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      yield* stop
      yield* goOn
    })
  )

  it.effect("and has no id: events of other turns, and those that name no turn, are not taken for its own", () =>
    Effect.gen(function* () {
      const { goOn, server, starts, stop, thread } = yield* unread({})
      yield* server.notifyAll([
        T.itemCompleted(thread.id, "old", T.command("c", "completed")),
        { method: "turn/started", params: { threadId: thread.id } }
      ])
      yield* server.flush
      assert.strictEqual(starts(), 1)
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      yield* stop
      yield* goOn
    })
  )

  it.effect("without a turn frees the thread after a minute", () =>
    Effect.gen(function* () {
      const { goOn, server, starts } = yield* unread({})
      yield* TestClock.adjust("59 seconds")
      yield* server.flush
      assert.strictEqual(starts(), 1)
      yield* TestClock.adjust("1 second")
      yield* goOn
    })
  )
})

describe("an unreadable end of a turn, without an id", () => {
  it.effect("makes the client check the turn within a second after the server reports an idle thread", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const run = yield* T.background(thread.run("hi"))
      yield* server.accept("u")
      yield* server.notifyAll([
        ...T.turnEvents(thread.id, "u").start,
        { method: "turn/completed", params: { threadId: 5, turn: "none" } },
        { method: "thread/status/changed", params: { threadId: thread.id, status: { type: "idle" } } }
      ])
      yield* server.flush
      assert.notInclude(server.methods(), "thread/read")
      yield* TestClock.adjust("1 second")
      const told = Peer.threadReadResponse(thread.id)
      yield* server.reply(yield* server.next("thread/read"), told)
      const turns = [{ id: "u", items: [], status: "completed", error: null }]
      yield* server.reply(yield* server.next("thread/read"), { ...told, thread: { ...told.thread, turns } })
      assert.strictEqual((yield* Fiber.join(run)).status, "completed")
    })
  )
})
