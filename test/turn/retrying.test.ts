import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Logger, Option, References, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as Codex from "../../src/Codex.ts"
import type * as Thread from "../../src/Thread.ts"
import * as followedTurn from "../../src/internal/turn/followedTurn.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Peer from "../support/peer.ts"
import * as T from "./support.ts"

/** The server message, which may quote the prompt. */
const words = "Reconnecting... 1/5 to the secret host"

/** The server retries its connection to the model. */
const retry = (threadId: string, turnId: string): Peer.Notification => ({
  method: "error",
  params: {
    threadId,
    turnId,
    willRetry: true,
    error: { message: words, codexErrorInfo: { responseStreamDisconnected: { httpStatusCode: null } } }
  }
})

/** Runs an effect with its own logger, and returns the warnings beside its outcome. */
const logged = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const lines: Array<{ readonly text: string; readonly annotations: object }> = []
  const first = yield* Deferred.make<void>()
  const logger = Logger.make(({ fiber, logLevel, message }) => {
    if (logLevel !== "Warn") return
    lines.push({ text: String(message), annotations: fiber.getRef(References.CurrentLogAnnotations) })
    Deferred.doneUnsafe(first, Exit.void)
  })
  const fiber = yield* T.background(Effect.provide(effect, Logger.layer([logger])))
  return { lines, fiber, first: Deferred.await(first) }
})

/** A turn that has begun, on a played server. */
const begun = Effect.fnUntraced(function* (options?: Thread.TurnOptions) {
  const server = yield* T.connect()
  const thread = yield* server.thread
  const { fiber, first, lines } = yield* logged(Effect.exit(thread.run("hi", options)))
  yield* server.accept("u")
  const { end, start } = T.turnEvents(thread.id, "u")
  const tell = (...events: ReadonlyArray<Peer.Notification>) => Effect.andThen(server.notifyAll(events), server.flush)
  yield* tell(...start)
  /** Stops the turn as requested, and returns the failure. */
  const stopped = Effect.gen(function* () {
    yield* server.reply(yield* server.next("turn/interrupt"), {})
    yield* tell(...T.turnEvents(thread.id, "u", { status: "interrupted" }).end)
    return yield* Effect.flip(Effect.flatten(Fiber.join(fiber)))
  })
  return { end, fiber, first, lines, server, stopped, tell, thread }
})

describe("the first retry of a turn", () => {
  it.effect("logs one warning with the caller's loggers and without the server's message", () =>
    Effect.gen(function* () {
      const { end, fiber, first, lines, tell, thread } = yield* begun()
      yield* tell(retry(thread.id, "u"))
      yield* first
      yield* tell(retry(thread.id, "u"), T.delta(thread.id, "u", "x"), retry(thread.id, "u"), ...end)
      assert.isTrue(Exit.isSuccess(yield* Fiber.join(fiber)))
      assert.strictEqual(lines.length, 1)
      for (const word of ["is retrying", "turn.state.retrying", "maxDuration", "idleTimeout"]) {
        assert.include(lines[0]?.text, word)
      }
      assert.notInclude(JSON.stringify(lines), "secret")
      assert.deepStrictEqual(lines[0]?.annotations, { threadId: thread.id, turnId: "u" })
    })
  )

  it.effect("is logged even if it arrives before the reply to `turn/start`", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const { fiber, first, lines } = yield* logged(thread.run("hi"))
      const request = yield* server.next("turn/start")
      const { end, start } = T.turnEvents(thread.id, "u")
      yield* server.notifyAll([...start, retry(thread.id, "u")])
      yield* server.reply(request, Peer.turnStartResponse("u"))
      yield* first
      yield* server.notifyAll(end)
      yield* Fiber.join(fiber)
      assert.strictEqual(lines.length, 1)
    })
  )

  it.effect("does not count the error that ends the turn", () =>
    Effect.gen(function* () {
      const { fiber, lines, tell, thread } = yield* begun()
      const { params } = retry(thread.id, "u")
      yield* tell({ method: "error", params: { ...Object(params), willRetry: false } })
      yield* tell(...T.turnEvents(thread.id, "u", { status: "failed" }).end)
      assert.isTrue(Exit.isFailure(yield* Fiber.join(fiber)))
      assert.deepStrictEqual(lines, [])
    })
  )

  it.effect("is logged outside of the reader loop, which continues immediately", () =>
    Effect.gen(function* () {
      const feed = followedTurn.make({ threadId: "t", turnId: "u", keepEvents: true, onEnd: () => {} })
      const told: Array<string> = []
      feed.onFirstRetry({ onRetry: () => told.push("told") })
      const error = { message: words, codexErrorInfo: null, additionalDetails: null }
      const params = { threadId: "t", turnId: "u", willRetry: true, error }
      feed.apply({ method: "error", params, raw: { method: "error", params } })
      assert.deepStrictEqual(told, [])
      yield* Effect.promise(() => Promise.resolve())
      assert.deepStrictEqual(told, ["told"])
    })
  )
})

