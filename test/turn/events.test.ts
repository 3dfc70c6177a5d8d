import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Logger, Option, Stream } from "effect"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as Notification from "../../src/internal/client/notifications.ts"
import * as Turn from "../../src/Turn.ts"
import { EventsOverflowed } from "../../src/internal/turn/turnErrors.ts"
import * as Peer from "../support/peer.ts"
import { begun, feedOf } from "./followed.ts"
import * as T from "./support.ts"

/** Collects garbage, after the turn of the event loop in which a `WeakRef` keeps its target alive. */
const collectGarbage = Effect.promise(async () => {
  setFlagsFromString("--expose-gc")
  const gc: unknown = runInNewContext("gc")
  assert.isFunction(gc)
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setImmediate(resolve))
    if (typeof gc === "function") gc()
  }
})

describe("consumers of events", () => {
  it.effect("the first consumer gets all events from the start, also if it subscribes late or after the end", () =>
    Effect.gen(function* () {
      const { begin, close, say, turn } = yield* begun
      yield* begin
      yield* say("a", "b")
      yield* close("ab")
      const events = yield* Stream.runCollect(turn.eventsUntilEnd)
      assert.deepStrictEqual(T.methodsOf(events), [
        "turn/started",
        "item/started",
        "item/agentMessage/delta",
        "item/agentMessage/delta",
        "item/completed",
        "turn/completed"
      ])
    })
  )

  it.effect("a later consumer gets a snapshot, then new events; after the end, a snapshot and the end", () =>
    Effect.gen(function* () {
      const { begin, close, say, turn } = yield* begun
      const first = yield* T.background(Stream.runCollect(turn.eventsUntilEnd))
      yield* begin
      yield* say("a", "b")
      const second = yield* T.background(Stream.runCollect(turn.eventsUntilEnd))
      yield* say("c")
      yield* close("abc")
      const late = yield* Fiber.join(second)
      assert.deepStrictEqual(T.methodsOf(late), [
        "~snapshot",
        "item/agentMessage/delta",
        "item/completed",
        "turn/completed"
      ])
      const [snapshot] = late
      assert.strictEqual(snapshot?.method === "~snapshot" && snapshot.state.items[0]?.text, "ab")
      const after = yield* Stream.runCollect(turn.eventsUntilEnd)
      assert.deepStrictEqual(T.methodsOf(after), ["~snapshot", "turn/completed"])
      const all = yield* Fiber.join(first)
      for (const events of [all, late, after]) {
        assert.deepStrictEqual(yield* Turn.finalText(Stream.fromIterable(events)), Option.some("abc"))
        assert.strictEqual(
          T.messages(yield* Stream.runCollect(Turn.completedItems(Stream.fromIterable(events)))).join(),
          "abc"
        )
        assert.strictEqual((yield* Stream.runCollect(Turn.textDeltas(Stream.fromIterable(events)))).join(""), "abc")
      }
    })
  )

  it.effect(
    "consumers read at their own pace; one that stops or is interrupted neither stalls nor affects the others",
    () =>
      Effect.gen(function* () {
        const { begin, close, say, turn } = yield* begun
        const gate = yield* Deferred.make<void>()
        const fast = yield* T.background(Stream.runCollect(turn.eventsUntilEnd))
        const slow = yield* T.background(
          Stream.runCollect(Stream.mapEffect(turn.eventsUntilEnd, (event) => Effect.as(Deferred.await(gate), event)))
        )
        const leaving = yield* T.background(Stream.runCollect(Stream.take(turn.eventsUntilEnd, 2)))
        const interrupted = yield* T.background(Stream.runDrain(turn.eventsUntilEnd))
        yield* begin
        yield* say(...Array.from({ length: 100 }, (_, n) => `${n},`))
        yield* Fiber.interrupt(interrupted)
        const text = Array.from({ length: 100 }, (_, n) => `${n},`).join("")
        yield* close(text)
        assert.strictEqual(T.textOf(yield* Fiber.join(fast)), text)
        assert.strictEqual((yield* Fiber.join(leaving)).length, 2)
        assert.isUndefined(slow.pollUnsafe())
        yield* Deferred.succeed(gate, undefined)
        assert.strictEqual(T.textOf(yield* Fiber.join(slow)), text)
      })
  )

  it.effect("lagging consumers get the whole text in merged deltas", () =>
    Effect.gen(function* () {
      const { begin, deltas, end, feed } = feedOf(true)
      const gate = yield* Deferred.make<void>()
      const reading = yield* T.background(
        Stream.runCollect(Stream.mapEffect(feed.events, (event) => Effect.as(Deferred.await(gate), event)))
      )
      begin()
      deltas(50_000, "x")
      end()
      yield* Deferred.succeed(gate, undefined)
      const events = yield* Fiber.join(reading)
      assert.isBelow(events.length, 1400)
      assert.strictEqual(T.textOf(events), "x".repeat(50_000))
    })
  )

  it.effect("late consumers lose no buffered event, and do not fail because of them", () =>
    Effect.gen(function* () {
      for (const whenSlow of ["dropDeltas", "fail"] as const) {
        const { begin, deltas, end, feed } = feedOf(true)
        begin()
        deltas(50, "x")
        const reading = yield* T.background(Stream.runCollect(feed.eventsWith({ whenSlow, capacity: 10 })))
        end()
        assert.strictEqual(T.textOf(yield* Fiber.join(reading)), "x".repeat(50))
      }
    })
  )

  for (const whenSlow of ["merge", "dropDeltas", "fail"] as const) {
    it.effect(`consumers keep to their own capacity (${whenSlow}), including the first one`, () =>
      Effect.gen(function* () {
        const { begin, deltas, end, feed } = feedOf(true)
        const gate = yield* Deferred.make<void>()
        const read = () =>
          T.background(
            Effect.exit(
              Stream.runCollect(
                Stream.mapEffect(feed.eventsWith({ whenSlow, capacity: 10 }), (event) =>
                  Effect.as(Deferred.await(gate), event)
                )
              )
            )
          )
        begin()
        const readers = [yield* read(), yield* read()]
        // They hold the first batch; from here on, the backlog counts.
        deltas(1, "x")
        deltas(500, "x")
        end()
        yield* Deferred.succeed(gate, undefined)
        for (const reader of readers) {
          const exit = yield* Fiber.join(reader)
          if (whenSlow === "fail") {
            assert.isTrue(Exit.isFailure(exit))
            const error = yield* Effect.flip(exit)
            assert.instanceOf(error, EventsOverflowed)
            assert.strictEqual(error.capacity, 10)
            continue
          }
          const events = yield* exit
          assert.isAtMost(events.length, 14)
          assert.strictEqual(events.at(-1)?.method, "turn/completed")
          if (whenSlow === "merge") assert.strictEqual(T.textOf(events).length, 501)
          else assert.isBelow(T.textOf(events).length, 501)
        }
      })
    )
  }

  it.effect(
    "a consumer that exceeds the byte limit continues with a snapshot, gets the end, and causes one warning",
    () =>
      Effect.gen(function* () {
        const { begin, deltas, end, feed, tell } = feedOf(true)
        const lines: Array<string> = []
        const logger = Logger.make(({ message }) => lines.push(String(message)))
        const gate = yield* Deferred.make<void>()
        const reader = yield* T.background(
          Stream.runCollect(Stream.mapEffect(feed.events, (event) => Effect.as(Deferred.await(gate), event))).pipe(
            Effect.provide(Logger.layer([logger]))
          )
        )
        begin()
        // It holds the first batch.
        yield* Effect.yieldNow
        const large = "x".repeat(2 ** 20)
        for (let n = 0; n < 100; n++) {
          tell(T.itemCompleted("t", "u", { ...T.command(`c${n}`, "completed"), aggregatedOutput: `${n} ${large}` }))
        }
        tell(T.itemStarted("t", "u", Peer.agentMessage("m", "")))
        deltas(3, "y")
        end()
        yield* Deferred.succeed(gate, undefined)
        const events = yield* Fiber.join(reader)
        const at = events.findLastIndex(({ method }) => method === "~snapshot")
        const snapshot = events[at]
        assert.strictEqual(events.at(-1)?.method, "turn/completed")
        const inSnapshot = snapshot?.method === "~snapshot" ? snapshot.state.items.length : 0
        const told = events.slice(at).filter(({ method }) => method === "item/completed").length
        assert.isAbove(inSnapshot, 0)
        assert.strictEqual(inSnapshot + told, 100)
        assert.strictEqual(T.textOf(events.slice(at)), "yyy")
        assert.strictEqual(lines.filter((line) => line.includes("replaced by one snapshot")).length, 1)
      })
  )

  it.effect("texts and completed items are emitted once, also with a snapshot in between", () =>
    Effect.gen(function* () {
      const { begin, deltas, feed, tell } = feedOf(false)
      const read: Array<Turn.TurnEvent> = []
      const snapshot = () => read.push({ method: "~snapshot", state: feed.state() })
      const { params } = T.itemCompleted("t", "u", T.command("c", "completed"))
      const completed = Notification.decode({ method: "item/completed", params, message: { params } })
      begin()
      tell(T.itemStarted("t", "u", Peer.agentMessage("m", "")))
      deltas(1, "one ")
      const delta = T.delta("t", "u", "one ")
      read.push(Notification.decode({ ...delta, message: { ...delta } }))
      feed.apply(completed)
      read.push(completed)
      deltas(1, "two ")
      snapshot()
      deltas(1, "three")
      tell(T.itemCompleted("t", "u", T.command("d", "completed")))
      snapshot()
      const events = Stream.fromIterable(read)
      assert.deepStrictEqual(yield* Stream.runCollect(Turn.textDeltas(events)), ["one ", "two ", "three"])
      const items = yield* Stream.runCollect(Turn.completedItems(events))
      assert.deepStrictEqual(
        items.map((item) => item.type === "commandExecution" && item.id),
        ["c", "d"]
      )
    })
  )

  it.effect("an unread turn keeps its state but not its events; its first consumer starts with a snapshot", () =>
    Effect.gen(function* () {
      const { begin, deltas, end, feed, tell } = feedOf(true)
      begin()
      tell(T.itemStarted("t", "u", Peer.agentMessage("m", "")))
      deltas(257, "x")
      end()
      const events = yield* Stream.runCollect(feed.events)
      assert.deepStrictEqual(T.methodsOf(events), ["~snapshot", "turn/completed"])
      assert.strictEqual(
        (yield* Stream.runCollect(Turn.textDeltas(Stream.fromIterable(events)))).join(""),
        "x".repeat(257)
      )
    })
  )

  it.effect("events are freed while the turn runs, both those that were read and those of an unread turn", () =>
    Effect.gen(function* () {
      const kept: Array<WeakRef<object>> = []
      const { begin, feed } = feedOf(true)
      const tell = (n: number) => {
        const params = { threadId: "t", turnId: "u", itemId: "m", delta: `${n}` }
        const message = { method: "item/agentMessage/delta", params }
        kept.push(new WeakRef(message))
        feed.apply(Notification.decode({ method: message.method, params, message }))
      }
      begin()
      const reading = yield* T.background(Stream.runDrain(feed.events))
      for (let n = 0; n < 1000; n++) tell(n)
      yield* Effect.yieldNow
      yield* Fiber.interrupt(reading)
      for (let n = 0; n < 1000; n++) tell(n)
      yield* collectGarbage
      const alive = kept.filter((ref) => ref.deref() !== undefined).length
      assert.isBelow(alive, 10)
      assert.isFalse(feed.isEnded())
    })
  )

  it.effect("events that have the turn id in another place are kept, and so are unknown events", () =>
    Effect.gen(function* () {
      const { begin, close, server, thread, turn } = yield* begun
      const reading = yield* T.background(Stream.runCollect(turn.eventsUntilEnd))
      yield* begin
      yield* server.notify("turn/ofTomorrow", { threadId: thread.id, turn: { id: "u" } })
      yield* server.notify("turn/ofTomorrow", { threadId: thread.id, turnId: "another" })
      yield* server.notify("item/agentMessage/delta", { threadId: thread.id, turnId: "u", delta: { no: "text" } })
      yield* close("done")
      const events = yield* Fiber.join(reading)
      assert.deepStrictEqual(
        events.map((event) => [event.method, event.method === "~unknown" ? event.raw["method"] : "-"]),
        [
          ["turn/started", "-"],
          ["item/started", "-"],
          ["~unknown", "turn/ofTomorrow"],
          ["~unknown", "item/agentMessage/delta"],
          ["item/completed", "-"],
          ["turn/completed", "-"]
        ]
      )
    })
  )

  it.live("a consumer that subscribes during a burst gets each event once: in its snapshot, or after it", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "u")
      const { end, start } = T.turnEvents(thread.id, "u")
      yield* server.notifyAll([...start, T.itemStarted(thread.id, "u", Peer.agentMessage("m", ""))])
      yield* server.flush
      const late = yield* Deferred.make<Fiber.Fiber<ReadonlyArray<Turn.TurnEvent>, unknown>>()
      const reading = yield* T.background(
        Stream.runForEach(turn.eventsUntilEnd, (event) =>
          event.method === "item/agentMessage/delta" && !Deferred.isDoneUnsafe(late)
            ? Effect.flatMap(
                Effect.forkDetach(Stream.runCollect(turn.eventsUntilEnd), { startImmediately: true }),
                (fiber) => Deferred.succeed(late, fiber)
              )
            : Effect.void
        )
      )
      yield* server.flush
      const pieces = Array.from({ length: 300 }, (_, n) => `<${n}>`)
      // What the reader does with one batch.
      for (const piece of pieces) {
        const { method, params } = T.delta(thread.id, "u", piece)
        server.client["~session"].onNotification({ method, params, message: { method, params } })
      }
      yield* server.notifyAll(end)
      yield* Fiber.join(reading)
      const events = yield* Fiber.join(yield* Deferred.await(late))
      const text = events.map((event) =>
        event.method === "~snapshot"
          ? event.state.items.map((item) => item.text).join("")
          : event.method === "item/agentMessage/delta"
            ? event.params.delta
            : ""
      )
      assert.strictEqual(text.join(""), pieces.join(""))
    })
  )

  it.live("consumers of the tree get the start of a review, and its end if it comes later", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const starting = yield* T.background(thread.review({ type: "uncommittedChanges" }))
      const reply = { ...Peer.turnStartResponse("review"), reviewThreadId: thread.id }
      yield* server.reply(yield* server.next("review/start"), reply)
      const turn = yield* Fiber.join(starting)
      const tree = yield* T.background(Stream.runCollect(turn.tree))
      const { start } = T.turnEvents(thread.id, "other")
      // A review starts under another id, and names its own.
      const begins = start.map(({ method, params }) => ({
        method,
        params:
          method === "turn/started"
            ? { ...Object(params), turn: { ...Object(Object(params).turn), rootTurnId: "review" } }
            : params
      }))
      yield* server.notifyAll([...begins, ...T.turnEvents(thread.id, "review").end])
      const methods = (yield* Fiber.join(tree)).map(({ event }) => event.method)
      assert.deepStrictEqual(methods, ["turn/started", "turn/completed"])
      const late = (yield* Stream.runCollect(turn.tree)).map(({ event }) => event.method)
      assert.deepStrictEqual(late, ["~snapshot", "turn/completed"])
    })
  )
})
