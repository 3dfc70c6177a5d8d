import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope, Stream } from "effect"
import * as Transport from "../../src/Transport.ts"
import { at } from "../support/rawDriver.ts"
import { connect, rejection, start } from "./support.ts"

describe("the end of a connection", () => {
  const exited = { _tag: "Exited", exitCode: 3, signal: null } as const

  it.effect("fails every call with its reason, and says which calls were not sent", () =>
    Effect.gen(function* () {
      const { ends, peer, rpc } = yield* connect({ maxInFlight: 2 })
      rpc.markRunning()
      const calls = yield* Effect.forEach(["a", "b", "c", "d", "e"], (method) => start(rpc, method))
      yield* peer.close(exited)
      yield* peer.close({ _tag: "EndOfOutput" })
      const errors = (yield* Effect.forEach(calls, Fiber.await)).map(rejection)
      const reason = yield* rpc.awaitEnd
      assert.deepStrictEqual(reason.end, exited)
      assert.deepStrictEqual(
        errors.map(({ method }) => method),
        ["a", "b", "c", "d", "e"]
      )
      for (const error of errors.slice(0, 2)) assert.strictEqual(error.reason, reason)
      assert.isTrue(reason.sent)
      // "c" to "e" waited for a permit.
      for (const error of errors.slice(2)) {
        assert.deepInclude(error.reason, { _tag: "ConnectionClosed", end: exited, sent: false })
        assert.include(error.message, "was not sent")
      }
      assert.deepStrictEqual(ends, [reason])
      assert.strictEqual(rpc.inFlight(), 0)
    })
  )

  it.effect("happens once: a later end changes nothing, and `onEnd` is not called again", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { ends, peer, rpc } = yield* Scope.provide(connect(), scope)
      yield* peer.close(exited)
      const reason = yield* rpc.awaitEnd
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(ends, [reason])
      const late = rejection(yield* Effect.exit(rpc.request("late", {}))).reason
      assert.deepInclude(late, { _tag: "ConnectionClosed", end: exited, sent: false })
    })
  )

  it.effect("makes later calls fail immediately with the same reason, and sends nothing", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      yield* peer.close(exited)
      yield* rpc.awaitEnd
      for (const call of [rpc.request("late", {}), rpc.notify("late")]) {
        const fiber = yield* Effect.forkChild(call, { startImmediately: true })
        const { reason } = rejection(fiber.pollUnsafe() ?? assert.fail("it waits"))
        assert.deepInclude(reason, { _tag: "ConnectionClosed", end: exited, sent: false })
      }
      const nothing = yield* Effect.forkChild(peer.receive, { startImmediately: true })
      assert.isUndefined(nothing.pollUnsafe())
    })
  )

  it.effect("comes after every message that arrived before it", () =>
    Effect.gen(function* () {
      const { notifications, peer, rpc } = yield* connect()
      const call = yield* start(rpc, "a")
      const { id } = yield* peer.receive
      for (let n = 0; n < 100; n++) yield* peer.send({ method: `n${n}` })
      yield* peer.send({ id, result: "in time" })
      yield* peer.close(exited)
      assert.strictEqual(yield* Fiber.join(call), "in time")
      assert.strictEqual(notifications.length, 100)
    })
  )

  it.effect("fails calls also when the scope closes, with a reason that says so", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { ends, rpc } = yield* Scope.provide(connect(), scope)
      rpc.markRunning()
      const call = yield* start(rpc, "a")
      yield* Scope.close(scope, Exit.void)
      const error = rejection(yield* Fiber.await(call))
      assert.deepInclude(error.reason, { _tag: "ConnectionClosed", end: { _tag: "Closed" }, phase: "running" })
      assert.deepStrictEqual(ends, [error.reason])
      const late = rejection(yield* Effect.exit(rpc.request("late", {}))).reason
      assert.deepInclude(late, { _tag: "ConnectionClosed", end: { _tag: "Closed" }, sent: false })
    })
  )

  it.live("releases calls that wait for a server that stopped reading", () =>
    Effect.gen(function* () {
      const pair = yield* Transport.makePair
      const freed: Array<unknown> = []
      const { rpc } = yield* connect({
        transport: {
          ...pair.transport,
          send: (message) =>
            Effect.onInterrupt(Effect.never, () => Effect.sync(() => freed.push(at(message, "method"))))
        }
      })
      const call = yield* start(rpc, "a")
      const note = yield* Effect.forkChild(rpc.notify("b"), { startImmediately: true })
      assert.deepStrictEqual([call.pollUnsafe(), note.pollUnsafe(), freed], [undefined, undefined, []])
      yield* pair.peer.close({ _tag: "WriteFailed" })
      for (const fiber of [call, note]) {
        const error = rejection(yield* Effect.timeout(Fiber.await(fiber), "5 seconds"))
        // The transport never accepted them.
        assert.deepInclude(error.reason, { end: { _tag: "WriteFailed" }, sent: false })
      }
      assert.deepStrictEqual(freed.toSorted(), ["a", "b"])
      assert.strictEqual(rpc.inFlight(), 0)
    })
  )

  it.effect("follows also when a transport breaks its contract: it dies, or ends without a failure", () =>
    Effect.gen(function* () {
      const pair = yield* Transport.makePair
      const cases = [
        [Stream.die("defect"), "ReadFailed"],
        [Stream.empty, "EndOfOutput"]
      ] as const
      for (const [messages, tag] of cases) {
        const { rpc } = yield* connect({ transport: { ...pair.transport, messages } })
        assert.strictEqual((yield* rpc.awaitEnd).end._tag, tag)
        assert.strictEqual(rejection(yield* Effect.exit(rpc.request("a", {}))).reason._tag, "ConnectionClosed")
      }
    })
  )
})
