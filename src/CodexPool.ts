/**
 * Runs one app-server for each key (a tenant, an account, a workspace), and ends those that are idle.
 *
 * Use it if a program serves several Codex homes: each process has its own login, rules and threads. For one home use
 * `Codex.layer`, because one process runs many threads at once. A pool does not choose between processes of the same
 * kind: the key decides which process a call gets.
 *
 * **Example** (Running a turn for a tenant)
 *
 * ```ts
 * const answer = Effect.gen(function*() {
 *   const pool = yield* CodexPool.CodexPool
 *   return yield* pool.use("acme", Effect.gen(function*() {
 *     const codex = yield* Codex.Codex
 *     const thread = yield* codex.startThread()
 *     return yield* thread.run("Say hello.")
 *   }))
 * }).pipe(Effect.provide(CodexPool.layer({
 *   lookup: (tenant) => ({ codexHome: `/srv/homes/${tenant}` })
 * })))
 * ```
 *
 * @since 0.171.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AppServer } from "./AppServer.ts"
import * as Codex from "./Codex.ts"
import * as CodexClient from "./CodexClient.ts"
import type { CodexError } from "./CodexError.ts"
import * as homes from "./internal/pool/homes.ts"
import * as pools from "./internal/pool/pool.ts"
import * as poolOptions from "./internal/pool/poolOptions.ts"
import type { Options } from "./internal/pool/poolOptions.ts"
import { CurrentAdmission } from "./internal/session/admission.ts"

export type { Options } from "./internal/pool/poolOptions.ts"

/**
 * What a pool is doing now.
 *
 * @category models
 * @since 0.171.0
 */
export interface Stats<Key = string> {
  /** How many processes exist: `starting`, `inUse`, `idle`, and those that are being ended. */
  readonly processes: number
  /** How many processes are starting. */
  readonly starting: number
  /** How many processes serve a caller or run a turn. */
  readonly inUse: number
  /** How many processes serve no caller and run no turn. */
  readonly idle: number
  /** How many callers wait for a process. */
  readonly waiting: number
  /** How many turns run. */
  readonly turns: number
  /** How many turns wait for their start. */
  readonly waitingTurns: number
  /** The keys that have a process or callers that wait, and those whose process has ended recently by itself. */
  readonly keys: ReadonlyArray<KeyStats<Key>>
}

/**
 * What a pool is doing now for one key.
 *
 * @category models
 * @since 0.171.0
 */
export interface KeyStats<Key = string> {
  /** The key. */
  readonly key: Key
  /** The state of its process. */
  readonly state: "none" | "starting" | "idle" | "inUse" | "closing"
  /** How many callers use its process. */
  readonly calls: number
  /** How many callers wait for it. */
  readonly waiting: number
  /** How many of its turns run. */
  readonly turns: number
  /** How many of its turns wait for their start. */
  readonly waitingTurns: number
}

/**
 * The app-servers of a program, by key.
 *
 * **Details**
 *
 * `E` has the errors of `lookup`, and `CodexError`. The service has string keys and no other errors. For other keys or
 * errors, define a service of your own with `make`.
 *
 * @category services
 * @since 0.171.0
 */
export interface CodexPool<in out Key = string, out E = CodexError> {
  /**
   * Returns the Codex of a key, for as long as the scope is open. Starts its process if there is none.
   *
   * **Details**
   *
   * If no process is free, the call waits. Calls of a key are served in order of arrival, and keys in turns, so a key
   * with many callers does not keep others out. Interruption leaves the queue.
   *
   * Turns that are started through this Codex, goals included, wait for `maxTurns` and `maxTurnsPerKey` in the same
   * way, after they have their thread. `codex.request("turn/start", …)` does not count.
   *
   * Fails with `Saturated` if the queue is full, with `HomeInUse` if another key uses the same Codex home, with
   * `PoolClosed` after the pool has closed, and with the error of `lookup` or of `Codex.layer` if the process does not
   * start. Such a failure fails the callers that waited for this start, and no other key.
   *
   * **Gotchas**
   *
   * If the process crashes, this Codex fails with `ConnectionClosed`. Close the scope and call `get` again: that starts
   * a new process. From the second crash in a row on, it starts after a pause of 200 ms to 10 s.
   *
   * After the scope has closed, the process ends when it is idle. A turn that still runs there keeps it in use.
   *
   * A caller that has a process and waits for another can wait forever, if all callers do. Close the scope first.
   */
  get(key: Key): Effect.Effect<Codex.Codex, E, Scope.Scope>
  /**
   * Runs an effect on the process of a key, for which it waits like `get`. Provides `Codex`, `CodexClient` and
   * `AppServer`.
   *
   * Inside of the effect, `use` and `get` of the same key do not wait.
   */
  use<A, E2, R>(key: Key, effect: Effect.Effect<A, E2, R>): Effect.Effect<A, E | E2, Exclude<R, Services>>
  /** What the pool is doing now. */
  readonly stats: Effect.Effect<Stats<Key>>
}

