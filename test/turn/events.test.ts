import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Option, Stream } from "effect"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as turnFeed from "../../src/internal/turn/turnFeed.ts"
import * as Notification from "../../src/Notification.ts"
import * as Turn from "../../src/Turn.ts"
import { EventsOverflowed } from "../../src/TurnError.ts"
import * as Peer from "../support/peer.ts"
import * as T from "./support.ts"

/** A turn that has begun, with its message open. */
const begun = Effect.gen(function* () {
  const server = yield* T.connect()
  const thread = yield* server.thread
  const turn = yield* T.startTurn(server, thread, "u")
  const { end, start } = T.turnEvents(thread.id, "u")
  const open = T.itemStarted(thread.id, "u", Peer.agentMessage("m", ""))
  const say = (...texts: ReadonlyArray<string>) =>
    Effect.andThen(server.notifyAll(texts.map((text) => T.delta(thread.id, "u", text))), server.flush)
  const begin = Effect.andThen(server.notifyAll([...start, open]), server.flush)
  const close = (text: string) =>
    Effect.andThen(
      server.notifyAll([
        T.itemCompleted(thread.id, "u", Peer.agentMessage("m", text, { phase: "final_answer" })),
        ...end
      ]),
      server.flush
    )
  return { begin, close, say, server, thread, turn }
})

/** A followed turn without a connection. */
const feedOf = (keepEvents: boolean) => {
  const feed = turnFeed.make({ threadId: "t", turnId: "u", keepEvents, onEnd: () => {} })
  feed.startKeeping()
  const tell = ({ method, params }: Peer.Notification) =>
    feed.apply(Notification.decode({ method, params, message: { method, params } }))
  const deltas = (count: number, text: string) => {
    for (let n = 0; n < count; n++) tell(T.delta("t", "u", text))
  }
  const { end, start } = T.turnEvents("t", "u")
  return { feed, tell, deltas, begin: () => start.forEach(tell), end: () => end.forEach(tell) }
}

describe("the result of a turn", () => {
  it.effect("is the same value, however often and whenever it is asked for, and takes no events", () =>
    Effect.gen(function* () {
      const { begin, close, say, turn } = yield* begun
      const early = yield* T.background(turn.result)
      const events = yield* T.background(Stream.runCollect(turn.events))
      yield* begin
      const meanwhile = yield* T.background(turn.result)
      yield* say("a", "b")
      yield* close("ab")
      const result = yield* turn.result
      assert.strictEqual(yield* Fiber.join(early), result)
      assert.strictEqual(yield* Fiber.join(meanwhile), result)
      assert.strictEqual(yield* turn.result, result)
      assert.deepStrictEqual(result.finalResponse, Option.some("ab"))
      assert.strictEqual(T.textOf(yield* Fiber.join(events)), "ab")
    })
  )

  it.effect("is the same error, however often and whenever it is asked for", () =>
    Effect.gen(function* () {
      const { begin, server, thread, turn } = yield* begun
      const early = yield* T.background(Effect.flip(turn.result))
      yield* begin
      yield* server.notifyAll(T.turnEvents(thread.id, "u", { status: "failed" }).end)
      const failure = yield* Effect.flip(turn.result)
      assert.strictEqual(failure._tag, "TurnFailed")
      assert.strictEqual(yield* Fiber.join(early), failure)
      assert.strictEqual(yield* Effect.flip(turn.result), failure)
    })
  )
})

