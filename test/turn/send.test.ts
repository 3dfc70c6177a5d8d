import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import * as Peer from "../support/peer.ts"
import { at } from "../support/rawDriver.ts"
import * as T from "./support.ts"

const running = Effect.gen(function* () {
  const server = yield* T.connect()
  const thread = yield* server.thread
  const turn = yield* T.startTurn(server, thread, "u")
  const { end, start } = T.turnEvents(thread.id, "u")
  yield* server.notifyAll(start)
  yield* server.flush
  return { end, server, thread, turn }
})

describe("send", () => {
  it.effect("waits for the turn to start before it steers it", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "u")
      const sending = yield* T.background(thread.send("more"))
      yield* server.flush
      assert.deepStrictEqual(server.methods(), ["turn/start"])
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      const request = yield* server.next("turn/steer")
      assert.strictEqual(at(request.params, "expectedTurnId"), "u")
      yield* server.reply(request, Peer.turnSteerResponse("u"))
      assert.strictEqual((yield* Fiber.join(sending)).id, turn.id)
    })
  )

  it.effect("starts a new turn if the running one ended before the input arrived", () =>
    Effect.gen(function* () {
      const { end, server, thread } = yield* running
      const sending = yield* T.background(thread.send("more"))
      const request = yield* server.next("turn/steer")
      yield* server.notifyAll(end)
      yield* server.refuse(request, "no active turn to steer")
      const start = yield* server.accept("v")
      assert.strictEqual(at(start.params, "input", 0, "text"), "more")
      assert.strictEqual((yield* Fiber.join(sending)).id, "v")
    })
  )

  it.effect("starts a new turn also if the rejection arrives before the end of the turn", () =>
    Effect.gen(function* () {
      const { end, server, thread } = yield* running
      const sending = yield* T.background(thread.send("more"))
      yield* server.refuse(yield* server.next("turn/steer"), "no active turn to steer")
      yield* server.flush
      yield* server.notifyAll(end)
      yield* server.accept("v")
      assert.strictEqual((yield* Fiber.join(sending)).id, "v")
      assert.deepStrictEqual(server.methods(), ["turn/start", "turn/steer", "turn/start"])
    })
  )

  it.effect("steers the turn that replaced the other one", () =>
    Effect.gen(function* () {
      const { end, server, thread } = yield* running
      const sending = yield* T.background(thread.send("more"))
      const request = yield* server.next("turn/steer")
      yield* server.notifyAll([...end, ...T.turnEvents(thread.id, "v").start])
      yield* server.refuse(request, "expected active turn id `u` but found `v`")
      const again = yield* server.next("turn/steer")
      assert.strictEqual(at(again.params, "expectedTurnId"), "v")
      yield* server.reply(again, Peer.turnSteerResponse("v"))
      assert.strictEqual((yield* Fiber.join(sending)).id, "v")
    })
  )

  it.effect("returns a handle to a turn of another client that can be interrupted, even if its start was missed", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const foreign = T.turnEvents(thread.id, "foreign")
      yield* server.notifyAll(foreign.start)
      yield* server.flush
      const sending = yield* T.background(thread.send("more"))
      yield* server.reply(yield* server.next("turn/steer"), Peer.turnSteerResponse("foreign"))
      const turn = yield* Fiber.join(sending)
      const asked = yield* T.background(turn.interrupt())
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* server.notifyAll(foreign.end)
      assert.isTrue((yield* Fiber.join(asked)).ended)
    })
  )

  it.effect("follows `whenBusy`, also for a turn of another client", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const foreign = T.turnEvents(thread.id, "foreign")
      yield* server.notifyAll(foreign.start)
      yield* server.flush
      const { reason } = yield* Effect.flip(thread.send("no", { whenBusy: "reject" }))
      assert.strictEqual(reason._tag === "ThreadBusy" && reason.turnId, "foreign")
      const queued = yield* T.background(thread.send("later", { whenBusy: "queue" }))
      yield* server.flush
      assert.deepStrictEqual(server.methods(), [])
      yield* server.notifyAll(foreign.end)
      yield* server.accept("v")
      assert.strictEqual((yield* Fiber.join(queued)).id, "v")
    })
  )
})

describe("two handles on one turn", () => {
  const joined = Effect.gen(function* () {
    const { end, server, thread, turn } = yield* running
    const sending = yield* T.background(thread.send("more"))
    yield* server.reply(yield* server.next("turn/steer"), Peer.turnSteerResponse("u"))
    const other = yield* Fiber.join(sending)
    const readers = [
      yield* T.background(Effect.result(Stream.runCollect(turn.eventsUntilEnd))),
      yield* T.background(Effect.result(Stream.runCollect(other.eventsUntilEnd)))
    ]
    return { end, other, readers, server, thread, turn }
  })

  it.effect("both report its failure, and both can be read", () =>
    Effect.gen(function* () {
      const { other, readers, server, thread, turn } = yield* joined
      yield* server.notifyAll(T.turnEvents(thread.id, "u", { status: "failed" }).end)
      assert.strictEqual(yield* Effect.flip(turn.result), yield* Effect.flip(other.result))
      for (const reader of readers) {
        const events = yield* Effect.fromResult(yield* Fiber.join(reader))
        assert.strictEqual(events.at(-1)?.method, "turn/completed")
      }
    })
  )

  it.effect("both report the end of the connection", () =>
    Effect.gen(function* () {
      const { other, readers, server, turn } = yield* joined
      yield* server.close({ _tag: "EndOfOutput" })
      const failure = yield* Effect.flip(turn.result)
      assert.strictEqual(yield* Effect.flip(other.result), failure)
      for (const reader of readers) {
        const seen: unknown = yield* Effect.flip(Effect.fromResult(yield* Fiber.join(reader)))
        assert.strictEqual(seen, failure)
      }
    })
  )
})
