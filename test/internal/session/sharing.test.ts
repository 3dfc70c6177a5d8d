import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber } from "effect"
import * as session from "../../../src/internal/session/session.ts"
import { share } from "../../../src/internal/session/sharing.ts"
import { background } from "../../turn/support.ts"

const setUp = Effect.gen(function* () {
  const own = yield* session.make()
  const record = own.open("t")
  const done = yield* Deferred.make<string>()
  const counts = { started: 0, interrupted: 0 }
  const work = Effect.onInterrupt(
    Effect.suspend(() => {
      counts.started++
      return Deferred.await(done)
    }),
    () => Effect.sync(() => void counts.interrupted++)
  )
  const call = (key = "k") => background(share(record, key, work))
  /** Lets everything that is ready run. */
  const settle = Effect.repeat(Effect.yieldNow, { times: 20 })
  return { call, counts, done, record, settle }
})

describe("a shared effect", () => {
  it.effect("runs once for all calls of one key at the same time, and once for each key", () =>
    Effect.gen(function* () {
      const { call, counts, done, record, settle } = yield* setUp
      const calls = [yield* call(), yield* call(), yield* call("other")]
      yield* settle
      assert.strictEqual(counts.started, 2)
      assert.strictEqual(record.shared.size, 2)
      yield* Deferred.succeed(done, "result")
      const outcomes = yield* Effect.forEach(calls, (fiber) => Fiber.join(fiber))
      assert.deepStrictEqual(
        outcomes.map(({ exit, isJoined }) => [exit, isJoined]),
        [false, true, false].map((isJoined) => [Exit.succeed("result"), isJoined])
      )
      assert.strictEqual(record.shared.size, 0)
    })
  )

  it.effect("goes on until the last of its calls is interrupted", () =>
    Effect.gen(function* () {
      const { call, counts, record, settle } = yield* setUp
      const [first, second] = [yield* call(), yield* call()]
      yield* settle
      yield* Fiber.interrupt(first)
      yield* settle
      assert.strictEqual(counts.interrupted, 0)
      yield* Fiber.interrupt(second)
      assert.strictEqual(counts.interrupted, 1)
      assert.strictEqual(record.shared.size, 0)
    })
  )

  it.effect("is started again by a call that comes while it is being interrupted", () =>
    Effect.gen(function* () {
      const { record, settle } = yield* setUp
      const gate = yield* Deferred.make<void>()
      const stopping = yield* Deferred.make<void>()
      const slow = Effect.onInterrupt(Effect.never, () =>
        Effect.andThen(Deferred.succeed(stopping, undefined), Deferred.await(gate))
      )
      const first = yield* background(share(record, "k", slow))
      yield* settle
      const leaving = yield* background(Fiber.interrupt(first))
      yield* Deferred.await(stopping)
      const second = yield* share(record, "k", Effect.succeed("new"))
      assert.deepStrictEqual([second.exit, second.isJoined], [Exit.succeed("new"), false])
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(leaving)
      assert.strictEqual(record.shared.size, 0)
    })
  )
})