describe("a limit that fires while the server retries", () => {
  it.effect("fails with TurnTimedOut, which has the last error and says what to check", () =>
    Effect.gen(function* () {
      const { stopped, tell, thread } = yield* begun({ maxDuration: "1 minute" })
      yield* tell(retry(thread.id, "u"))
      yield* TestClock.adjust("1 minute")
      const failure = yield* stopped
      assert.strictEqual(failure._tag, "TurnTimedOut")
      if (failure._tag !== "TurnTimedOut") return
      assert.strictEqual(Option.getOrThrow(failure.retrying).message, words)
      assert.include(failure.message, "was retrying the connection to the model provider")
      assert.include(failure.message, "`retrying`")
      assert.notInclude(failure.message, "secret")
    })
  )

  it.effect("fails with TurnStalled, which does the same", () =>
    Effect.gen(function* () {
      const { server, stopped, tell, thread } = yield* begun({ idleTimeout: "1 minute" })
      yield* tell(retry(thread.id, "u"))
      yield* TestClock.adjust("1 minute")
      const asked = yield* server.next("thread/read")
      const reply = Peer.threadReadResponse(thread.id)
      yield* server.reply(asked, { ...reply, thread: { ...reply.thread, status: { type: "active", activeFlags: [] } } })
      const failure = yield* stopped
      assert.strictEqual(failure._tag, "TurnStalled")
      if (failure._tag !== "TurnStalled") return
      assert.strictEqual(Option.getOrThrow(failure.retrying).message, words)
      assert.include(failure.message, "was retrying the connection to the model provider")
    })
  )

  it.effect("does not mention a connection that has recovered", () =>
    Effect.gen(function* () {
      const { stopped, tell, thread } = yield* begun({ maxDuration: "1 minute" })
      yield* tell(retry(thread.id, "u"), T.delta(thread.id, "u", "here I am"))
      yield* TestClock.adjust("1 minute")
      const failure = yield* stopped
      assert.strictEqual(failure._tag, "TurnTimedOut")
      if (failure._tag !== "TurnTimedOut") return
      assert.deepStrictEqual(failure.retrying, Option.none())
      assert.notInclude(failure.message, "retrying")
    })
  )
})

describe("limits of a turn", () => {
  it.effect("a retry counts as an event for `idleTimeout`, and does not reset `maxDuration`", () =>
    Effect.gen(function* () {
      const { server, stopped, tell, thread } = yield* begun({ idleTimeout: "1 minute", maxDuration: "2 minutes" })
      for (const pause of ["50 seconds", "50 seconds"] as const) {
        yield* TestClock.adjust(pause)
        yield* tell(retry(thread.id, "u"))
      }
      assert.deepStrictEqual(server.methods(), ["turn/start"])
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual((yield* stopped)._tag, "TurnTimedOut")
    })
  )

  it.effect("the wait for another turn of the thread does not count towards `maxDuration`", () =>
    Effect.gen(function* () {
      const { end, fiber, server, tell, thread } = yield* begun()
      const behind = yield* T.background(thread.run("then", { maxDuration: "1 minute" }))
      yield* TestClock.adjust("1 hour")
      yield* tell(...end)
      assert.isTrue(Exit.isSuccess(yield* Fiber.join(fiber)))
      yield* server.accept("v")
      yield* TestClock.adjust("59 seconds")
      yield* server.notifyAll(T.turnEvents(thread.id, "v", { text: "after all" }).all)
      assert.deepStrictEqual((yield* Fiber.join(behind)).finalResponse, Option.some("after all"))
    })
  )
})

const nobodyAtHome: CodexTest.Options = {
  config: {
    settings: { model_provider: "unreachable" },
    extra: '[model_providers.unreachable]\nname = "n"\nbase_url = "http://127.0.0.1:9/v1"\nwire_api = "responses"'
  }
}

describe("an unreachable model provider, on the real binary", () => {
  it.effect("causes a warning, and is named by the limit that ends the turn", () =>
    Effect.gen(function* () {
      const thread = yield* (yield* Codex.Codex).startThread()
      const { fiber, first, lines } = yield* logged(Effect.flip(thread.run("hi", { maxDuration: "5 minutes" })))
      // The server needs some time, which is not that of the test clock.
      yield* TestClock.adjust("1 second")
      yield* first
      yield* TestClock.adjust("5 minutes")
      const failure = yield* Fiber.join(fiber)
      assert.strictEqual(lines.length, 1)
      assert.notInclude(lines[0]?.text, "Reconnecting")
      assert.strictEqual(failure._tag, "TurnTimedOut")
      if (failure._tag !== "TurnTimedOut") return
      assert.include(Option.getOrThrow(failure.retrying).message, "Reconnecting")
      assert.strictEqual(failure.result.status, "interrupted")
    }).pipe(Effect.provide(CodexTest.layer(nobodyAtHome)))
  )

  it.effect("causes a warning for a goal, too, and is named by the limit that ends it", () =>
    Effect.gen(function* () {
      const thread = yield* (yield* Codex.Codex).startThread()
      const { fiber, first, lines } = yield* logged(Effect.flip(thread.runGoal("Count.", { maxDuration: "5 minutes" })))
      yield* TestClock.adjust("1 second")
      yield* first
      yield* TestClock.adjust("5 minutes")
      const failure = yield* Fiber.join(fiber)
      assert.strictEqual(failure._tag, "TurnTimedOut")
      if (failure._tag === "TurnTimedOut") assert.isTrue(Option.isSome(failure.retrying))
      assert.strictEqual(lines.length, 1)
      assert.include(lines[0]?.text, "`maxDuration`")
    }).pipe(Effect.provide(CodexTest.layer(nobodyAtHome)))
  )

  it.live("causes only a warning if it recovers, and the turn completes", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      yield* model.enqueue(MockModel.drop({ after: 2 }), MockModel.reply("here again"))
      const thread = yield* (yield* Codex.Codex).startThread()
      const { fiber, lines } = yield* logged(thread.run("hi"))
      assert.deepStrictEqual((yield* Fiber.join(fiber)).finalResponse, Option.some("here again"))
      assert.strictEqual(lines.length, 1)
      yield* model.enqueue(MockModel.reply("fine"))
      const quiet = yield* logged(Stream.runDrain(thread.streamUntilEnd("again")))
      yield* Fiber.join(quiet.fiber)
      assert.deepStrictEqual(quiet.lines, [])
    }).pipe(Effect.provide(CodexTest.layer({ config: { streamMaxRetries: 2 } })))
  )
})
