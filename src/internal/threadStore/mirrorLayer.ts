/**
 * The mirror as a service: its options, and the layer that runs it. What it does is in `mirror.ts`.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type * as Scope from "effect/Scope"
import { Codex } from "../../Codex.ts"
import { CodexError, InvalidOptions } from "../../CodexError.ts"
import * as settings from "../settings.ts"
import * as homes from "./home.ts"
import * as mirrors from "./mirror.ts"
import { ThreadStore, type ThreadStoreError } from "./service.ts"

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
   * Use it if work may be reported as done only after it is stored. It costs a request to the server and an append,
   * however many threads the Codex home has.
   *
   * Fails with `StoreFailed` if the store fails, and with `Conflict` if another process has continued the thread. Then
   * it stores nothing, also not a revert, which is in a file of its own.
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

// internal

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
