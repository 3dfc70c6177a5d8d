/**
 * A pool whose processes exist only in memory: a test sees which were started and ended, and ends their connections.
 */
import { Deferred, Duration, Effect, Exit, type Scope } from "effect"
import { CodexError, InvalidOptions } from "../../../src/CodexError.ts"
import * as pool from "../../../src/internal/pool/pool.ts"
import type { Checked } from "../../../src/internal/pool/poolOptions.ts"
import type { Admission } from "../../../src/internal/session/admission.ts"

export interface Process {
  readonly key: string
  /** The n-th process of the key, from 1. */
  readonly number: number
  readonly admission: Admission
  /** Ends its connection. */
  readonly crash: Effect.Effect<void>
  /** Ends its connection, which the pool is not told. */
  readonly lose: Effect.Effect<void>
}

export const limits: Checked = {
  maxProcesses: 16,
  maxCallsPerKey: 32,
  maxTurns: Infinity,
  maxTurnsPerKey: Infinity,
  maxWaiting: 10_000,
  maxWaitingPerKey: 1000,
  idleTimeToLive: Duration.minutes(5),
  drainTimeout: Duration.zero
}

const unknown = new CodexError({
  method: "lookup",
  reason: new InvalidOptions({ option: "key", description: "unknown" })
})

/** Creates a pool. `starting` runs in each start, and can fail it or hold it up. */
export const make = Effect.fnUntraced(function* (
  options: Partial<Checked> = {},
  starting: (key: string, number: number) => Effect.Effect<unknown, CodexError, Scope.Scope> = () => Effect.void
) {
  const numbers = new Map<string, number>()
  const log: Array<string> = []
  let most = 0
  let alive = 0
  const all = yield* pool.make<string, Process, CodexError>(
    (key, admission, onSpawn) =>
      Effect.gen(function* () {
        if (key.startsWith("unknown")) return yield* unknown
        onSpawn()
        const number = (numbers.get(key) ?? 0) + 1
        numbers.set(key, number)
        yield* Effect.acquireRelease(
          Effect.sync(() => {
            log.push(`+${key}${number}`)
            most = Math.max(most, ++alive)
          }),
          () =>
            Effect.sync(() => {
              log.push(`-${key}${number}`)
              alive--
            })
        )
        yield* starting(key, number)
        const crashed = yield* Deferred.make<void>()
        const crash = Effect.asVoid(Deferred.done(crashed, Exit.void))
        let isEnded = false
        const lose = Effect.sync(() => {
          isEnded = true
        })
        return {
          services: { key, number, admission, crash, lose },
          ended: Deferred.await(crashed),
          isEnded: () => isEnded
        }
      }),
    { ...limits, ...options }
  )
  return {
    ...all,
    /** What has started (+) and ended (-). */
    log,
    /** The largest number of processes at once. */
    most: () => most,
    stateOf: (key: string) => all.keys().find((each) => each.key === key)?.state,
    waiting: () => all.keys().reduce((sum, { waiting }) => sum + waiting, 0)
  }
})

/** Lets all fibers run until they wait. */
export const settled = Effect.forEach(Array.from({ length: 20 }), () => Effect.yieldNow, { discard: true })
