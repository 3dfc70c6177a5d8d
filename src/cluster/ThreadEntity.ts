/**
 * Threads of a cluster: conversations by names that you choose, each on one of several machines. If that machine dies,
 * another one continues them, and no turn is paid twice.
 *
 * **Example** (Running the threads of a cluster)
 *
 * ```ts
 * import { PgClient } from "@effect/sql-pg"
 * import { NodeRuntime, NodeServices } from "@effect/platform-node"
 * import { Layer, Redacted } from "effect"
 * import { Codex } from "effect-codex"
 * import { Runner, ThreadDirectory, ThreadEntity } from "effect-codex/cluster"
 * import * as ThreadStore from "effect-codex/ThreadStore"
 *
 * const threads = ThreadEntity.layerStored().pipe(
 *   Layer.provide(ThreadStore.layerMirror()),
 *   Layer.provide(Codex.layer({ restart: {} })),
 *   Layer.provide([ThreadDirectory.layerSql, ThreadStore.layerSql]),
 *   Layer.provide(Runner.layer({ host: "10.0.0.5", port: 34431 })),
 *   Layer.provide(PgClient.layer({ url: Redacted.make("postgres://10.0.0.2/app") })),
 *   Layer.provide(NodeServices.layer)
 * )
 *
 * Layer.launch(threads).pipe(NodeRuntime.runMain)
 * ```
 *
 * @since 0.171.0
 */
import type { Sharding } from "effect/cluster/Sharding"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type { Codex, ResumeThreadOptions, StartThreadOptions } from "../Codex.ts"
import type { ThreadDirectory } from "../internal/cluster/directory.ts"
import * as durableTurn from "../internal/cluster/durableTurn.ts"
import * as Errors from "../internal/cluster/entityErrors.ts"
import * as handlers from "../internal/cluster/entityHandlers.ts"
import * as protocol from "../internal/cluster/entityProtocol.ts"
import type { Services } from "../internal/cluster/openThread.ts"
import type { Mirror, ThreadStore } from "../ThreadStore.ts"

export { client, maxMessageBytes } from "../internal/cluster/entityClient.ts"
export type {
  CallFailure,
  ClusterFailure,
  ClusterThread,
  EventsFailure,
  RunFailure,
  RunOptions
} from "../internal/cluster/entityClient.ts"
export {
  MessageTooLarge,
  Reason,
  RunnerFailed,
  RunnerTooOld,
  ThreadEntityError
} from "../internal/cluster/entityErrors.ts"
export type { Undecided } from "../internal/cluster/entityHandlers.ts"
export { RunResult, State } from "../internal/cluster/entityProtocol.ts"

/**
 * How the thread of a name is opened.
 *
 * @category models
 * @since 0.171.0
 */
export interface ThreadOptions {
  /** Options of a new thread. Default: none. */
  readonly start?: StartThreadOptions | undefined
  /** Options of a thread that is resumed. Default: none. */
  readonly resume?: ResumeThreadOptions | undefined
  /**
   * How long to wait while another process has the thread open. Default: 90 s.
   *
   * Only for runners that share a Codex home: there, a runner that is alive keeps a thread for a minute after it moved.
   */
  readonly writerTimeout?: Duration.Input | undefined
}

/**
 * Options of the threads of a runner.
 *
 * @category models
 * @since 0.171.0
 */
export interface Options<R = never> {
  /** How threads are opened: the same for all, or for each name. Default: with the settings of the Codex home. */
  readonly thread?: ThreadOptions | ((name: string) => ThreadOptions) | undefined
  /**
   * Decides about a turn whose outcome is unknown, for runs with `ifInterrupted: "ask"`.
   *
   * It can take as long as it wants. Later runs on the same name wait. If the runner dies, the next one asks again. If
   * it fails, the run fails with `OutcomeUnknown`. Default: none, so such runs fail.
   */
  readonly ask?: ((undecided: handlers.Undecided) => Effect.Effect<"fail" | "continue", unknown, R>) | undefined
  /** How long a runner keeps a thread that is not used. Default: that of the cluster, 1 minute. */
  readonly maxIdleTime?: Duration.Input | undefined
  /** How many messages of one thread can wait on a runner. Default: that of the cluster, 4,096. */
  readonly mailboxCapacity?: number | undefined
  /** How long a turn waits for a store or a directory that fails, before its run fails. Default: 60 s. */
  readonly storeTimeout?: Duration.Input | undefined
}

/** What a runner of threads requires. */
export type Requirements = Codex | ThreadDirectory | Sharding | FileSystem.FileSystem | Path.Path

/**
 * Runs threads on this runner, for runners that share one Codex home.
 *
 * **Gotchas**
 *
 * A home can be shared by processes of one machine, or over a network file system with file locks. For machines that
 * share nothing, use `layerStored`.
 *
 * @category layers
 * @since 0.171.0
 */
export const layer = <R = never>(options?: Options<R>): Layer.Layer<never, never, Requirements | R> =>
  layerOf(durableTurn.services, options)

/**
 * Runs threads on this runner, and stores them outside of its Codex home. Each runner has a home of its own.
 *
 * **Details**
 *
 * A thread is restored from the `ThreadStore` when the runner gets it. It is stored when a turn starts, after each of
 * its items, and before a result is reported.
 *
 * If the home has another continuation of a thread than the store, the store decides: the files of the home are copied
 * to `effect-codex-set-aside` in the home, and replaced.
 *
 * @category layers
 * @since 0.171.0
 */
export const layerStored = <R = never>(
  options?: Options<R>
): Layer.Layer<never, never, Requirements | ThreadStore | Mirror | R> => layerOf(durableTurn.storedServices, options)

/**
 * Whether a value is a `ThreadEntityError`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isThreadEntityError = (value: unknown): value is Errors.ThreadEntityError =>
  value instanceof Errors.ThreadEntityError

/**
 * Whether a value is a `RunnerFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isRunnerFailed = (value: unknown): value is Errors.RunnerFailed => value instanceof Errors.RunnerFailed

/**
 * Whether a value is a `RunnerTooOld`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isRunnerTooOld = (value: unknown): value is Errors.RunnerTooOld => value instanceof Errors.RunnerTooOld

/**
 * Whether a value is a `MessageTooLarge`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isMessageTooLarge = (value: unknown): value is Errors.MessageTooLarge =>
  value instanceof Errors.MessageTooLarge

// internal

const layerOf = <R, RS>(services: Effect.Effect<Services, never, RS>, options: Options<R> = {}) =>
  protocol.ThreadEntity.toLayer(
    Effect.flatMap(services, (services) => handlers.make(services, options)),
    {
      concurrency: 1,
      ...(options.maxIdleTime === undefined ? {} : { maxIdleTime: options.maxIdleTime }),
      ...(options.mailboxCapacity === undefined ? {} : { mailboxCapacity: options.mailboxCapacity })
    }
  )
