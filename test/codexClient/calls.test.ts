import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import type * as CodexClient from "../../src/CodexClient.ts"
import * as Peer from "../support/peer.ts"
import { answer, connect, rejection, start } from "./support.ts"

describe("a call", () => {
  it.effect("returns the decoded reply; `requestRaw` returns it raw", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const reply = { ...Peer.threadStartResponse("t"), fromTheFuture: { a: 1 } }
      const typed = yield* start(client.request("thread/start", { ephemeral: true }))
      const request = yield* peer.receive
      assert.deepStrictEqual([request["method"], request["params"]], ["thread/start", { ephemeral: true }])
      yield* peer.send({ id: request.id, result: reply })
      assert.strictEqual((yield* Fiber.join(typed)).thread.id, "t")
      const raw = yield* start(client.requestRaw("thread/start", {}))
      yield* answer(peer, reply)
      assert.deepStrictEqual(yield* Fiber.join(raw), reply)
    })
  )

  it.effect("fails with the path if its reply does not match the schema, and affects no other call", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const other = yield* start(client.requestRaw("other"))
      const { id } = yield* peer.receive
      const bad = yield* start(client.request("thread/start", {}))
      const response = Peer.threadStartResponse("t")
      yield* answer(peer, { ...response, thread: { ...response.thread, id: 7 } })
      const error = rejection(yield* Fiber.await(bad))
      assert.strictEqual(error.method, "thread/start")
      assert.deepInclude(error.reason, { _tag: "DecodeFailed", path: '["thread"]["id"]', expected: "expected string" })
      yield* peer.send({ id, result: "fine" })
      assert.strictEqual(yield* Fiber.join(other), "fine")
    })
  )

  it.effect("never has the keys of a record in the path, because they are payload", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const call = yield* start(client.request("account/rateLimits/read"))
      const limit = { primary: 5 }
      yield* answer(peer, { rateLimits: {}, rateLimitsByLimitId: { sentinel: limit } })
      const error = rejection(yield* Fiber.await(call))
      assert.strictEqual(error.reason._tag, "DecodeFailed")
      assert.notInclude(error.message, "sentinel")
    })
  )

  it.effect("returns a raw reply if its method is unknown", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      for (const method of ["no/such", "toString", "__proto__", "constructor"]) {
        const call = yield* start(client.requestRaw(method, { a: 1 }))
        yield* answer(peer, { anything: method })
        assert.deepStrictEqual(yield* Fiber.join(call), { anything: method })
      }
    })
  )

  it.effect("has the connection's timeout, or its own, and rejects an invalid one", () =>
    Effect.gen(function* () {
      const { client } = yield* connect({ requestTimeout: "10 seconds" })
      const usual = yield* start(client.request("thread/loaded/list", {}))
      const short = yield* start(client.request("thread/loaded/list", {}, { timeout: "1 second" }))
      yield* TestClock.adjust("1 second")
      assert.deepInclude(rejection(yield* Fiber.await(short)).reason, {
        _tag: "RequestTimeout",
        timeout: Duration.millis(1000)
      })
      assert.strictEqual(yield* client.inFlight, 1)
      yield* TestClock.adjust("9 seconds")
      assert.deepInclude(rejection(yield* Fiber.await(usual)).reason, { timeout: Duration.millis(10_000) })
      // Type boundary: JavaScript can pass any value.
      const senseless = { timeout: "soon" } as unknown as CodexClient.CallOptions
      const error = yield* Effect.flip(client.request("thread/loaded/list", {}, senseless))
      assert.deepInclude(error.reason, { _tag: "InvalidOptions", option: "timeout" })
    })
  )

  it.effect("reports when it is handed over", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      let sent = 0
      const call = yield* start(client.request("thread/loaded/list", {}, { onSent: () => sent++ }))
      yield* peer.receive
      assert.strictEqual(sent, 1)
      yield* Fiber.interrupt(call)
    })
  )
})
