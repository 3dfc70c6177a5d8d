/**
 * Opens the thread of a name: resumes the one that the directory has, or starts one and binds it. With a store, the
 * thread is restored first.
 *
 * A thread that was bound and has no turn yet was never saved, so another one takes its place. A thread with turns is
 * never replaced: if it cannot be found, the call fails.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schedule from "effect/Schedule"
import { Codex, type ResumeThreadOptions, type StartThreadOptions } from "../../Codex.ts"
import type { CodexError } from "../../CodexError.ts"
import type { Thread } from "../../Thread.ts"
import * as ThreadStores from "../../ThreadStore.ts"
import type { DirectoryError, ThreadDirectory } from "./directory.ts"
import { setAside } from "./setAside.ts"

/** Where threads are stored outside of the Codex home. */
export interface Stored {
  readonly store: ThreadStores.ThreadStore
  readonly mirror: ThreadStores.Mirror
}

/** What is needed to open threads. */
export interface Services {
  readonly codex: Codex
  readonly directory: ThreadDirectory
  readonly stored: Stored | undefined
  readonly fs: FileSystem.FileSystem
  readonly path: Path.Path
}

/** How threads are opened. */
export interface OpenOptions {
  /** Options of a new thread. */
  readonly start?: StartThreadOptions | undefined
  /** Options of a thread that is resumed. */
  readonly resume?: ResumeThreadOptions | undefined
  /** How long to wait while another process has the thread open. Default: 90 s. */
  readonly writerTimeout?: Duration.Input | undefined
}

/** Why a thread could not be opened. */
export type OpenFailure = CodexError | DirectoryError | ThreadStores.ThreadStoreError

/** The open thread of a name. */
export interface Opened {
  readonly thread: Thread
}

/** Opens the thread of a name. */
export const open: (services: Services, name: string, options: OpenOptions) => Effect.Effect<Opened, OpenFailure> =
  Effect.fnUntraced(function* (services, name, options) {
    const { codex, directory } = services
    for (let attempt = 1; ; attempt++) {
      const binding = Option.getOrUndefined(yield* directory.find(name))
      if (binding !== undefined) {
        const resumed = resume(services, binding.threadId, options)
        const thread = yield* binding.hasTurns ? resumed : orNone(resumed)
        if (thread !== undefined) return { thread }
      }
      const started = yield* codex.startThread(options.start)
      const bound = yield* directory.bind(name, started.id, binding?.threadId).pipe(
        Effect.as(true),
        // Another process was faster. The thread that was started here has no turn, so the server does not save it.
        Effect.catchReason("DirectoryError", "BoundElsewhere", (_, error) =>
          attempt < 3 ? Effect.succeed(false) : Effect.fail(error)
        )
      )
      if (bound) return { thread: started }
      yield* Effect.ignore(started.unsubscribe)
    }
  })

// internal

const resume = (services: Services, threadId: string, options: OpenOptions): Effect.Effect<Thread, OpenFailure> => {
  const { codex, stored } = services
  const once =
    stored === undefined ? codex.resumeThread(threadId, options.resume) : restore(services, stored, threadId, options)
  const limit = Duration.toMillis(options.writerTimeout ?? "90 seconds")
  return Effect.retry(once, {
    schedule: Schedule.spaced(WRITER_POLL).pipe(Schedule.while(({ elapsed }) => elapsed < limit)),
    while: (error) => error._tag === "CodexError" && error.reason._tag === "ActiveWriter"
  })
}

/** How often a thread is tried that another process has open. That process can be about to end. */
const WRITER_POLL = Duration.millis(100)

/** Restores a thread and resumes it. The store decides, if this home has something else. */
const restore = (
  services: Services,
  { mirror, store }: Stored,
  threadId: string,
  options: OpenOptions
): Effect.Effect<Thread, OpenFailure> => {
  const { codex, fs, path } = services
  const resumed = ThreadStores.resume(threadId, options.resume).pipe(
    Effect.provideService(ThreadStores.ThreadStore, store),
    Effect.provideService(Codex, codex)
  )
  const settled = resumed.pipe(
    Effect.catchReasons("ThreadStoreError", {
      LocalDiffers: () =>
        // A turn that this home has alone is stored, unless another process has continued the thread.
        mirror.sync(threadId).pipe(
          Effect.catchReason("ThreadStoreError", "Conflict", () => setAside(codex, threadId)),
          Effect.andThen(resumed),
          Effect.catchReason("ThreadStoreError", "LocalDiffers", () =>
            Effect.andThen(setAside(codex, threadId), resumed)
          )
        ),
      // The server knows an older file of the thread.
      OlderSegment: () => Effect.andThen(setAside(codex, threadId), resumed),
      // Everything that this home has is stored, and the server forgets a thread only if it is deleted.
      ThreadLoaded: () => Effect.andThen(codex.deleteThread(threadId), resumed)
    })
  )
  return settled.pipe(Effect.provideService(FileSystem.FileSystem, fs), Effect.provideService(Path.Path, path))
}

/** A thread that has no turn yet cannot be resumed by another process. */
const orNone = <E extends OpenFailure>(resumed: Effect.Effect<Thread, E>): Effect.Effect<Thread | undefined, E> =>
  Effect.catchIf(
    resumed as Effect.Effect<Thread | undefined, E>,
    (error) =>
      error._tag === "CodexError" &&
      (error.reason._tag === "NoTurnsYet" ||
        error.reason._tag === "RolloutNotFound" ||
        error.reason._tag === "ThreadNotFound"),
    () => Effect.succeed(undefined)
  )
