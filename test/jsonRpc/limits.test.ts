import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Transport from "../../src/Transport.ts"
import { at } from "../support/rawDriver.ts"
import { connect, logged, rejection, settled, start } from "./support.ts"

describe("limits", () => {
  it.effect("fail a call without a reply after `requestTimeout`, or after its own timeout", () =>
    Effect.gen(function* () {
      const { rpc } = yield* connect({ requestTimeout: "10 seconds" })
      const usual = yield* start(rpc, "usual")
      const short = yield* start(rpc, "short", { timeout: "1 second" })
      const never = yield* start(rpc, "never", { timeout: "Infinity" })
      yield* TestClock.adjust("1 second")
      assert.deepInclude(rejection(yield* Fiber.await(short)).reason, {
        _tag: "RequestTimeout",
        timeout: Duration.millis(1000)
      })
      yield* TestClock.adjust("8999 millis")
      assert.isUndefined(usual.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.deepInclude(rejection(yield* Fiber.await(usual)).reason, {
        _tag: "RequestTimeout",
        timeout: Duration.millis(10_000)
      })
      yield* TestClock.adjust("1 day")
      assert.isUndefined(never.pollUnsafe())
      assert.strictEqual(rpc.inFlight(), 1)
    })
  )

  it.effect("make the 65th call wait for a permit, and send it when a reply frees one", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect({ requestTimeout: "Infinity" })
      const calls = yield* Effect.forEach(Array.from({ length: 64 }), () => start(rpc, "a"))
      const waiter = yield* start(rpc, "late", { timeout: "2 hours" })
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

  it.effect("count from the call: one that waited for a permit all the time fails, and was not sent", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect({ requestTimeout: "Infinity" })
      const calls = yield* Effect.forEach(Array.from({ length: 64 }), () => start(rpc, "slow"))
      const others = yield* Effect.forEach(Array.from({ length: 236 }), () => start(rpc, "other"))
      const check = yield* start(rpc, "check", { timeout: "500 millis" })
      yield* TestClock.adjust("500 millis")
      const error = rejection(yield* Fiber.await(check))
      assert.deepInclude(error.reason, { _tag: "RequestTimeout", timeout: Duration.millis(500), sent: false })
      assert.isTrue(error.isRetryable)
      assert.include(error.message, "was not sent")
      // It left the queue: the next permit goes to the first waiter.
      yield* Effect.replicateEffect(peer.receive, 64)
      yield* peer.send({ id: 1, result: 1 })
      assert.strictEqual((yield* peer.receive).method, "other")
      assert.strictEqual(rpc.inFlight(), 64)
      yield* Fiber.interruptAll([...calls, ...others])
    })
  )

  it.effect("include the time that a call waited for its permit", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect({ maxInFlight: 1, requestTimeout: "10 seconds" })
      yield* start(rpc, "first")
      yield* TestClock.adjust("4 seconds")
      const second = yield* start(rpc, "second")
      yield* TestClock.adjust("6 seconds")
      assert.strictEqual((yield* peer.receive).method, "first")
      assert.strictEqual((yield* peer.receive).method, "second")
      yield* TestClock.adjust("3999 millis")
      assert.isUndefined(second.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      const { reason } = rejection(yield* Fiber.await(second))
      assert.deepInclude(reason, { _tag: "RequestTimeout", timeout: Duration.millis(10_000), sent: true })
      assert.include(reason.message, "was sent and its outcome is unknown")
    })
  )

  it.effect("fail calls that time out together, and the freed permits send none of them", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect({ requestTimeout: "500 millis" })
      const calls = yield* Effect.forEach(Array.from({ length: 640 }), () => start(rpc, "a"))
      yield* TestClock.adjust("500 millis")
      const reasons = (yield* Effect.forEach(calls, Fiber.await)).map((exit) => rejection(exit).reason)
      const sent = (reason: unknown) => at(reason, "sent")
      assert.deepStrictEqual(
        [true, false].map((value) => reasons.filter((reason) => sent(reason) === value).length),
        [64, 576]
      )
      yield* Effect.replicateEffect(peer.receive, 64)
      yield* settled(peer, rpc)
    })
  )

  it.effect("give no permit to a call without a timeout, also if the connection has one", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect({ maxInFlight: 1, requestTimeout: "Infinity" })
      yield* start(rpc, "usual")
      yield* start(rpc, "waiting")
      for (let n = 0; n < 2; n++) yield* start(rpc, "endless", { timeout: "Infinity" })
      const methods = (yield* Effect.replicateEffect(peer.receive, 3)).map(({ method }) => method)
      assert.deepStrictEqual(methods, ["usual", "endless", "endless"])
      yield* peer.send({ id: 2, result: 1 })
      assert.strictEqual(rpc.inFlight(), 3)
      yield* peer.send({ id: 1, result: 1 })
      assert.strictEqual((yield* peer.receive).method, "waiting")
    })
  )

  it.effect("apply to a call that waits for the transport: it is withdrawn and was not sent", () =>
    Effect.gen(function* () {
      const pair = yield* Transport.makePair
      const withdrawn: Array<unknown> = []
      const { rpc } = yield* connect({
        transport: {
          ...pair.transport,
          send: (message) =>
            Effect.onInterrupt(Effect.never, () => Effect.sync(() => withdrawn.push(at(message, "method"))))
        }
      })
      const limited = yield* start(rpc, "limited", { timeout: "1 second" })
      const interrupted = yield* start(rpc, "interrupted")
      yield* TestClock.adjust("1 second")
      const { reason } = rejection(yield* Fiber.await(limited))
      assert.deepInclude(reason, { _tag: "RequestTimeout", sent: false })
      yield* Fiber.interrupt(interrupted)
      assert.deepStrictEqual([withdrawn, rpc.inFlight()], [["limited", "interrupted"], 0])
    })
  )

  it.effect("send waiting calls in their order, without those that gave up", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect({ maxInFlight: 1 })
      yield* start(rpc, "0")
      const waiters = yield* Effect.forEach(["1", "2", "3", "4", "5"], (method) => start(rpc, method))
      for (const index of [0, 2, 4]) yield* Fiber.interrupt(waiters[index] ?? assert.fail())
      yield* start(rpc, "6")
      for (const expected of ["0", "2", "4", "6"]) {
        const { id, method } = yield* peer.receive
        assert.strictEqual(method, expected)
        assert.strictEqual(rpc.inFlight(), 1)
        yield* peer.send({ id, result: 1 })
      }
      yield* settled(peer, rpc)
    })
  )

  it.effect("free the permit of each waiting call that fails while it is sent", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect({ maxInFlight: 1 })
      yield* start(rpc, "first")
      const broken = yield* Effect.forEach(Array.from({ length: 3000 }), () =>
        Effect.forkChild(Effect.exit(rpc.request("broken", { big: 1n })), { startImmediately: true })
      )
      yield* start(rpc, "last")
      yield* peer.send({ id: (yield* peer.receive).id, result: 1 })
      for (const fiber of broken) assert.strictEqual(rejection(yield* Fiber.join(fiber)).reason._tag, "EncodeFailed")
      assert.strictEqual((yield* peer.receive).method, "last")
    })
  )

  it.effect("free the permit once for a call that is interrupted between its reply and its end", () =>
    Effect.gen(function* () {
      let call: Fiber.Fiber<unknown, unknown> | undefined
      const { peer, rpc } = yield* connect({ maxInFlight: 1, onNotification: () => call?.interruptUnsafe() })
      call = yield* start(rpc, "first")
      for (const method of ["second", "third"]) yield* start(rpc, method)
      // Read as one chunk, so that the caller has not continued when it is interrupted.
      yield* peer.send({ id: (yield* peer.receive).id, result: 1 })
      yield* peer.send({ method: "now" })
      yield* Fiber.await(call)
      assert.strictEqual((yield* peer.receive).method, "second")
      assert.strictEqual(rpc.inFlight(), 1)
    })
  )

  it.effect("fail a call whose `onSent` throws, and no other", () =>
    logged((lines) =>
      Effect.gen(function* () {
        const { peer, rpc } = yield* connect({ maxInFlight: 1 })
        const first = yield* start(rpc, "first")
        const bad = yield* start(rpc, "bad", {
          onSent: () => {
            throw new Error("boom")
          }
        })
        const last = yield* start(rpc, "last")
        yield* peer.send({ id: (yield* peer.receive).id, result: 1 })
        assert.strictEqual(yield* Fiber.join(first), 1)
        assert.isTrue(Exit.hasDies(yield* Fiber.await(bad)))
        // The server may answer it.
        for (let n = 0; n < 2; n++) yield* peer.send({ id: (yield* peer.receive).id, result: 2 })
        assert.strictEqual(yield* Fiber.join(last), 2)
        assert.deepStrictEqual(lines, [])
      })
    )
  )

  it.effect("never send a call that is interrupted while it waits for a permit", () =>
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

  it.effect("let an urgent call overtake those that wait for a permit", () =>
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

  it.effect("free the permit of a call that times out or is interrupted", () =>
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

  it.effect("drop the late reply of an abandoned call silently", () =>
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

  it.effect("remember a limited number of abandoned calls: the oldest becomes an unknown id again", () =>
    logged((lines) =>
      Effect.gen(function* () {
        // Without a timeout, because the test clock would warn about one on a busy machine.
        const { peer, rpc } = yield* connect({ requestTimeout: "Infinity" })
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

  it.effect("send all calls immediately if there is no cap", () =>
    Effect.gen(function* () {
      const { rpc } = yield* connect({ maxInFlight: Number.POSITIVE_INFINITY })
      yield* Effect.forEach(Array.from({ length: 500 }), () => start(rpc, "a"))
      assert.strictEqual(rpc.inFlight(), 500)
    })
  )
})
