/**
 * A pool over any kind of process: the calls of a program, their nesting, and the end. `CodexPool` runs it over
 * app-servers, and tests over processes that exist only in memory.
 *
 * States of the pool:
 *
 * - `open`: left when its scope closes.
 * - `draining`: calls and turns that wait fail with `PoolClosed`, and so do later ones. Running turns go on until they
 *   end, at most `drainTimeout`. Then they are interrupted.
 * - `ending`: all processes are ended concurrently. The scope closes when they have ended.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import type { CodexError } from "../../CodexError.ts"
import { inRealTime } from "../realTime.ts"
import type { Checked } from "./poolOptions.ts"
import * as processes from "./processes.ts"

/** A pool of processes with these services. */
export interface Pool<K, S, E> {
  readonly get: (key: K) => Effect.Effect<S, E | CodexError, Scope.Scope>
  readonly use: <A, E2, R>(
    key: K,
    body: (services: S) => Effect.Effect<A, E2, R>
  ) => Effect.Effect<A, E | E2 | CodexError, R>
  readonly keys: processes.Processes<K, S, E>["keys"]
  /**
   * Starts the processes of these keys in the background, one after the other in this order. Those for which there is
   * no place are left out.
   */
  readonly prewarm: (keys: Iterable<K>) => Effect.Effect<void, never, Scope.Scope>
}

/** Creates a pool, which drains when the scope closes. */
export const make = Effect.fnUntraced(function* <K, S, E>(
  open: processes.Open<K, S, E>,
  limits: Checked
): Effect.fn.Return<Pool<K, S, E>, never, Scope.Scope> {
  const all = yield* processes.make(open, limits)
  yield* Effect.addFinalizer(() => inRealTime(drain(all, limits.drainTimeout)))
  const identity = {}

  const get = (key: K): Effect.Effect<S, E | CodexError, Scope.Scope> =>
    Effect.flatMap(CurrentUses, (uses) =>
      uses.some((use) => use.pool === identity && use.key === key)
        ? Effect.flatMap(all.join(key), Option.match({ onNone: () => all.get(key), onSome: Effect.succeed }))
        : all.get(key)
    ).pipe(Effect.withSpan("CodexPool.get"))

  return {
    keys: all.keys,
    get,
    use: (key, body) =>
      // The scope of the body is that of the caller.
      Effect.scopedWith((scope) =>
        Effect.flatMap(Scope.provide(get(key), scope), (services) =>
          Effect.updateService(body(services), CurrentUses, (uses) => [...uses, { pool: identity, key }])
        )
      ),
    prewarm: (keys) =>
      Effect.asVoid(
        Effect.forkScoped(
          Effect.forEach(
            Array.from(keys).slice(0, limits.maxProcesses),
            (key) =>
              Effect.scoped(all.get(key)).pipe(
                Effect.catchCause((cause) => Effect.logWarning(notStarted, cause)),
                Effect.annotateLogs(processes.shownKey(key))
              ),
            { discard: true }
          )
        )
      )
  }
})

// internal

const notStarted = "The process of a key could not be started in advance. The next call of the key tries again."

/** The keys whose processes the running effect uses. */
const CurrentUses = /*#__PURE__*/ Context.Reference<ReadonlyArray<{ readonly pool: object; readonly key: unknown }>>(
  "effect-codex/CodexPool/CurrentUses",
  { defaultValue: () => [] }
)

const drain = <K, S, E>(
  { endAll, gate, refuse }: processes.Processes<K, S, E>,
  limit: Duration.Duration
): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* refuse
    gate.close()
    yield* Effect.timeoutOption(gate.drained, limit)
    if (gate.running > 0) {
      yield* Effect.logWarning(
        `The pool is closing, and its running turns (${gate.running}) are interrupted: they did not end within ${Duration.format(limit)}. For more time, increase \`drainTimeout\`.`
      )
      yield* gate.stopAll
    }
    yield* endAll
  })
