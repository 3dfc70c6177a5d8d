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
  /** Answers the question whether the turn runs. */
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
  it.effect("interrupts a turn in which nothing happens, and fails it with what was collected", () =>
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

  it.effect("starts anew with every event, also one that nobody knows", () =>
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

  it.effect("takes no notice of a step of the wall clock, in either direction", () =>
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

  it.effect("stands still while a command runs, and goes on from its end", () =>
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

  it.effect("is not reached by a turn of which something is heard while the server is asked", () =>
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

  it.effect("finds an end that was missed: the turn completes with all its items, for everybody", () =>
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

  it.effect("doesn't wait for a server that doesn't say whether the turn runs", () =>
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

  it.effect("leaves the turn to itself if told so", () =>
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
  it.effect("ends a turn that is busy, with TurnTimedOut and what was collected", () =>
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

  it.effect("ends the turn here after 5 s more, if the server doesn't stop it; the next waits for its end there", () =>
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

  it.effect("is the failure also where the connection ends while the turn is being stopped", () =>
    Effect.gen(function* () {
      const { result, server } = yield* begun({ maxDuration: "1 minute" })
      yield* TestClock.adjust("1 minute")
      yield* server.next("turn/interrupt")
      yield* server.close({ _tag: "EndOfOutput" })
      const failure = yield* Effect.flip(Effect.flatten(Fiber.join(result)))
      assert.strictEqual(failure._tag, "TurnTimedOut")
    })
  )

  it.effect("says nothing where another limit has passed before, also while the turn is being stopped for that", () =>
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

  it.effect("leaves no timer behind a turn that ends in time, and limits that make no sense send nothing", () =>
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
