import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as runners from "../../../src/internal/serverRequests/runners.ts"

/** A shared run that waits at a gate, and the outcome of each of its starts. */
const make = Effect.gen(function* () {
  const gate = yield* Deferred.make<string, string>()
  const starts: Array<"running" | "succeeded" | "failed" | "interrupted"> = []
  const ask = runners.shared(
    (_account: string) =>
      Effect.suspend(() => {
        const index = starts.push("running") - 1
        return Effect.onExit(Deferred.await(gate), (exit) =>
          Effect.sync(() => {
            starts[index] = Exit.isSuccess(exit) ? "succeeded" : Exit.hasInterrupts(exit) ? "interrupted" : "failed"
          })
        )
      }),
    (account) => account,
    (effect) => Effect.forkDetach(effect, { startImmediately: true })
  )
  const start = (account: string) => Effect.forkChild(ask(account), { startImmediately: true })
  return { ask, gate, start, starts }
})

describe("a shared run", () => {
  it.effect("is interrupted after its last waiting request has gone, and the next request starts another", () =>
    Effect.gen(function* () {
      const { start, starts } = yield* make
      const first = yield* start("a")
      const second = yield* start("a")
      yield* Fiber.interrupt(first)
      assert.deepStrictEqual(starts, ["running"])
      yield* Fiber.interrupt(second)
      assert.deepStrictEqual(starts, ["interrupted"])
      yield* start("a")
      assert.deepStrictEqual(starts, ["interrupted", "running"])
    })
  )

  it.effect("fails all waiting requests, and the next request starts another", () =>
    Effect.gen(function* () {
      const { ask, gate, start, starts } = yield* make
      const waiting = [yield* start("a"), yield* start("a")]
      yield* Deferred.fail(gate, "no")
      for (const fiber of waiting) assert.strictEqual(yield* Effect.flip(Fiber.join(fiber)), "no")
      assert.strictEqual(yield* Effect.flip(ask("a")), "no")
      assert.deepStrictEqual(starts, ["failed", "failed"])
    })
  )

  it.effect("keeps its answer for less than two seconds, also without a waiting request", () =>
    Effect.gen(function* () {
      const { ask, gate, start, starts } = yield* make
      const waiting = yield* start("a")
      yield* Deferred.succeed(gate, "token")
      assert.strictEqual(yield* Fiber.join(waiting), "token")
      yield* TestClock.adjust("1999 millis")
      assert.strictEqual(yield* ask("a"), "token")
      assert.deepStrictEqual(starts, ["succeeded"])
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* ask("a"), "token")
      assert.deepStrictEqual(starts, ["succeeded", "succeeded"])
    })
  )

  it.effect("is separate for each account", () =>
    Effect.gen(function* () {
      const { start, starts } = yield* make
      yield* start("a")
      yield* start("b")
      assert.deepStrictEqual(starts, ["running", "running"])
    })
  )

  it.effect("that failed is not joined, even while a request that waited for it has not continued yet", () =>
    Effect.gen(function* () {
      const { ask, gate, start, starts } = yield* make
      const again = yield* Deferred.make<void>()
      const first = yield* Effect.forkChild(
        Effect.catch(ask("a"), () => Effect.flatMap(start("a"), () => Deferred.succeed(again, undefined))),
        { startImmediately: true }
      )
      yield* start("a")
      yield* Deferred.fail(gate, "no")
      yield* Fiber.join(first)
      yield* Deferred.await(again)
      assert.deepStrictEqual(starts, ["failed", "failed"])
    })
  )

  it.effect("that ended is forgotten, and not the run that has taken its place", () =>
    Effect.gen(function* () {
      const gates = [yield* Deferred.make<void>(), yield* Deferred.make<void>()] as const
      let starts = 0
      const ask = runners.shared(
        () =>
          Effect.suspend(() =>
            // The first run takes its time to end when it is interrupted.
            Effect.onInterrupt(starts++ === 0 ? Effect.never : Deferred.await(gates[1]), () => Deferred.await(gates[0]))
          ),
        () => "key",
        (effect) => Effect.forkDetach(effect, { startImmediately: true })
      )
      const start = Effect.forkChild(ask("a"), { startImmediately: true })
      const leaving = yield* Effect.forkChild(Fiber.interrupt(yield* start), { startImmediately: true })
      const second = yield* start
      assert.strictEqual(starts, 2)
      yield* Deferred.succeed(gates[0], undefined)
      yield* Fiber.join(leaving)
      const third = yield* start
      assert.strictEqual(starts, 2)
      yield* Deferred.succeed(gates[1], undefined)
      yield* Fiber.join(second)
      yield* Fiber.join(third)
    })
  )
})
