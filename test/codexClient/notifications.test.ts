import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Option, Stream } from "effect"
import type * as CodexClient from "../../src/CodexClient.ts"
import type { Notification } from "../../src/internal/client/notifications.ts"
import type * as Transport from "../../src/Transport.ts"
import { answer, connect, rejection, start } from "./support.ts"

/** Returns after the client has read everything that was sent before. */
const settled = Effect.fnUntraced(function* (client: CodexClient.CodexClient, peer: Transport.Peer) {
  const call = yield* start(client.requestRaw("barrier"))
  yield* answer(peer, null)
  yield* Fiber.join(call)
})

const delta = (itemId: string, text: unknown) => ({
  method: "item/agentMessage/delta",
  params: { threadId: "t", turnId: "u", itemId, delta: text }
})

/** The text of the deltas; other events are question marks. */
const text = (events: ReadonlyArray<Notification>): string =>
  events.map((event) => (event.method === "item/agentMessage/delta" ? event.params.delta : "?")).join("")

describe("notifications", () => {
  it.effect("are typed, have the raw message, and give access to unknown fields", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const events = yield* client.subscribe
      const { method, params } = delta("a", "x")
      yield* peer.send({ method, params: { ...params, future: 1 }, emittedAtMs: 5 })
      const event = Option.getOrThrow(yield* Stream.runHead(events))
      if (event.method !== "item/agentMessage/delta") return assert.fail(event.method)
      assert.strictEqual(event.params.delta, "x")
      assert.deepStrictEqual(event.raw, { method, params: { ...params, future: 1 }, emittedAtMs: 5 })
    }).pipe(Effect.scoped)
  )

  it.effect("are marked if they are unknown or malformed, and the stream continues", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const events = yield* client.subscribe
      const sent = [
        delta("a", 7),
        { method: "future/event", params: { x: 1 } },
        { method: "__proto__", params: {} },
        { method: "toString" },
        delta("a", "x")
      ]
      for (const message of sent) yield* peer.send(message)
      const got: ReadonlyArray<Notification> = yield* Stream.runCollect(Stream.take(events, sent.length))
      assert.deepStrictEqual(
        got.map(({ raw }) => raw),
        sent
      )
      assert.deepStrictEqual(
        got.map((event) => (event.method === "~unknown" ? Option.map(event.error, ({ path }) => path) : event.method)),
        [Option.some('["delta"]'), Option.none(), Option.none(), Option.none(), "item/agentMessage/delta"]
      )
    }).pipe(Effect.scoped)
  )

  it.effect("are decoded with unknown members of enums and unions", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const events = yield* client.subscribe
      const item = { type: "fromTheFuture", id: "i" }
      yield* peer.send({
        method: "item/completed",
        params: { item, threadId: "t", turnId: "u", completedAtMs: 1, contentTokenCount: null }
      })
      const event = Option.getOrThrow(yield* Stream.runHead(events))
      if (event.method !== "item/completed") return assert.fail(JSON.stringify(event))
      assert.deepStrictEqual(event.params.item, { type: "~unknown", raw: item })
    }).pipe(Effect.scoped)
  )

  it.effect("are subscribed to when `subscribe` returns, until its scope closes", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const events = yield* client.subscribe
          assert.strictEqual(client["~session"].size(), 1)
          yield* peer.send(delta("a", "before anyone runs the stream"))
          yield* settled(client, peer)
          assert.strictEqual(Option.getOrThrow(yield* Stream.runHead(events)).method, "item/agentMessage/delta")
        })
      )
      assert.strictEqual(client["~session"].size(), 0)
      const running = yield* start(Stream.runDrain(client.notifications))
      assert.strictEqual(client["~session"].size(), 1)
      yield* Fiber.interrupt(running)
      assert.strictEqual(client["~session"].size(), 0)
    })
  )

  it.effect("reach each subscriber; one that never reads and one that dies affect no other", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const idle = yield* client.subscribe
      const dying = yield* start(Stream.runForEach(client.notifications, () => Effect.die("a bug of the consumer")))
      const read: Array<Notification> = []
      const good = yield* start(Stream.runForEach(client.notifications, (event) => Effect.sync(() => read.push(event))))
      for (let n = 0; n < 5000; n++) yield* peer.send(delta("a", `${n},`))
      yield* settled(client, peer)
      assert.isTrue(Exit.isFailure(yield* Fiber.await(dying)))
      const expected = Array.from({ length: 5000 }, (_, n) => `${n},`).join("")
      yield* peer.close({ _tag: "EndOfOutput" })
      const late: Array<Notification> = []
      yield* Effect.flip(Stream.runForEach(idle, (event) => Effect.sync(() => late.push(event))))
      assert.strictEqual(text(late), expected)
      assert.isBelow(late.length, 1100)
      assert.isTrue(Exit.isFailure(yield* Fiber.await(good)))
      assert.strictEqual(text(read), expected)
    }).pipe(Effect.scoped)
  )

  it.effect("end with the connection's reason, the same for streams and calls, after all earlier ones", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const seen: Array<Notification> = []
      const stream = yield* start(
        Stream.runForEach(client.notifications, (event) => Effect.sync(() => seen.push(event)))
      )
      const waiting = yield* client.subscribe
      const call = yield* start(client.requestRaw("a"))
      yield* peer.send(delta("a", "x"))
      yield* peer.close({ _tag: "Exited", exitCode: null, signal: "SIGKILL" })
      const errors = [
        rejection(yield* Fiber.await(call)),
        rejection(yield* Fiber.await(stream)),
        yield* Effect.flip(Stream.runDrain(waiting)),
        yield* Effect.flip(Stream.runDrain(client.notifications))
      ]
      const late = yield* Effect.flip(client.request("thread/loaded/list", {}))
      assert.strictEqual(seen.length, 1)
      for (const { reason } of errors) assert.strictEqual(reason, errors[0]?.reason)
      assert.include(errors[0]?.message ?? "", "SIGKILL")
      assert.deepInclude(late.reason, { _tag: "ConnectionClosed", sent: false })
      assert.include(late.message, "SIGKILL")
    }).pipe(Effect.scoped)
  )
})
