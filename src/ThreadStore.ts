/**
 * Stores threads outside of the Codex home, so that another machine can continue them.
 *
 * A thread consists of files in the Codex home. `layerMirror` appends what is new in them to a store after each turn.
 * `resume` writes a stored thread into the Codex home and resumes it there. The store is a folder, a `KeyValueStore`,
 * a SQL database or one of your own.
 *
 * Import it from `effect-codex/ThreadStore`. It is not in the main module, which stays small without it.
 *
 * **Example** (Continuing a thread on another machine)
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { Codex } from "effect-codex"
 * import * as ThreadStore from "effect-codex/ThreadStore"
 *
 * const stored = ThreadStore.layerMirror().pipe(
 *   Layer.provideMerge(Codex.layer()),
 *   Layer.provideMerge(ThreadStore.layerFolder("/mnt/threads"))
 * )
 * const answer = (threadId: string) =>
 *   Effect.gen(function* () {
 *     const thread = yield* ThreadStore.resume(threadId)
 *     return yield* thread.run("Continue.")
 *   }).pipe(Effect.provide(stored))
 * ```
 *
 * @since 0.171.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type * as KeyValueStore from "effect/persistence/KeyValueStore"
import type * as Scope from "effect/Scope"
import type { SqlClient } from "effect/sql/SqlClient"
import { Codex, type ResumeThreadOptions } from "./Codex.ts"
import { CodexError, InvalidOptions } from "./CodexError.ts"
import type * as DynamicTools from "./DynamicTools.ts"
import * as settings from "./internal/settings.ts"
import * as chunks from "./internal/threadStore/chunks.ts"
import * as folder from "./internal/threadStore/folder.ts"
import * as homes from "./internal/threadStore/home.ts"
import * as keyValue from "./internal/threadStore/keyValue.ts"
import * as mirrors from "./internal/threadStore/mirror.ts"
import * as Reasons from "./internal/threadStore/reasons.ts"
import * as restoring from "./internal/threadStore/restore.ts"
import { ThreadStore, ThreadStoreError } from "./internal/threadStore/service.ts"
import * as sql from "./internal/threadStore/sql.ts"
import type * as Thread from "./Thread.ts"

export {
  Conflict,
  Corrupt,
  Gap,
  InvalidName,
  LocalDiffers,
  LocalFailed,
  SourceMissing,
  StoreFailed,
  ThreadLoaded
} from "./internal/threadStore/reasons.ts"
export { Reason, ThreadStore, ThreadStoreError } from "./internal/threadStore/service.ts"
export type { Segment, SegmentSize } from "./internal/threadStore/service.ts"

/**
 * Options of a mirror.
 *
 * @category models
 * @since 0.171.0
 */
export interface MirrorOptions {
  /** How many threads are appended at the same time. Default: 4. */
  readonly concurrency?: number | undefined
  /**
   * Whether all threads that the Codex home has at the start are stored, too. Default: `true`.
   *
   * This stores what a program that died could not store. It costs one query for each thread.
   */
  readonly existing?: boolean | undefined
  /** How long the end of the scope may take to store what is new. Default: 10 s. */
  readonly flushTimeout?: Duration.Input | undefined
}

/**
 * What appends the threads of a Codex home to the store.
 *
 * @category services
 * @since 0.171.0
 */
export interface Mirror {
  /**
   * Stores a thread now, and waits until it is stored.
   *
   * Use it if work may be reported as done only after it is stored. Fails with `Conflict` if another process has
   * continued the thread, and with `StoreFailed` if the store fails.
   */
  sync(threadId: string): Effect.Effect<void, ThreadStoreError>
}

/**
 * The `Mirror` service: `yield* Mirror` returns the mirror that a layer provides.
 *
 * @category services
 * @since 0.171.0
 */
export const Mirror: Context.Service<Mirror, Mirror> = /*#__PURE__*/ Context.Service<Mirror, Mirror>(
  "effect-codex/ThreadStore/Mirror"
)

