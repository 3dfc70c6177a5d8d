import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, Fiber, Option, Stream } from "effect"
import { TestClock } from "effect/testing"
import type * as Thread from "../../src/Thread.ts"
import * as Peer from "../support/peer.ts"
import { at } from "../support/rawDriver.ts"
import * as T from "./support.ts"

const begun = Effect.fnUntraced(function* (options: Thread.TurnOptions) {
  const server = yield* T.connect()
  const thread = yield* server.thread
  const turn = yield* T.startTurn(server, thread, "u", options)
  const result = yield* T.background(Effect.exit(turn.result))
  const { end, start } = T.turnEvents(thread.id, "u")
  const tell = (...events: ReadonlyArray<Peer.Notification>) => Effect.andThen(server.notifyAll(events), server.flush)
  yield* tell(...start)
  /** Answers the request for the turn's status. */
  const answer = (status: object, turns: ReadonlyArray<unknown> = []) =>
    Effect.flatMap(server.next("thread/read"), (request) => {
      const reply = Peer.threadReadResponse(thread.id, turns)
      return server.reply(request, { ...reply, thread: { ...reply.thread, status } })
    })
  const active = answer({ type: "active", activeFlags: [] })
  const interrupted = T.turnEvents(thread.id, "u", { status: "interrupted" }).end
  return { active, answer, end, interrupted, result, server, tell, thread, turn }
})

