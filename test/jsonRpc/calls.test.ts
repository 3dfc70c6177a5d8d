import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { connect, logged, settled, start } from "./support.ts"

describe("calls", () => {
  it.effect("have numeric ids from 1, and no `jsonrpc` field", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      yield* start(rpc, "a")
      yield* start(rpc, "b", { trace: { traceparent: "00-1-2-01" } })
      yield* rpc.notify("c")
      assert.deepStrictEqual(yield* peer.receive, { id: 1, method: "a", params: {} })
      assert.deepStrictEqual(yield* peer.receive, {
        id: 2,
        method: "b",
        params: {},
        trace: { traceparent: "00-1-2-01" }
      })
      assert.deepStrictEqual(yield* peer.receive, { method: "c" })
    })
  )

  it.effect("get their own replies, in any order", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      const calls = yield* Effect.forEach(["a", "b", "c"], (method) => start(rpc, method))
      const requests = yield* Effect.replicateEffect(peer.receive, 3)
      for (const { id, method } of requests.toReversed()) yield* peer.send({ id, result: method })
      assert.deepStrictEqual(yield* Fiber.joinAll(calls), ["a", "b", "c"])
      assert.strictEqual(rpc.inFlight(), 0)
    })
  )

  it.effect("fail with the reason that matches the server's error", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      const call = yield* start(rpc, "a")
      const { id } = yield* peer.receive
      yield* peer.send({ id, error: { code: -32001, message: "Server overloaded; retry later." } })
      const error = yield* Effect.flip(Fiber.join(call))
      assert.deepStrictEqual([error.method, error.reason._tag, error.isRetryable], ["a", "Overloaded", true])
    })
  )

  it.effect("fail if they cannot be written as JSON, and leave nothing behind", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      const error = yield* Effect.flip(rpc.request("a", { big: 1n }))
      assert.strictEqual(error.reason._tag, "EncodeFailed")
      assert.strictEqual((yield* Effect.flip(rpc.notify("a", { big: 1n }))).reason._tag, "EncodeFailed")
      assert.strictEqual(rpc.inFlight(), 0)
      yield* settled(peer, rpc)
    })
  )

  it.effect("ignore replies to unknown ids, which are logged", () =>
    logged((lines) =>
      Effect.gen(function* () {
        const { peer, rpc } = yield* connect()
        const call = yield* start(rpc, "a")
        yield* peer.receive
        for (const id of [99, "1", 1.5, null, {}, "__proto__"]) yield* peer.send({ id, result: "wrong" })
        yield* peer.send({ result: "no id" })
        yield* peer.send({})
        assert.isUndefined(call.pollUnsafe())
        yield* peer.send({ id: 1, result: "right" })
        assert.strictEqual(yield* Fiber.join(call), "right")
        yield* peer.send({ id: 1, result: "again" })
        yield* settled(peer, rpc)
        assert.deepStrictEqual(new Set(lines), new Set(["Debug Ignored a reply to an unknown call."]))
        assert.strictEqual(lines.length, 9)
      })
    )
  )

  it.effect("report when they are handed over, and not before", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect({ maxInFlight: 1 })
      const sent: Array<string> = []
      yield* start(rpc, "a", { onSent: () => sent.push("a") })
      yield* start(rpc, "b", { onSent: () => sent.push("b") })
      assert.deepStrictEqual(sent, ["a"])
      yield* peer.send({ id: (yield* peer.receive).id, result: 1 })
      yield* peer.receive
      assert.deepStrictEqual(sent, ["a", "b"])
    })
  )
})
