import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Logger, Option } from "effect"
import type * as JsonRpc from "../../src/internal/connection/jsonRpc.ts"
import { connect, settled, start } from "./support.ts"

describe("server requests", () => {
  it.effect("have their own ids: one that equals a client's id is not a reply", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      const call = yield* start(rpc, "ours")
      assert.strictEqual((yield* peer.receive).id, 1)
      yield* peer.send({ id: 1, method: "theirs" })
      assert.deepStrictEqual(yield* peer.receive, { id: 1, result: "answer" })
      assert.isUndefined(call.pollUnsafe())
      yield* peer.send({ id: 1, result: "reply" })
      assert.strictEqual(yield* Fiber.join(call), "reply")
    })
  )

  it.effect('get their exact id back: "0" is not 0', () =>
    Effect.gen(function* () {
      const { peer } = yield* connect()
      for (const id of ["0", 0, "", -1, "a b"]) {
        yield* peer.send({ id, method: "ask" })
        assert.deepStrictEqual(yield* peer.receive, { id, result: "answer" })
      }
    })
  )

  it.effect("are handled concurrently, while calls and notifications continue", () =>
    Effect.gen(function* () {
      const gates = new Map([1, 2].map((id) => [id, Deferred.makeUnsafe<void>()]))
      const { notifications, peer, rpc } = yield* connect({
        onRequest: ({ id }) =>
          Effect.as(Deferred.await(gates.get(Number(id)) ?? Deferred.makeUnsafe<void>()), { result: id })
      })
      yield* peer.send({ id: 1, method: "ask" })
      yield* peer.send({ id: 2, method: "ask" })
      yield* peer.send({ method: "told" })
      yield* settled(peer, rpc)
      assert.deepStrictEqual(notifications, ["told"])
      for (const id of [2, 1]) {
        yield* Deferred.succeed(gates.get(id) ?? assert.fail(), undefined)
        assert.deepStrictEqual(yield* peer.receive, { id, result: id })
      }
    })
  )

  it.effect("may make calls in their handlers", () =>
    Effect.gen(function* () {
      let call: JsonRpc.JsonRpc | undefined
      const { peer, rpc } = yield* connect({
        onRequest: () =>
          Effect.suspend(() => call?.request("inner", {}) ?? Effect.die("not yet")).pipe(
            Effect.orDie,
            Effect.map((result) => ({ result }))
          )
      })
      call = rpc
      yield* peer.send({ id: 0, method: "ask" })
      yield* peer.send({ id: (yield* peer.receive).id, result: "from inside" })
      assert.deepStrictEqual(yield* peer.receive, { id: 0, result: "from inside" })
    })
  )

  it.effect(
    "are answered with an error if the handler dies, throws, interrupts itself, or returns a value without JSON",
    () =>
      Effect.gen(function* () {
        const handlers: { readonly [method: string]: () => Effect.Effect<JsonRpc.Reply> } = {
          dies: () => Effect.die("defect"),
          throws: () => {
            throw new Error("thrown")
          },
          interrupts: () => Effect.interrupt,
          unwritable: () => Effect.succeed({ result: 1n })
        }
        const { peer, rpc } = yield* connect({ onRequest: ({ method }) => handlers[method]?.() ?? Effect.die(method) })
        for (const method of Object.keys(handlers)) {
          yield* peer.send({ id: method, method })
          const answer = yield* peer.receive
          assert.strictEqual(answer.id, method)
          assert.deepInclude(answer.error, { code: -32603 })
        }
        yield* settled(peer, rpc)
      }).pipe(Effect.provide(Logger.layer([])))
  )

  it.effect("with an id that is neither number nor string are skipped", () =>
    Effect.gen(function* () {
      const handled: Array<unknown> = []
      const { peer, rpc } = yield* connect({
        onRequest: ({ id }) =>
          Effect.andThen(
            Effect.sync(() => void handled.push(id)),
            Effect.never
          )
      })
      for (const id of [null, true, {}, [], 0, "a"]) yield* peer.send({ id, method: "ask" })
      yield* settled(peer, rpc)
      assert.deepStrictEqual(handled, [0, "a"])
    })
  )

  it.live("have their handlers interrupted at the end, and get no answer then", () =>
    Effect.gen(function* () {
      const running = yield* Deferred.make<void>()
      const interrupted = yield* Deferred.make<void>()
      const { peer } = yield* connect({
        onRequest: () =>
          Effect.andThen(Deferred.succeed(running, undefined), Effect.never).pipe(
            Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))
          )
      })
      yield* peer.send({ id: 0, method: "ask" })
      yield* Deferred.await(running)
      yield* peer.close({ _tag: "EndOfOutput" })
      const seen = yield* Effect.timeoutOption(Deferred.await(interrupted), "5 seconds")
      assert.isTrue(Option.isSome(seen), "the handler goes on after the end")
      const answer = yield* Effect.forkChild(peer.receive, { startImmediately: true })
      assert.isUndefined(answer.pollUnsafe())
    })
  )
})
