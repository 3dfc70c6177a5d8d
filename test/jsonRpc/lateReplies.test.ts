/**
 * Replies that arrive after their call was abandoned: `onLateReply` is called with the result, once.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Logger } from "effect"
import { TestClock } from "effect/testing"
import * as T from "./support.ts"

const quiet = Effect.provide(Logger.layer([]))

/** A call that was sent, and the late results that it received. */
const called = Effect.gen(function* () {
  const { peer, rpc } = yield* T.connect()
  const late: Array<unknown> = []
  const call = yield* T.start(rpc, "m", { timeout: "1 second", onLateReply: (result) => void late.push(result) })
  const { id } = yield* peer.receive
  return { call, id, late, peer, rpc }
})

describe("a late reply", () => {
  it.effect("is handed over after the call timed out", () =>
    Effect.gen(function* () {
      const { call, id, late, peer, rpc } = yield* called
      yield* TestClock.adjust("1 second")
      yield* Fiber.await(call)
      for (const result of ["first", "again"]) yield* peer.send({ id, result })
      yield* T.settled(peer, rpc)
      assert.deepStrictEqual(late, ["first"])
    })
  )

  it.effect("is handed over after the call was interrupted", () =>
    Effect.gen(function* () {
      const { call, id, late, peer, rpc } = yield* called
      yield* Fiber.interrupt(call)
      yield* peer.send({ id, error: null, result: 1 })
      yield* T.settled(peer, rpc)
      assert.deepStrictEqual(late, [1])
    })
  )

  it.effect("is not handed over if it is an error, or in time", () =>
    Effect.gen(function* () {
      const { call, id, late, peer, rpc } = yield* called
      yield* Fiber.interrupt(call)
      yield* peer.send({ id, error: { code: 1, message: "no" } })
      const next = yield* T.start(rpc, "m", { onLateReply: (result) => void late.push(result) })
      yield* peer.send({ id: (yield* peer.receive).id, result: 2 })
      assert.strictEqual(yield* Fiber.join(next), 2)
      yield* T.settled(peer, rpc)
      assert.deepStrictEqual(late, [])
    })
  )

  it.effect("costs nothing else if its listener throws", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* T.connect()
      const call = yield* T.start(rpc, "m", {
        onLateReply: () => {
          throw new Error("no")
        }
      })
      const { id } = yield* peer.receive
      yield* Fiber.interrupt(call)
      yield* peer.send({ id, result: 1 })
      yield* T.settled(peer, rpc)
      const next = yield* T.start(rpc, "m")
      yield* peer.send({ id: (yield* peer.receive).id, result: 2 })
      assert.strictEqual(yield* Fiber.join(next), 2)
    }).pipe(quiet)
  )
})
