/**
 * Threads whose caller has gone before the reply: the connection does not stay subscribed to them.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import type * as Thread from "../../src/Thread.ts"
import { onBinary } from "../support/onBinary.ts"
import * as Peer from "../support/peer.ts"
import { at } from "../support/rawDriver.ts"
import * as T from "../turn/support.ts"

const unsubscribe = "thread/unsubscribe"

/** Waits until the client unsubscribes from a thread, and answers. */
const left = (server: T.Server) =>
  Effect.gen(function* () {
    const request = yield* server.next(unsubscribe)
    yield* server.reply(request, { status: "unsubscribed" })
    return at(request.params, "threadId")
  })

/** One turn of the event loop. */
const nextTick = Effect.promise(() => new Promise(setImmediate))

const resumeReply = (threadId: string) => Peer.threadResumeResponse(threadId)

describe("on the real server", () => {
  it.live("leaves no subscription for a start, a resume and a fork that are interrupted at any moment", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const client = yield* CodexClient.CodexClient
      const own = yield* codex.startThread()
      yield* own.run("hello")
      const held = new Set([own.id])
      // Saved, but without a handle here.
      const kept = yield* codex.startThread()
      yield* kept.run("hello")
      yield* kept.unsubscribe
      const openings: ReadonlyArray<Effect.Effect<Thread.Thread, unknown>> = [
        codex.startThread(),
        codex.startThread({ ephemeral: true }),
        codex.resumeThread(kept.id),
        codex.forkThread(own.id)
      ]
      for (let round = 0; round < 6; round++) {
        for (const opening of openings) {
          const fiber = yield* T.background(opening)
          // A number of turns of the event loop: from before it is written to after it is answered.
          for (let turn = 0; turn < round * 20; turn++) yield* nextTick
          yield* Fiber.interrupt(fiber)
          const exit = yield* Fiber.await(fiber)
          // In time for a handle.
          if (Exit.isSuccess(exit)) held.add(exit.value.id)
        }
      }
      assert.isBelow(held.size, 20)
      // The request to unsubscribe is sent with the reply, so that a request is in flight until all of it is done.
      while ((yield* client.inFlight) > 0) yield* nextTick
      const stillSubscribed = Effect.gen(function* () {
        const loaded = yield* codex.loadedThreads
        const found: Array<string> = []
        for (const threadId of loaded) {
          if (held.has(threadId)) continue
          const { status } = yield* codex.request(unsubscribe, { threadId })
          if (status === "unsubscribed") found.push(threadId)
        }
        return found
      })
      assert.deepStrictEqual(yield* stillSubscribed, [])
      assert.strictEqual((yield* own.run("again")).status, "completed")
    }).pipe(onBinary())
  )
})

describe("a start", () => {
  it.effect("is unsubscribed after a timeout when the reply arrives", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const starting = yield* T.background(Effect.flip(server.codex.forkThread("source")))
      const request = yield* server.next("thread/fork")
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual((yield* Fiber.join(starting)).reason._tag, "RequestTimeout")
      yield* server.reply(request, Peer.threadStartResponse("late"))
      assert.strictEqual(yield* left(server), "late")
    })
  )

  it.effect("is unsubscribed after an interruption when the reply arrives, even if the server is overloaded", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const starting = yield* T.background(server.codex.forkThread("source"))
      const request = yield* server.next("thread/fork")
      yield* Fiber.interrupt(starting)
      yield* server.flush
      assert.notInclude(server.methods(), unsubscribe)
      yield* server.reply(request, Peer.threadStartResponse("late"))
      yield* server.refuse(yield* server.next(unsubscribe), "overloaded", -32001)
      yield* server.flush
      yield* TestClock.adjust("300 millis")
      assert.strictEqual(yield* left(server), "late")
    })
  )

  it.effect("is unsubscribed if its reply is unreadable", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const starting = yield* T.background(Effect.flip(server.codex.forkThread("source")))
      const request = yield* server.next("thread/fork")
      yield* server.reply(request, { thread: { id: "odd" } })
      assert.strictEqual((yield* Fiber.join(starting)).reason._tag, "DecodeFailed")
      assert.strictEqual(yield* left(server), "odd")
    })
  )

  it.effect("sends nothing else if it is rejected after it was abandoned", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const starting = yield* T.background(server.codex.forkThread("source"))
      const request = yield* server.next("thread/fork")
      yield* Fiber.interrupt(starting)
      yield* server.refuse(request, "no such thread")
      yield* server.flush
      assert.deepStrictEqual(server.methods(), ["thread/fork"])
    })
  )

  it.effect("is never sent if it is interrupted while it waits for a permit", () =>
    Effect.gen(function* () {
      const server = yield* T.connect({ maxInFlight: 1 })
      const taking = yield* T.background(server.codex.request("model/list", {}))
      const taken = yield* server.next("model/list")
      const starting = yield* T.background(server.codex.forkThread("source"))
      yield* Fiber.interrupt(starting)
      yield* server.reply(taken, { data: [], nextCursor: null })
      yield* Fiber.join(taking)
      yield* server.flush
      assert.deepStrictEqual(server.methods(), ["model/list"])
    })
  )

  it.effect("fails immediately after the end of the connection", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      yield* server.close({ _tag: "EndOfOutput" })
      yield* Effect.flip(server.codex.request("model/list", {}))
      const error = yield* Effect.flip(server.codex.forkThread("x"))
      assert.strictEqual(error.reason._tag, "ConnectionClosed")
    })
  )
})