/**
 * Starts to store the threads of the app-server, until the scope closes.
 *
 * **Details**
 *
 * Stores a thread after each of its turns, and when it is forked, reverted, archived or named; a sub-agent like any
 * other thread. The rest is stored when the scope closes, before the app-server ends. Reads only what was added since
 * the last time.
 *
 * A failure of the store never fails a turn. It is logged, and the thread is stored at the next turn of any thread. A
 * thread that another process has continued is not stored again: its `Conflict` is logged.
 *
 * Fails with `InvalidOptions`, and with `LocalFailed` if the Codex home cannot be read.
 *
 * **Gotchas**
 *
 * The program must run on the machine of the app-server. The mirror never deletes: a thread that was deleted in the
 * Codex home stays in the store until you call `delete`. What is not in the files of a thread is not stored: goals,
 * the archive, login, configuration and the working directory.
 *
 * @category constructors
 * @since 0.171.0
 */
export const makeMirror = Effect.fnUntraced(function* (
  options?: MirrorOptions
): Effect.fn.Return<
  Mirror,
  CodexError | ThreadStoreError,
  ThreadStore | Codex | FileSystem.FileSystem | Path.Path | Scope.Scope
> {
  const limits = yield* check(options)
  const codex = yield* Codex
  const home = yield* homes.make(codex.metadata.codexHome)
  const sync = yield* mirrors.make(codex, yield* ThreadStore, home, limits)
  return { sync: (threadId) => Effect.withSpan(sync(threadId), "ThreadStore.Mirror.sync") }
})

/**
 * Stores the threads of the provided `Codex` while the layer exists. See `makeMirror`.
 *
 * @category layers
 * @since 0.171.0
 */
export const layerMirror = (
  options?: MirrorOptions
): Layer.Layer<Mirror, CodexError | ThreadStoreError, ThreadStore | Codex | FileSystem.FileSystem | Path.Path> =>
  Layer.effect(Mirror, makeMirror(options))

/**
 * Writes a stored thread into the Codex home, so that `codex.resumeThread` finds it there.
 *
 * **Details**
 *
 * Writes all files of the thread, those of the threads that it continues (the sources of forks) and of its sub-agents,
 * and their names. Files that are complete are left as they are, and shorter ones are completed. Files are for this
 * user only. A thread that is not stored is left alone.
 *
 * Fails with `LocalDiffers` if a file has more than the store or other content, with `ThreadLoaded` if a file would
 * change while the server uses it, and with `SourceMissing` if a fork was stored without its source.
 *
 * @category constructors
 * @since 0.171.0
 */
export const restore = Effect.fn("ThreadStore.restore")(function* (
  threadId: string
): Effect.fn.Return<void, CodexError | ThreadStoreError, ThreadStore | Codex | FileSystem.FileSystem | Path.Path> {
  yield* restored(threadId)
})

/**
 * Restores a thread with `restore`, and resumes it with `codex.resumeThread`.
 *
 * @category constructors
 * @since 0.171.0
 */
export const resume = <T extends DynamicTools.Tools = never>(
  threadId: string,
  options?: ResumeThreadOptions<T>
): Effect.Effect<
  Thread.Thread,
  CodexError | ThreadStoreError,
  ThreadStore | Codex | FileSystem.FileSystem | Path.Path | DynamicTools.Requirements<T>
> =>
  Effect.gen(function* () {
    const codex = yield* Codex
    const path = yield* Effect.withSpan(restored(threadId), "ThreadStore.restore")
    // The server remembers one file of each thread, and while files are written, it can remember an older one.
    const params = path === undefined ? options?.params : { path, ...options?.params }
    return yield* codex.resumeThread(threadId, { ...options, params })
  })

/**
 * Stores threads in a folder, which is created if it does not exist.
 *
 * **Details**
 *
 * Each append is a file, `<folder>/<threadId>/<segment>/<offset>`, for this user only. Several processes can use the
 * folder at once, also on a network file system, if it has hard links. Fails with `StoreFailed` if the folder cannot be
 * created.
 *
 * @category layers
 * @since 0.171.0
 */
export const layerFolder = (
  path: string
): Layer.Layer<ThreadStore, ThreadStoreError, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(
    ThreadStore,
    folder.make(path).pipe(
      Effect.map(chunks.make),
      Effect.mapError((reason) => failed("layerFolder", reason))
    )
  )

