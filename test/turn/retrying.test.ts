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

/** The words of the server, which can quote the prompt. */
const words = "Reconnecting... 1/5 to the secret host"

/** The server tries again to reach the model. */
const retry = (threadId: string, turnId: string): Peer.Notification => ({
  method: "error",
  params: {
    threadId,
    turnId,
    willRetry: true,
    error: { message: words, codexErrorInfo: { responseStreamDisconnected: { httpStatusCode: null } } }
  }
})

/** Runs an effect with a logger of its own, and gives the warnings beside what it came to. */
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
  /** Stops the turn as it is asked to, and gives the failure. */
  const stopped = Effect.gen(function* () {
    yield* server.reply(yield* server.next("turn/interrupt"), {})
    yield* tell(...T.turnEvents(thread.id, "u", { status: "interrupted" }).end)
    return yield* Effect.flip(Effect.flatten(Fiber.join(fiber)))
  })
  return { end, fiber, first, lines, server, stopped, tell, thread }
})

describe("the first retry of a turn", () => {
  it.effect("is logged as a warning, once, by the loggers of who runs the turn, without the server's words", () =>
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

  it.effect("is logged also where it came before the reply to `turn/start`", () =>
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

  it.effect("is not what a failure is that ends the turn: that is no retry", () =>
    Effect.gen(function* () {
      const { fiber, lines, tell, thread } = yield* begun()
      const { params } = retry(thread.id, "u")
      yield* tell({ method: "error", params: { ...Object(params), willRetry: false } })
      yield* tell(...T.turnEvents(thread.id, "u", { status: "failed" }).end)
      assert.isTrue(Exit.isFailure(yield* Fiber.join(fiber)))
      assert.deepStrictEqual(lines, [])
    })
  )

  it.effect("is told outside of the reader, which goes on at once", () =>
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

describe("a limit that passes while the server retries", () => {
  it.effect("says so: TurnTimedOut keeps the last error, and its message where to look", () =>
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

  it.effect("says so: TurnStalled too", () =>
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

  it.effect("isn't blamed on a connection that had come back", () =>
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
  it.effect("a retry ends a silence: `idleTimeout` is counted anew, `maxDuration` is not", () =>
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

  it.effect("the wait behind another turn of the thread doesn't count as `maxDuration`", () =>
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

describe("a model host out of reach, on the real binary", () => {
  it.effect("is heard of in the log, and is named by the limit that ends the turn", () =>
    Effect.gen(function* () {
      const thread = yield* (yield* Codex.Codex).startThread()
      const { fiber, first, lines } = yield* logged(Effect.flip(thread.run("hi", { maxDuration: "5 minutes" })))
      // The server takes its time, which is not the test's.
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

  it.effect("is heard of in the log of a goal as well, and is named by the limit that ends it", () =>
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

  it.live("that comes back costs a warning, and the turn completes", () =>
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