describe("an abandoned resume", () => {
  const resumed = Effect.fnUntraced(function* (server: T.Server, threadId: string) {
    const resuming = yield* T.background(server.codex.resumeThread(threadId))
    yield* server.reply(yield* server.next("thread/resume"), resumeReply(threadId))
    return yield* Fiber.join(resuming)
  })

  it.effect("keeps the subscription of a thread that another handle holds", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const held = yield* resumed(server, "held")
      const resuming = yield* T.background(server.codex.resumeThread("held"))
      const request = yield* server.next("thread/resume")
      yield* Fiber.interrupt(resuming)
      yield* server.reply(request, resumeReply("held"))
      yield* server.flush
      assert.notInclude(server.methods(), unsubscribe)
      const run = yield* T.background(held.run("hi"))
      yield* server.accept("u")
      yield* server.notifyAll(T.turnEvents("held", "u").all)
      assert.strictEqual((yield* Fiber.join(run)).id, "u")
    })
  )

  it.effect("keeps the subscription of a thread that another call resumes in the meantime", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const first = yield* T.background(server.codex.resumeThread("t"))
      const request = yield* server.next("thread/resume")
      const second = yield* T.background(server.codex.resumeThread("t"))
      const other = yield* server.next("thread/resume")
      yield* Fiber.interrupt(first)
      yield* server.reply(request, resumeReply("t"))
      yield* server.flush
      yield* server.reply(other, resumeReply("t"))
      const thread = yield* Fiber.join(second)
      assert.notInclude(server.methods(), unsubscribe)
      const run = yield* T.background(thread.run("hi"))
      yield* server.accept("u")
      yield* server.notifyAll(T.turnEvents("t", "u").all)
      assert.strictEqual((yield* Fiber.join(run)).id, "u")
    })
  )

  it.effect("is unsubscribed when the reply arrives, even if the caller's timeout is exceeded after it", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const first = yield* T.background(server.codex.resumeThread("t"))
      const request = yield* server.next("thread/resume")
      yield* Fiber.interrupt(first)
      yield* server.reply(request, resumeReply("t"))
      assert.strictEqual(yield* left(server), "t")
      // On a thread with a running turn, the client requests the latest turn after the reply.
      const second = yield* T.background(server.codex.resumeThread("t"))
      const reply = resumeReply("t")
      yield* server.reply(yield* server.next("thread/resume"), {
        ...reply,
        thread: { ...reply.thread, status: { type: "active", activeFlags: [] } }
      })
      yield* server.next("thread/turns/list")
      yield* Fiber.interrupt(second)
      assert.strictEqual(yield* left(server), "t")
      assert.isTrue(Option.isNone(Exit.getSuccess(yield* Fiber.await(second))))
      assert.strictEqual(server.client["~session"].size(), 0)
    })
  )

  it.effect("is unsubscribed if it failed because of its permissions", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const resuming = yield* T.background(
        Effect.flip(server.codex.resumeThread("t", { require: { sandbox: "fullAccess" } }))
      )
      yield* server.reply(yield* server.next("thread/resume"), resumeReply("t"))
      assert.strictEqual(yield* left(server), "t")
      assert.strictEqual((yield* Fiber.join(resuming)).reason._tag, "PermissionsDiffer")
    })
  )
})
