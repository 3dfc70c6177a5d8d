/**
 * The client receives nothing about an unsubscribed thread: so nothing that runs, waits or starts there may wait for an
 * end.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { CodexError } from "../../src/CodexError.ts"
import * as Input from "../../src/Input.ts"
import type * as Thread from "../../src/Thread.ts"
import * as Peer from "../support/peer.ts"
import * as T from "./support.ts"

const unsubscribe = Effect.fnUntraced(function* (server: T.Server, thread: Thread.Thread) {
  const leaving = yield* T.background(thread.unsubscribe)
  yield* server.reply(yield* server.next("thread/unsubscribe"), { status: "unsubscribed" })
  yield* Fiber.join(leaving)
})

const begun = Effect.gen(function* () {
  const server = yield* T.connect()
  const thread = yield* server.thread
  const running = yield* T.background(thread.run("a"))
  yield* server.accept("t1")
  yield* server.notifyAll(T.turnEvents(thread.id, "t1").start)
  yield* server.flush
  return { server, thread, running }
})

const resume = Effect.fnUntraced(function* (server: T.Server, thread: Thread.Thread) {
  const resuming = yield* T.background(server.codex.resumeThread(thread.id))
  yield* server.reply(yield* server.next("thread/resume"), Peer.threadResumeResponse(thread.id))
  return yield* Fiber.join(resuming)
})

const failsUnheard = Effect.fnUntraced(function* <A, E>(effect: Effect.Effect<A, E>) {
  const error = yield* Effect.flip(Effect.timeout(effect, "5 seconds"))
  assert.isTrue(error instanceof CodexError && error.reason._tag === "ThreadNotFound", String(error))
})

describe("an unsubscribed thread", () => {
  it.live("fails the running turn, and the waiting one, which is never sent", () =>
    Effect.gen(function* () {
      const { running, server, thread } = yield* begun
      const waiting = yield* T.background(thread.run("b"))
      yield* unsubscribe(server, thread)
      yield* failsUnheard(Fiber.join(running))
      yield* failsUnheard(Fiber.join(waiting))
      assert.deepStrictEqual(server.methods(), ["turn/start", "thread/unsubscribe"])
    })
  )

  it.live("starts no turn, review, compaction or goal", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      yield* unsubscribe(server, thread)
      yield* failsUnheard(thread.run("x"))
      yield* failsUnheard(thread.review({ type: "uncommittedChanges" }))
      yield* failsUnheard(thread.compact())
      yield* failsUnheard(thread.runGoal("x"))
      assert.deepStrictEqual(server.methods(), ["thread/unsubscribe"])
    })
  )

  it.live("becomes idle when the server reports it, even without `turn/completed`", () =>
    Effect.gen(function* () {
      const { running, server, thread } = yield* begun
      yield* unsubscribe(server, thread)
      yield* failsUnheard(Fiber.join(running))
      yield* server.notify("thread/status/changed", { threadId: thread.id, status: { type: "idle" } })
      yield* server.flush
      const again = yield* resume(server, thread)
      const sent = yield* T.background(again.send("x", { whenBusy: "queue" }))
      yield* server.accept("t2")
      assert.strictEqual((yield* Fiber.join(sent)).id, "t2")
    })
  )
})

describe("many turns that wait for one thread", () => {
  it.live("all fail with the end of the connection, however many there are", () =>
    Effect.gen(function* () {
      const { running, server, thread } = yield* begun
      const waiting = yield* Effect.forEach(Array.from({ length: 5000 }), () => T.background(thread.run("b")))
      yield* server.close({ _tag: "EndOfOutput" })
      for (const fiber of [running, ...waiting]) {
        const error = yield* Effect.flip(Fiber.join(fiber))
        assert.strictEqual(error._tag, "CodexError")
      }
    })
  )
})

describe("an external message", () => {
  it.live("ends with its turn if that ends right after the reply", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "u")
      const { end, start } = T.turnEvents(thread.id, "u", { text: "the answer" })
      yield* server.notifyAll(start)
      yield* server.flush
      const listeners = server.client["~session"].size()
      const sending = yield* T.background(
        thread.sendExternal(Input.externalMessage({ toolName: "inbox", content: "x" }))
      )
      const request = yield* server.next("turn/start")
      yield* server.reply(request, Peer.turnStartResponse("u"))
      yield* server.notifyAll(end)
      const joined = yield* Fiber.join(sending)
      assert.strictEqual((yield* joined.result).id, "u")
      assert.strictEqual((yield* turn.result).id, "u")
      assert.isBelow(server.client["~session"].size(), listeners)
    })
  )
})

describe("terminating the remaining commands of a turn", () => {
  it.live("ends, even if the server names the same page again and again", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "u")
      const { end, start } = T.turnEvents(thread.id, "u")
      yield* server.notifyAll([...start, T.itemStarted(thread.id, "u", T.command("c"))])
      yield* server.flush
      const stopping = yield* T.background(turn.interrupt({ terminals: "ofTurn" }))
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* server.notifyAll(end)
      for (const nextCursor of ["A", "B", "A"]) {
        yield* server.reply(yield* server.next("thread/backgroundTerminals/list"), { data: [], nextCursor })
      }
      assert.deepStrictEqual(yield* Fiber.join(stopping), { ended: true, terminalsEnded: 0 })
      assert.lengthOf(
        server.methods().filter((method) => method === "thread/backgroundTerminals/list"),
        3
      )
    })
  )
})
