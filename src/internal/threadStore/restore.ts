/**
 * Writes a stored thread into a Codex home: its rollout files, those of the threads that it continues and of its
 * sub-agents, and their names. It adds and extends files, and never overwrites one with other content.
 *
 * A file is written beside its place and then linked or renamed, so the server sees either nothing or all of it. A
 * restore that was interrupted continues when it is repeated.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { Codex } from "../../Codex.ts"
import * as homes from "./home.ts"
import { LocalDiffers, type LocalFailed, SourceMissing, ThreadLoaded } from "./reasons.ts"
import * as rollout from "./rollout.ts"
import { type Segment, type ThreadStore, ThreadStoreError } from "./service.ts"

/**
 * Restores a thread into the home of a server, and returns the path of its newest file. A thread that is not stored is
 * left alone.
 */
export const restore = Effect.fnUntraced(function* (codex: Codex, store: ThreadStore, home: homes.Home, root: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const places = yield* Effect.mapError(home.scan, failure(root))

  /** Writes a file beside its place, and then moves it there. */
  const write = Effect.fnUntraced(function* (place: string, bytes: Uint8Array, isThere: boolean) {
    yield* fs.makeDirectory(path.dirname(place), { recursive: true, mode: 0o700 })
    const fresh = path.join(path.dirname(place), `.${globalThis.crypto.randomUUID()}`)
    yield* Effect.acquireRelease(Effect.void, () => Effect.ignore(fs.remove(fresh, { force: true })))
    const file = yield* fs.open(fresh, { flag: "wx", mode: 0o600 })
    yield* file.writeAll(bytes)
    yield* file.sync
    // A link fails if another process has just created the file.
    yield* isThere ? fs.rename(fresh, place) : fs.link(fresh, place)
  }, Effect.scoped)

  const placeOf = (threadId: string, name: string): string =>
    places.get(threadId)?.get(name) ?? path.join(home.folder, "sessions", ...rollout.dayOf(name), name)

  const writeSegment = Effect.fnUntraced(function* (threadId: string, { bytes, name }: Segment) {
    const known = places.get(threadId)?.get(name)
    const place = placeOf(threadId, name)
    const local = known === undefined ? undefined : Buffer.from(yield* fs.readFile(known))
    if (local !== undefined) {
      const common = Math.min(local.length, bytes.length)
      if (!local.subarray(0, common).equals(bytes.subarray(0, common))) {
        return yield* new LocalDiffers({ segment: name, how: "different" })
      }
      if (local.length > bytes.length) return yield* new LocalDiffers({ segment: name, how: "ahead" })
      if (local.length === bytes.length) return
    }
    // The server continues to write the file that it has open, and knows nothing of what is restored.
    if ((yield* loaded).includes(threadId)) return yield* new ThreadLoaded()
    yield* write(place, bytes, local !== undefined)
  })
  const loaded = yield* Effect.cached(codex.loadedThreads)

  /** Gives a thread its stored name, unless the home has a newer one. A thread without its name is still of use. */
  const writeName = Effect.fnUntraced(function* (threadId: string, segments: ReadonlyArray<Segment>) {
    const stored = segments.findLast(({ name }) => rollout.isNameSegment(name))
    const local = yield* home.nameOf(threadId)
    if (stored === undefined || (local !== undefined && local.segment >= stored.name)) return
    const name = rollout.nameOf(decoder.decode(stored.bytes).trimEnd())?.name
    if (name === undefined) return
    // The server has names in its database, too, so a line in the index is not enough.
    yield* Effect.ignore(codex.request("thread/name/set", { threadId, name }), {
      log: "Warn",
      message: "The name of a restored thread could not be set"
    })
  })

  /** Restores one thread, and returns the threads that belong to it. */
  const restoreThread = Effect.fnUntraced(function* (threadId: string, isNeeded: boolean) {
    const segments = yield* store.load(threadId)
    const files = segments.filter(({ name }) => rollout.threadOf(name) === threadId)
    if (files.length === 0 && isNeeded && !places.has(threadId)) {
      return yield* failWith(root, new SourceMissing({ sourceId: threadId }))
    }
    const bases = files.flatMap(({ bytes }) => rollout.originOf(bytes)?.base ?? [])
    const agents = segments.flatMap(({ name }) => rollout.agentOf(name) ?? [])
    const written = Effect.gen(function* () {
      for (const file of files) yield* writeSegment(threadId, file)
      if (files.length > 0) yield* writeName(threadId, segments)
    })
    yield* written.pipe(
      Effect.catchTag("PlatformError", (error) => Effect.fail(homes.failed(error))),
      Effect.mapError((error) => (error._tag === "CodexError" ? error : failure(root)(error)))
    )
    return { bases, agents, names: files.map(({ name }) => name) }
  })

  const done = new Set<string>()
  const next = [{ id: root, isNeeded: false }]
  // The names of the files of a thread are in the order of their times.
  let newest = ""
  for (let thread = next.pop(); thread !== undefined; thread = next.pop()) {
    if (done.has(thread.id)) continue
    done.add(thread.id)
    const { agents, bases, names } = yield* restoreThread(thread.id, thread.isNeeded)
    if (thread.id === root) {
      for (const name of [...names, ...(places.get(root)?.keys() ?? [])]) if (name > newest) newest = name
    }
    next.push(...agents.map((id) => ({ id, isNeeded: false })), ...bases.map((id) => ({ id, isNeeded: true })))
  }
  return newest === "" ? undefined : placeOf(root, newest)
})

// internal

const decoder = new TextDecoder()

const failure = (threadId: string) => (reason: LocalFailed | LocalDiffers | ThreadLoaded) =>
  new ThreadStoreError({ method: "ThreadStore.restore", threadId, reason })

const failWith = (threadId: string, reason: SourceMissing) =>
  new ThreadStoreError({ method: "ThreadStore.restore", threadId, reason })
