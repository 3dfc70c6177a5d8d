/**
 * Writes a stored thread into a Codex home: its rollout files, those of the threads that it continues and of its
 * sub-agents, and their names. `plan.ts` decides which. It adds and extends files, and never overwrites one with other
 * content.
 *
 * A file is written beside its place and then linked or renamed, so the server sees either nothing or all of it. Of a
 * thread with several files, the newest is written first, and the server looks it up before the others are there: see
 * `newestFile.ts`. A restore that was interrupted continues when it is repeated, and several processes can restore into
 * one home at the same time.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import type { Codex } from "../../Codex.ts"
import type { CodexError } from "../../CodexError.ts"
import * as history from "./history.ts"
import * as homes from "./home.ts"
import * as newestFile from "./newestFile.ts"
import * as plans from "./plan.ts"
import { LocalDiffers, type LocalFailed, type OlderSegment, type SourceMissing, ThreadLoaded } from "./reasons.ts"
import * as rollout from "./rollout.ts"
import { type ThreadStore, ThreadStoreError } from "./service.ts"

/**
 * Restores a thread into the home of a server. Returns the name of its newest file, or `undefined` if the thread is not
 * stored: then it is left alone.
 */
export const restore = Effect.fnUntraced(
  function* (codex: Codex, store: ThreadStore, home: homes.Home, root: string) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const threads = yield* plans.make(store, home, root)
    const loaded = yield* Effect.cached(codex.loadedThreads)

    /** Writes a file beside its place, and then moves it there. */
    const write = Effect.fnUntraced(function* (
      place: string,
      { bytes, has, name }: plans.PlannedFile
    ): Effect.fn.Return<void, PlatformError | LocalDiffers> {
      yield* fs.makeDirectory(path.dirname(place), { recursive: true, mode: 0o700 })
      const fresh = path.join(path.dirname(place), `.${globalThis.crypto.randomUUID()}`)
      const isMoved = yield* Effect.gen(function* () {
        yield* Effect.acquireRelease(Effect.void, () => Effect.ignore(fs.remove(fresh, { force: true })))
        const file = yield* fs.open(fresh, { flag: "wx", mode: 0o600 })
        yield* file.writeAll(bytes)
        yield* file.sync
        if (has !== undefined) {
          // Another process can have extended it in the meantime, or have moved it aside.
          const found = yield* homes.ifThere(fs.stat(place), undefined)
          const isAsPlanned = found !== undefined && Number(found.size) === has
          if (isAsPlanned) yield* fs.rename(fresh, place)
          return isAsPlanned
        }
        // A link fails if another process has just created the file.
        return yield* fs.link(fresh, place).pipe(
          Effect.as(true),
          Effect.catchReason("PlatformError", "AlreadyExists", () => Effect.succeed(false))
        )
      }).pipe(Effect.scoped)
      if (isMoved) return
      const local = yield* homes.ifThere(fs.readFile(place), undefined)
      if (local === undefined) return yield* write(place, { bytes, name, has: undefined })
      if (!plans.isSame(local, bytes, Math.min(local.length, bytes.length))) {
        return yield* new LocalDiffers({ segment: name, how: "different" })
      }
      if (local.length < bytes.length) yield* write(place, { bytes, name, has: local.length })
    })

    const placeOf = ({ local }: plans.PlannedThread, name: string): string => {
      const known = local.get(name)
      if (known !== undefined) return known
      const archived = [...local.values()].find(home.isArchived)
      // An archived thread has all of its files in the archive.
      if (archived !== undefined) return path.join(path.dirname(archived), name)
      return path.join(home.folder, "sessions", ...rollout.dayOf(name), name)
    }

    /** Writes the files of a thread. Returns whether the server has forgotten its name. */
    const writeThread = Effect.fnUntraced(function* (thread: plans.PlannedThread) {
      // The server continues to write the file that it has open, and knows nothing of what is restored.
      if (thread.files.length > 0 && (yield* loaded).includes(thread.id)) return yield* new ThreadLoaded()
      const { newest } = thread
      const isFirst = ({ name }: plans.PlannedFile) => name === newest
      for (const file of thread.files.filter(isFirst)) yield* write(placeOf(thread, file.name), file)
      const isForgotten =
        newest !== undefined &&
        (yield* newestFile.select(codex, home, { id: thread.id, newest, known: new Set(threads.map(({ id }) => id)) }))
      for (const file of thread.files.filter((file) => !isFirst(file))) yield* write(placeOf(thread, file.name), file)
      return isForgotten
    })

    /** Gives a thread its newest name, unless it has it. A thread without its name is still of use. */
    const writeName = Effect.fnUntraced(function* (thread: plans.PlannedThread, isForgotten: boolean) {
      const local = yield* home.nameOf(thread.id)
      const stored = thread.name
      const isNewer = stored !== undefined && (local === undefined || local.segment < stored.segment)
      const name = isNewer ? stored : local
      if (name === undefined || !(isNewer || isForgotten)) return
      // The server has names in its database, too, so a line in the index is not enough. It adds a line with the time
      // of now. The stored line before it keeps the time of the name: this home does not report an old name as new.
      yield* fs
        .writeFileString(path.join(home.folder, rollout.indexFile), name.line, { flag: "a", mode: 0o600 })
        .pipe(
          Effect.andThen(codex.request("thread/name/set", { threadId: thread.id, name: name.name })),
          Effect.ignore({ log: "Warn", message: "The name of a restored thread could not be set" })
        )
    })

    const written = yield* Effect.forEach(threads, (thread) =>
      Effect.map(writeThread(thread), (isForgotten) => ({ thread, isForgotten }))
    )
    // After all files: a name makes the server look the thread up.
    for (const { isForgotten, thread } of written) yield* writeName(thread, isForgotten)
    const own = threads.at(-1)
    if (own?.hasBase === true) yield* history.index(codex, root)
    return own?.id === root ? (own.newest ?? rollout.newestOf(own.local.keys()) ?? own.files[0]?.name) : undefined
  },
  (effect, _codex, _store, _home, root) => Effect.mapError(effect, failure(root))
)

/** The error of a restore. */
export const failure =
  (threadId: string) =>
  (
    error:
      | CodexError
      | ThreadStoreError
      | PlatformError
      | LocalFailed
      | LocalDiffers
      | OlderSegment
      | SourceMissing
      | ThreadLoaded
  ): CodexError | ThreadStoreError => {
    if (error._tag === "CodexError" || error._tag === "ThreadStoreError") return error
    const reason = error._tag === "PlatformError" ? homes.failed(error) : error
    return new ThreadStoreError({ method: "ThreadStore.restore", threadId, reason })
  }