/**
 * Stores threads in a `KeyValueStore`, under keys that begin with `effect-codex/thread-store/`.
 *
 * **Gotchas**
 *
 * One program at a time may use it, because a `KeyValueStore` cannot detect a second writer. For several programs, use
 * `layerSql` or `layerFolder`. `list` reads all keys of the `KeyValueStore`.
 *
 * @category layers
 * @since 0.171.0
 */
export const layerKeyValueStore: Layer.Layer<ThreadStore, never, KeyValueStore.KeyValueStore> = Layer.effect(
  ThreadStore,
  Effect.map(keyValue.make, chunks.make)
)

/**
 * Stores threads in a SQL database, in the table `effect_codex_chunks`.
 *
 * **Details**
 *
 * The layer creates the table, and records in `effect_codex_migrations` that it did. Each append is one insert. Any
 * number of programs can use the database at once. Tested with PostgreSQL (`@effect/sql-pg`). Fails with `StoreFailed`
 * if the table cannot be created.
 *
 * @category layers
 * @since 0.171.0
 */
export const layerSql: Layer.Layer<ThreadStore, ThreadStoreError, SqlClient> = Layer.effect(
  ThreadStore,
  sql.make.pipe(
    Effect.map(chunks.make),
    Effect.mapError((reason) => failed("layerSql", reason))
  )
)

/**
 * Whether a value is a `ThreadStoreError`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isThreadStoreError = (value: unknown): value is ThreadStoreError => value instanceof ThreadStoreError

/**
 * Whether a value is a `Conflict`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isConflict = (value: unknown): value is Reasons.Conflict => value instanceof Reasons.Conflict

/**
 * Whether a value is a `Corrupt`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isCorrupt = (value: unknown): value is Reasons.Corrupt => value instanceof Reasons.Corrupt

/**
 * Whether a value is a `Gap`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isGap = (value: unknown): value is Reasons.Gap => value instanceof Reasons.Gap

/**
 * Whether a value is an `InvalidName`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isInvalidName = (value: unknown): value is Reasons.InvalidName => value instanceof Reasons.InvalidName

/**
 * Whether a value is a `LocalDiffers`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isLocalDiffers = (value: unknown): value is Reasons.LocalDiffers => value instanceof Reasons.LocalDiffers

/**
 * Whether a value is a `LocalFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isLocalFailed = (value: unknown): value is Reasons.LocalFailed => value instanceof Reasons.LocalFailed

/**
 * Whether a value is a `SourceMissing`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isSourceMissing = (value: unknown): value is Reasons.SourceMissing =>
  value instanceof Reasons.SourceMissing

/**
 * Whether a value is a `StoreFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isStoreFailed = (value: unknown): value is Reasons.StoreFailed => value instanceof Reasons.StoreFailed

/**
 * Whether a value is a `ThreadLoaded`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isThreadLoaded = (value: unknown): value is Reasons.ThreadLoaded => value instanceof Reasons.ThreadLoaded

// internal

/** Restores a thread. Returns the path of its newest file, if the server can resume it from there. */
const restored = Effect.fnUntraced(function* (threadId: string) {
  const codex = yield* Codex
  const home = yield* homes.make(codex.metadata.codexHome)
  const path = yield* restoring.restore(codex, yield* ThreadStore, home, threadId)
  // An archived thread is reported as such only by its id.
  return path?.includes("archived_sessions") === true ? undefined : path
})

const failed = (layer: string, reason: Reasons.StoreFailed) =>
  new ThreadStoreError({ method: `ThreadStore.${layer}`, reason })

const names: settings.Names<MirrorOptions> = { concurrency: true, existing: true, flushTimeout: true }

const check = Effect.fnUntraced(
  function* (options: MirrorOptions | undefined) {
    yield* settings.known(options, names)
    if (options?.existing !== undefined && typeof options.existing !== "boolean") {
      return yield* new InvalidOptions({ option: "existing", description: "expected true or false" })
    }
    return {
      concurrency: yield* settings.count("concurrency", options?.concurrency, 4),
      existing: options?.existing ?? true,
      flushTimeout: yield* settings.duration("flushTimeout", options?.flushTimeout, Duration.seconds(10), {
        allowZero: true
      })
    }
  },
  Effect.mapError((reason) => new CodexError({ method: "ThreadStore.layerMirror", reason }))
)
