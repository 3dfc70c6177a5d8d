/**
 * Continues a stored thread: writes its files into the Codex home of a server, and resumes it there. How the files are
 * written is in `restore.ts`.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import { Codex, type ResumeThreadOptions } from "../../Codex.ts"
import type { CodexError } from "../../CodexError.ts"
import type * as DynamicTools from "../../DynamicTools.ts"
import type * as Thread from "../../Thread.ts"
import * as homes from "./home.ts"
import { OlderSegment } from "./reasons.ts"
import * as restoring from "./restore.ts"
import { ThreadStore, ThreadStoreError } from "./service.ts"

/**
 * Writes a stored thread into the Codex home, so that `codex.resumeThread` finds it there.
 *
 * **Details**
 *
 * Writes all files of the thread, those of the threads that it continues (the sources of forks) and of its sub-agents,
 * and their names. Files that are complete are left as they are, and shorter ones are completed. Files are for this
 * user only. A thread that is not stored is left alone. Several processes can restore into one home at the same time.
 *
 * Fails with `LocalDiffers` if a file has more than the store or other content, with `ThreadLoaded` if a file would
 * change while the server uses it, and with `SourceMissing` if a fork was stored without its source.
 *
 * **Gotchas**
 *
 * If the thread was reverted on another machine, the server must forget it before it uses the new file. It drops the
 * goal of the thread, and emits `thread/deleted` for the thread and its sub-agents. If that is not possible, because a
 * sub-agent is not stored, the restore fails with `OlderSegment`.
 *
 * @category constructors
 * @since 0.171.0
 */
export const restore = (
  threadId: string
): Effect.Effect<void, CodexError | ThreadStoreError, ThreadStore | Codex | FileSystem.FileSystem | Path.Path> =>
  Effect.asVoid(restored(threadId))

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
    const newest = yield* restored(threadId)
    const thread = yield* codex.resumeThread(threadId, options)
    const path = thread.reply.thread.path
    // The restore has made the server use the newest file. Only another program that moves files can change that.
    if (newest === undefined || path === null || path === undefined || path.endsWith(newest)) return thread
    yield* Effect.ignore(codex.request("thread/unsubscribe", { threadId }))
    return yield* new ThreadStoreError({
      method: "ThreadStore.resume",
      threadId,
      reason: new OlderSegment({ segment: newest })
    })
  })

// internal

/** Restores a thread, and returns the name of its newest file. */
const restored = Effect.fn("ThreadStore.restore")(function* (threadId: string) {
  const codex = yield* Codex
  const home = yield* homes.make(codex.metadata.codexHome)
  return yield* restoring.restore(codex, yield* ThreadStore, home, threadId)
})
