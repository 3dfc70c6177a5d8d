import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { connect, logged, rejection, settled, start } from "./support.ts"

describe("limits", () => {
  it.effect("a call without a reply fails after `requestTimeout`, or after its own", () =>
    Effect.gen(function* () {
      const { rpc } = yield* connect({ requestTimeout: "10 seconds" })
      const usual = yield* start(rpc, "usual")
      const short = yield* start(rpc, "short", { timeout: "1 second" })
      const never = yield* start(rpc, "never", { timeout: "Infinity" })
      yield* TestClock.adjust("1 second")
      assert.deepInclude(rejection(yield* Fiber.await(short)).reason, { _tag: "RequestTimeout", timeoutMillis: 1000 })
      yield* TestClock.adjust("8999 millis")
      assert.isUndefined(usual.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.deepInclude(rejection(yield* Fiber.await(usual)).reason, { _tag: "RequestTimeout", timeoutMillis: 10_000 })
      yield* TestClock.adjust("1 day")
      assert.isUndefined(never.pollUnsafe())
      assert.strictEqual(rpc.inFlight(), 1)
    })
  )

  it.effect("the 65th call waits for a place, and its time counts from sending", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      const calls = yield* Effect.forEach(Array.from({ length: 64 }), () => start(rpc, "a", { timeout: "Infinity" }))
      const waiter = yield* start(rpc, "late")
      assert.strictEqual(rpc.inFlight(), 64)
      const requests = yield* Effect.replicateEffect(peer.receive, 64)
      yield* TestClock.adjust("1 hour")
      assert.isUndefined(waiter.pollUnsafe())
      yield* peer.send({ id: requests[0]?.id, result: 1 })
      const { id, method } = yield* peer.receive
      assert.strictEqual(method, "late")
      yield* peer.send({ id, result: 2 })
      assert.strictEqual(yield* Fiber.join(waiter), 2)
      yield* Fiber.interruptAll(calls)
    })
  )

  it.effect("a call that is interrupted while it waits for a place is never sent, and leaves nothing behind", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect({ maxInFlight: 1 })
      const first = yield* start(rpc, "first")
      const waiter = yield* start(rpc, "waiter")
      yield* Fiber.interrupt(waiter)
      assert.strictEqual(rpc.inFlight(), 1)
      yield* peer.send({ id: (yield* peer.receive).id, result: 1 })
      yield* Fiber.join(first)
      const next = yield* start(rpc, "next")
      const request = yield* peer.receive
      assert.deepStrictEqual([request.id, request.method], [2, "next"])
      yield* peer.send({ id: 2, result: 1 })
      yield* Fiber.join(next)
    })
  )

  it.effect("an urgent call goes ahead of those that wait for a place", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect({ maxInFlight: 1 })
      const calls = [yield* start(rpc, "first"), yield* start(rpc, "waiter")]
      yield* peer.receive
      const urgent = yield* start(rpc, "stop", { isUrgent: true })
      const { id, method } = yield* peer.receive
      assert.strictEqual(method, "stop")
      yield* peer.send({ id, result: 1 })
      assert.strictEqual(yield* Fiber.join(urgent), 1)
      yield* Fiber.interruptAll(calls)
    })
  )

  it.effect("a call that times out, or is interrupted, frees its place", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect({ maxInFlight: 1 })
      const slow = yield* start(rpc, "slow", { timeout: "1 second" })
      yield* peer.receive
      const second = yield* start(rpc, "second")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(rejection(yield* Fiber.await(slow)).reason._tag, "RequestTimeout")
      assert.strictEqual((yield* peer.receive).method, "second")
      const third = yield* start(rpc, "third")
      yield* Fiber.interrupt(second)
      assert.strictEqual((yield* peer.receive).method, "third")
      yield* Fiber.interrupt(third)
      assert.strictEqual(rpc.inFlight(), 0)
    })
  )

  it.effect("the late reply of a call that was given up is dropped without a word", () =>
    logged((lines) =>
      Effect.gen(function* () {
        const { peer, rpc } = yield* connect()
        const call = yield* start(rpc, "interrupted")
        yield* Fiber.interrupt(call)
        yield* start(rpc, "timed out", { timeout: "1 second" })
        yield* TestClock.adjust("1 second")
        for (let n = 0; n < 2; n++) yield* peer.send({ id: (yield* peer.receive).id, result: "late" })
        yield* settled(peer, rpc)
        assert.deepStrictEqual(lines, [])
      })
    )
  )

  it.effect("the memory of calls that were given up is bounded: the oldest of very many is an unknown id again", () =>
    logged((lines) =>
      Effect.gen(function* () {
        const { peer, rpc } = yield* connect()
        for (let n = 0; n < 4097; n++) {
          yield* Fiber.interrupt(yield* start(rpc, "given up"))
          yield* peer.receive
        }
        yield* peer.send({ id: 2, result: 1 })
        yield* settled(peer, rpc)
        assert.deepStrictEqual(lines, [])
        yield* peer.send({ id: 1, result: 1 })
        yield* settled(peer, rpc)
        assert.strictEqual(lines.length, 1)
      })
    )
  )

  it.effect("without a cap all calls go out at once", () =>
    Effect.gen(function* () {
      const { rpc } = yield* connect({ maxInFlight: Number.POSITIVE_INFINITY })
      yield* Effect.forEach(Array.from({ length: 500 }), () => start(rpc, "a"))
      assert.strictEqual(rpc.inFlight(), 500)
    })
  )
})