describe("consumers of events", () => {
  it.effect("the first gets all from the start, also when it comes late or after the end", () =>
    Effect.gen(function* () {
      const { begin, close, say, turn } = yield* begun
      yield* begin
      yield* say("a", "b")
      yield* close("ab")
      const events = yield* Stream.runCollect(turn.events)
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

  it.effect("a later one gets a snapshot, then what follows; after the end a snapshot and the end", () =>
    Effect.gen(function* () {
      const { begin, close, say, turn } = yield* begun
      const first = yield* T.background(Stream.runCollect(turn.events))
      yield* begin
      yield* say("a", "b")
      const second = yield* T.background(Stream.runCollect(turn.events))
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
      const after = yield* Stream.runCollect(turn.events)
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

  it.effect("read at their own pace; one that stops, or is interrupted, stalls and loses nothing of the others", () =>
    Effect.gen(function* () {
      const { begin, close, say, turn } = yield* begun
      const gate = yield* Deferred.make<void>()
      const fast = yield* T.background(Stream.runCollect(turn.events))
      const slow = yield* T.background(
        Stream.runCollect(Stream.mapEffect(turn.events, (event) => Effect.as(Deferred.await(gate), event)))
      )
      const leaving = yield* T.background(Stream.runCollect(Stream.take(turn.events, 2)))
      const interrupted = yield* T.background(Stream.runDrain(turn.events))
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

  it.effect("that lag get all the text in merged deltas", () =>
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

  for (const whenSlow of ["merge", "dropDeltas", "fail"] as const) {
    it.effect(`keep within the capacity that they chose (${whenSlow}), also the first one`, () =>
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
        // They hold the first batch; from here on it is the backlog that counts.
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

  it.effect("an unread turn keeps its state and not its events; who comes then begins with a snapshot", () =>
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

  it.effect("what was read is freed while the turn runs, and so is what nobody reads", () =>
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

  it.effect("none of the turn's events is lost where its id comes in another place, and unknown ones come too", () =>
    Effect.gen(function* () {
      const { begin, close, server, thread, turn } = yield* begun
      const reading = yield* T.background(Stream.runCollect(turn.events))
      yield* begin
      yield* server.notify("turn/ofTomorrow", { threadId: thread.id, turn: { id: "u" } })
      yield* server.notify("turn/ofTomorrow", { threadId: thread.id, turnId: "another" })
      yield* server.notify("item/agentMessage/delta", { threadId: thread.id, turnId: "u", delta: { no: "text" } })
      yield* close("done")
      const events = yield* Fiber.join(reading)
      assert.strictEqual(T.methodsOf(events).filter((method) => method === "~unknown").length, 2)
    })
  )
})

describe("the state of a turn", () => {
  it.effect("is told now, after each change, and with the end", () =>
    Effect.gen(function* () {
      const { begin, close, say, server, thread, turn } = yield* begun
      const statuses: Array<string> = []
      const reading = yield* T.background(
        Stream.runForEach(turn.stateChanges, (state) =>
          Effect.sync(() =>
            statuses.push(`${state.status} ${state.items[0]?.text ?? "-"} ${state.items[0]?.isCompleted}`)
          )
        )
      )
      yield* begin
      yield* say("a")
      yield* say("b")
      assert.strictEqual((yield* turn.state).items[0]?.text, "ab")
      yield* server.notify("error", {
        threadId: thread.id,
        turnId: "u",
        willRetry: true,
        error: { message: "Reconnecting", codexErrorInfo: "other", additionalDetails: null }
      })
      yield* server.flush
      assert.isTrue(Option.isSome((yield* turn.state).retrying))
      yield* close("abc")
      yield* Fiber.join(reading)
      assert.strictEqual(statuses[0], "inProgress - undefined")
      assert.include(statuses, "inProgress ab false")
      assert.strictEqual(statuses.at(-1), "completed abc true")
      assert.deepStrictEqual(
        (yield* Stream.runCollect(turn.stateChanges)).map(({ status }) => status),
        ["completed"]
      )
    })
  )

  it.effect("reaches a slow reader as the latest only, and no change is missed at any step", () =>
    Effect.gen(function* () {
      for (let steps = 0; steps < 20; steps++) {
        const { begin, deltas, end, feed } = feedOf(false)
        const reading = yield* T.background(Stream.runCollect(feed.stateChanges))
        begin()
        for (let step = 0; step < steps; step++) yield* Effect.yieldNow
        deltas(100, "x")
        end()
        const states = yield* Fiber.join(reading)
        assert.strictEqual(states.at(-1)?.status, "completed")
      }
    })
  )

  it.effect("counts the requests of the server that wait for an answer", () =>
    Effect.gen(function* () {
      const { begin, end, feed } = feedOf(false)
      const counts: Array<number> = []
      const reading = yield* T.background(
        Stream.runForEach(feed.stateChanges, ({ openRequests }) => Effect.sync(() => counts.push(openRequests)))
      )
      begin()
      yield* Effect.yieldNow
      feed.countRequest(1)
      yield* Effect.yieldNow
      feed.countRequest(-1)
      yield* Effect.yieldNow
      end()
      yield* Fiber.join(reading)
      assert.deepStrictEqual([...new Set(counts)], [0, 1])
      assert.strictEqual(counts.at(-1), 0)
    })
  )

  it.effect("has no request open once it was declined", () =>
    Effect.gen(function* () {
      const { begin, server, thread, turn } = yield* begun
      yield* begin
      yield* server.ask(7, Peer.approvalMethod, Peer.commandApproval({ threadId: thread.id, turnId: "u", itemId: "i" }))
      yield* server.flush
      assert.strictEqual((yield* turn.state).openRequests, 0)
    })
  )
})

// internal

/** Collects garbage, after the turn of the event loop in which a `WeakRef` keeps what it was made for alive. */
const collectGarbage = Effect.promise(async () => {
  setFlagsFromString("--expose-gc")
  const gc: unknown = runInNewContext("gc")
  assert.isFunction(gc)
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setImmediate(resolve))
    if (typeof gc === "function") gc()
  }
})
