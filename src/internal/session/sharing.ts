/**
 * Runs an effect once for all calls of a connection that ask for the same key of a thread at the same time. Each call
 * gets the outcome. It does not remember outcomes: a later call runs the effect again.
 *
 * States of a shared effect:
 *
 * - `running`: entered by the first call. Later calls wait for the same outcome. A call that is interrupted leaves the
 *   others alone. The effect is not tied to the connection: it fails by itself when that ends.
 * - `ended`: entered when the effect ends, or when the last waiting call is interrupted. Then the next call runs the
 *   effect again.
 */
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as threadRecord from "./record.ts"

/** What a call got, and whether an earlier call had started it. */
export interface Outcome {
  readonly exit: Exit.Exit<unknown, unknown>
  readonly isJoined: boolean
}

/** Runs the effect, or waits for the one that is running under the key. */
export const share = (
  record: threadRecord.ThreadRecord,
  key: string,
  effect: Effect.Effect<unknown, unknown>
): Effect.Effect<Outcome> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const running = record.shared.get(key)
      const shared = running ?? (yield* start(record, key, effect))
      shared.waiters++
      const exit = yield* Effect.ensuring(restore(Fiber.await(shared.fiber)), leave(record, key, shared))
      return { exit, isJoined: running !== undefined }
    })
  )

// internal

// Detached, because it outlives the call that started it. It never outlives the last call.
const start = (
  record: threadRecord.ThreadRecord,
  key: string,
  effect: Effect.Effect<unknown, unknown>
): Effect.Effect<threadRecord.Shared> =>
  Effect.map(Effect.forkDetach(Effect.interruptible(effect)), (fiber) => {
    const shared: threadRecord.Shared = { fiber, waiters: 0 }
    threadRecord.change(record, { _tag: "ShareBegan", key, shared })
    fiber.addObserver(() => threadRecord.change(record, { _tag: "ShareEnded", key, shared }))
    return shared
  })

// A call that comes while the effect is being interrupted must start another, so the entry is removed first.
const leave = (record: threadRecord.ThreadRecord, key: string, shared: threadRecord.Shared): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (--shared.waiters > 0) return Effect.void
    threadRecord.change(record, { _tag: "ShareEnded", key, shared })
    return Fiber.interrupt(shared.fiber)
  })