describe("idleTimeout", () => {
  it.effect("interrupts a turn without events, and fails it with the partial result", () =>
    Effect.gen(function* () {
      const { active, interrupted, result, server, tell, thread, turn } = yield* begun({ idleTimeout: "10 seconds" })
      const events = yield* T.background(Effect.flip(Stream.runDrain(turn.eventsUntilEnd)))
      yield* tell(T.itemCompleted(thread.id, "u", Peer.agentMessage("m", "so far")))
      yield* TestClock.adjust("9999 millis")
      assert.deepStrictEqual(server.methods(), ["turn/start"])
      yield* TestClock.adjust("1 millis")
      yield* active
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* tell(...interrupted)
      const failure = yield* Effect.flip(Effect.flatten(Fiber.join(result)))
      assert.strictEqual(failure._tag, "TurnStalled")
      if (failure._tag !== "TurnStalled") return
      assert.deepStrictEqual(failure.idleTimeout, Duration.millis(10_000))
      assert.strictEqual(failure.result.status, "interrupted")
      assert.deepStrictEqual(T.messages(failure.result.items), ["so far"])
      assert.strictEqual(yield* Fiber.join(events), failure)
    })
  )

  it.effect("restarts with every event, also an unknown one", () =>
    Effect.gen(function* () {
      const { end, result, server, tell, thread } = yield* begun({ idleTimeout: "10 seconds" })
      for (const event of [
        T.delta(thread.id, "u", "x"),
        { method: "turn/ofTomorrow", params: { threadId: thread.id, turnId: "u" } },
        T.delta(thread.id, "u", "y")
      ]) {
        yield* TestClock.adjust("9 seconds")
        yield* tell(event)
      }
      yield* TestClock.adjust("9 seconds")
      yield* tell(...end)
      assert.isTrue(Exit.isSuccess(yield* Fiber.join(result)))
      assert.deepStrictEqual(server.methods(), ["turn/start"])
    })
  )

  it.effect("ignores a step of the wall clock, in either direction", () =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      const step = { by: 0 }
      // Only the wall clock of the same clock is moved.
      const moved: Clock.Clock = Object.create(clock, {
        currentTimeMillisUnsafe: { value: () => clock.currentTimeMillisUnsafe() + step.by }
      })
      yield* Effect.gen(function* () {
        const { active, server, tell, thread } = yield* begun({ idleTimeout: "10 seconds" })
        step.by = 3_600_000
        yield* TestClock.adjust("9 seconds")
        yield* tell(T.delta(thread.id, "u", "x"))
        step.by = -3_600_000
        yield* TestClock.adjust("9999 millis")
        assert.deepStrictEqual(server.methods(), ["turn/start"])
        yield* TestClock.adjust("1 millis")
        yield* active
        yield* server.next("turn/interrupt")
      }).pipe(Effect.provideService(Clock.Clock, moved))
    })
  )

  it.effect("pauses while a command runs, and continues from its end", () =>
    Effect.gen(function* () {
      const { active, server, tell, thread } = yield* begun({ idleTimeout: "10 seconds" })
      yield* tell(T.itemStarted(thread.id, "u", T.command("c")))
      yield* TestClock.adjust("1 hour")
      yield* tell(T.itemCompleted(thread.id, "u", T.command("c", "completed")))
      yield* TestClock.adjust("9 seconds")
      assert.deepStrictEqual(server.methods(), ["turn/start"])
      yield* TestClock.adjust("1 seconds")
      yield* active
      yield* server.next("turn/interrupt")
    })
  )

  it.effect("does not fire if an event arrives during the status check", () =>
    Effect.gen(function* () {
      const { active, end, result, server, tell, thread } = yield* begun({ idleTimeout: "10 seconds" })
      yield* TestClock.adjust("10 seconds")
      const asked = yield* server.next("thread/read")
      yield* TestClock.adjust("2 seconds")
      yield* tell(T.delta(thread.id, "u", "alive"))
      const reply = Peer.threadReadResponse(thread.id)
      yield* server.reply(asked, { ...reply, thread: { ...reply.thread, status: { type: "active", activeFlags: [] } } })
      yield* TestClock.adjust("9 seconds")
      assert.deepStrictEqual(server.methods(), ["turn/start", "thread/read"])
      yield* TestClock.adjust("1 seconds")
      yield* active
      yield* server.next("turn/interrupt")
      yield* tell(...end)
      assert.isTrue(Exit.isFailure(yield* Fiber.join(result)))
    })
  )

  it.effect("detects an end that was missed: the turn completes with all its items, for every consumer", () =>
    Effect.gen(function* () {
      const { answer, result, thread, turn, server } = yield* begun({ idleTimeout: "10 seconds" })
      const events = yield* T.background(Stream.runCollect(turn.eventsUntilEnd))
      const tree = yield* T.background(Stream.runCollect(turn.tree))
      yield* TestClock.adjust("10 seconds")
      const told = at(T.turnEvents(thread.id, "u", { text: "the answer" }).all.at(-1)?.params, "turn")
      yield* answer({ type: "idle" })
      yield* answer({ type: "idle" }, [told])
      const found = yield* Effect.flatten(Fiber.join(result))
      assert.strictEqual(found.status, "completed")
      assert.deepStrictEqual(found.finalResponse, Option.some("the answer"))
      assert.strictEqual((yield* Fiber.join(events)).at(-1)?.method, "turn/completed")
      assert.strictEqual((yield* Fiber.join(tree)).at(-1)?.event.method, "turn/completed")
      const next = yield* T.background(thread.send("more"))
      yield* server.accept("v")
      assert.strictEqual((yield* Fiber.join(next)).id, "v")
    })
  )

  it.effect("does not wait for a server that does not report whether the turn runs", () =>
    Effect.gen(function* () {
      const { result, server } = yield* begun({ idleTimeout: "10 seconds" })
      yield* TestClock.adjust("10 seconds")
      yield* server.next("thread/read")
      yield* TestClock.adjust("5 seconds")
      yield* server.next("turn/interrupt")
      yield* TestClock.adjust("5 seconds")
      const failure = yield* Effect.flip(Effect.flatten(Fiber.join(result)))
      assert.strictEqual(failure._tag, "TurnStalled")
    })
  )

  it.effect("leaves the turn running on the server if told so", () =>
    Effect.gen(function* () {
      const { active, result, server } = yield* begun({ idleTimeout: "10 seconds", whenExceeded: "leave" })
      yield* TestClock.adjust("10 seconds")
      yield* active
      const failure = yield* Effect.flip(Effect.flatten(Fiber.join(result)))
      assert.strictEqual(failure._tag, "TurnStalled")
      yield* server.flush
      assert.deepStrictEqual(server.methods(), ["turn/start", "thread/read"])
    })
  )
})