/**
 * The services of one process.
 *
 * @category models
 * @since 0.171.0
 */
export type Services = Codex.Codex | CodexClient.CodexClient | AppServer

/**
 * The `CodexPool` service: `yield* CodexPool` returns the pool that a layer provides.
 *
 * @category services
 * @since 0.171.0
 */
export const CodexPool: Context.Service<CodexPool, CodexPool> = /*#__PURE__*/ Context.Service<CodexPool, CodexPool>(
  "effect-codex/CodexPool"
)

/**
 * Creates a pool, which drains when the scope closes.
 *
 * **When to use**
 *
 * Use it for keys that are not strings, or if `lookup` has errors of its own:
 *
 * ```ts
 * type Pool = CodexPool.CodexPool<TenantId, UnknownTenant | CodexError>
 * class Tenants extends Context.Service<Tenants, Pool>()("app/Tenants") {}
 * const layer = Layer.effect(Tenants, CodexPool.make({ lookup: (id: TenantId) => homeOf(id) }))
 * ```
 *
 * **Details**
 *
 * Keys are compared with `Equal`. Fails with `InvalidOptions`.
 *
 * When the scope closes, calls and turns that wait fail with `PoolClosed`. Running turns may continue for
 * `drainTimeout`, and are then interrupted, which takes at most 5 s. Then all processes are ended.
 *
 * @category constructors
 * @since 0.171.0
 */
export const make = Effect.fnUntraced(function* <Key, E = never, R = never>(
  options: Options<Key, E, R>
): Effect.fn.Return<CodexPool<Key, E | CodexError>, CodexError, Exclude<R, Scope.Scope> | Requirements | Scope.Scope> {
  const limits = yield* poolOptions.check(options)
  const context = yield* Effect.context<Exclude<R, Scope.Scope> | Requirements>()
  const claim = options.shareHomes === true ? () => Effect.void : homes.make()

  const open = Effect.fnUntraced(function* (key: Key, onSpawn: () => void) {
    const found = options.lookup(key)
    const own = Effect.isEffect(found) ? yield* found : found
    yield* claim(own)
    onSpawn()
    // A separate memo map: a layer that two processes share would end with the first.
    const services = yield* Layer.buildWithMemoMap(Codex.layer(own), Layer.makeMemoMapUnsafe(), yield* Effect.scope)
    const client = Context.get(services, CodexClient.CodexClient)
    // The stream ends with the connection.
    const ended = Stream.runDrain(client.decisions)
    return { services, ended, isEnded: () => client["~session"].ended() !== undefined }
  })
  const pool = yield* pools.make<Key, Context.Context<Services>, E | CodexError>(
    (key, admission, onSpawn) =>
      Effect.flatMap(Effect.scope, (scope) => {
        const opened = open(key, onSpawn).pipe(
          Effect.provideService(CurrentAdmission, admission),
          Effect.provideContext(Context.add(context, Scope.Scope, scope))
        )
        // Type boundary: `R` is either in `context`, or the scope.
        return opened as Effect.Effect<Effect.Success<typeof opened>, E | CodexError>
      }),
    limits
  )
  if (options.prewarm !== undefined) yield* pool.prewarm(options.prewarm)

  return {
    get: (key) => Effect.map(pool.get(key), Context.get(Codex.Codex)),
    use: (key, effect) => pool.use(key, (services) => Effect.provideContext(effect, services)),
    stats: Effect.sync(() => statsOf(pool.keys()))
  }
})

/**
 * Provides a pool with string keys.
 *
 * @category layers
 * @since 0.171.0
 */
export const layer = <R = never>(
  options: Options<string, CodexError, R>
): Layer.Layer<CodexPool, CodexError, Exclude<R, Scope.Scope> | Requirements> => Layer.effect(CodexPool, make(options))

// internal

type Requirements = ChildProcessSpawner | FileSystem.FileSystem | Path.Path

const statsOf = <Key>(keys: ReadonlyArray<KeyStats<Key>>): Stats<Key> => {
  const count = (state: KeyStats["state"]) => keys.filter((each) => each.state === state).length
  const sum = (name: "waiting" | "turns" | "waitingTurns") => keys.reduce((total, each) => total + each[name], 0)
  return {
    processes: keys.length - count("none"),
    starting: count("starting"),
    inUse: count("inUse"),
    idle: count("idle"),
    waiting: sum("waiting"),
    turns: sum("turns"),
    waitingTurns: sum("waitingTurns"),
    keys
  }
}