describe("maxDuration", () => {
  it.effect("ends a busy turn with TurnTimedOut and the partial result", () =>
    Effect.gen(function* () {
      const { interrupted, result, server, tell, thread } = yield* begun({ maxDuration: "1 minute" })
      for (let n = 0; n < 5; n++) {
        yield* TestClock.adjust("10 seconds")
        yield* tell(T.delta(thread.id, "u", "x"))
      }
      yield* TestClock.adjust("9999 millis")
      assert.deepStrictEqual(server.methods(), ["turn/start"])
      yield* TestClock.adjust("1 millis")
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* tell(...interrupted)
      const failure = yield* Effect.flip(Effect.flatten(Fiber.join(result)))
      assert.strictEqual(failure._tag, "TurnTimedOut")
      if (failure._tag === "TurnTimedOut") assert.deepStrictEqual(failure.maxDuration, Duration.millis(60_000))
    })
  )

  it.effect(
    "ends the turn here after another 5 s if the server does not stop it; the next run waits for its end there",
    () =>
      Effect.gen(function* () {
        const { result, server, thread } = yield* begun({ maxDuration: "1 minute" })
        yield* TestClock.adjust("65 seconds")
        const failure = yield* Effect.flip(Effect.flatten(Fiber.join(result)))
        assert.strictEqual(failure._tag, "TurnTimedOut")
        const next = yield* T.background(thread.turn("more"))
        yield* server.flush
        assert.notInclude(server.methods().slice(1), "turn/start")
        yield* server.notifyAll(T.turnEvents(thread.id, "u").end)
        yield* server.accept("v")
        assert.strictEqual((yield* Fiber.join(next)).id, "v")
      })
  )

  it.effect("is the failure also if the connection ends while the turn is being stopped", () =>
    Effect.gen(function* () {
      const { result, server } = yield* begun({ maxDuration: "1 minute" })
      yield* TestClock.adjust("1 minute")
      yield* server.next("turn/interrupt")
      yield* server.close({ _tag: "EndOfOutput" })
      const failure = yield* Effect.flip(Effect.flatten(Fiber.join(result)))
      assert.strictEqual(failure._tag, "TurnTimedOut")
    })
  )

  it.effect("has no effect if another limit has fired, also while that one stops the turn", () =>
    Effect.gen(function* () {
      const { active, interrupted, result, server, tell } = yield* begun({
        idleTimeout: "10 seconds",
        maxDuration: "10500 millis"
      })
      yield* TestClock.adjust("10 seconds")
      yield* active
      const stop = yield* server.next("turn/interrupt")
      yield* TestClock.adjust("500 millis")
      yield* server.reply(stop, {})
      yield* tell(...interrupted)
      const failure = yield* Effect.flip(Effect.flatten(Fiber.join(result)))
      assert.strictEqual(failure._tag, "TurnStalled")
      assert.deepStrictEqual(server.methods(), ["turn/start", "thread/read", "turn/interrupt"])
    })
  )

  it.effect("leaves no timer after the end of the turn, and invalid limits send nothing", () =>
    Effect.gen(function* () {
      const { end, result, server, tell, thread } = yield* begun({ maxDuration: "1 minute", idleTimeout: "1 minute" })
      yield* tell(...end)
      assert.isTrue(Exit.isSuccess(yield* Fiber.join(result)))
      yield* TestClock.adjust("1 hour")
      const failure = yield* Effect.flip(thread.run("hi", { maxDuration: "-1 second" }))
      assert.strictEqual(failure._tag, "CodexError")
      yield* server.flush
      assert.deepStrictEqual(server.methods(), ["turn/start"])
    })
  )
})
