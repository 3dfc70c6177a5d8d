/**
 * Which files a restore writes: those of the thread, of its sub-agents, and of the threads that it continues. It
 * compares everything with the Codex home, and writes nothing, so a restore that cannot succeed changes no file.
 *
 * The files of the thread and of its sub-agents must become those of the store. Of a source, only what the fork
 * continues must be there: the source itself can have other turns in this home.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as chunks from "./chunks.ts"
import * as homes from "./home.ts"
import { LocalDiffers, SourceMissing } from "./reasons.ts"
import * as rollout from "./rollout.ts"
import type { Segment, ThreadStore } from "./service.ts"

/** What a restore does for one thread. */
export interface PlannedThread {
  readonly id: string
  /** The files that are missing or too short, the newest first. */
  readonly files: ReadonlyArray<PlannedFile>
  /**
   * The name of the newest file, if the thread will have several, and all of them are those of the store. The server
   * must use this one.
   */
  readonly newest: string | undefined
  /** The paths of its files in the home, by name. */
  readonly local: ReadonlyMap<string, string>
  /** Whether it continues a history of other files. */
  readonly hasBase: boolean
  /** Its newest stored name. */
  readonly name: rollout.Name | undefined
}

/** A file to write. */
export interface PlannedFile {
  readonly name: string
  readonly bytes: Uint8Array
  /** How many bytes of it the home has, or `undefined` if there is no file. */
  readonly has: number | undefined
}

/** Plans the restore of a thread: sources and sub-agents come before what needs them, so the thread is the last. */
export const make = Effect.fnUntraced(function* (store: ThreadStore, home: homes.Home, root: string) {
  const fs = yield* FileSystem.FileSystem
  const places = yield* home.scan
  const found = yield* collect(store, root)

  // How much of each rollout the others continue.
  const needed = new Map<string, number>()
  const rollouts = new Set([...places.values()].flatMap((files) => [...files.keys()].map(rollout.rolloutOf)))
  for (const { files } of found) for (const { name } of files) rollouts.add(rollout.rolloutOf(name))
  for (const { origins } of found) {
    for (const { base, source } of origins) {
      if (base === undefined) continue
      if (!rollouts.has(base.rollout)) return yield* new SourceMissing({ sourceId: source ?? base.rollout })
      needed.set(base.rollout, Math.max(needed.get(base.rollout) ?? 0, base.bytes))
    }
  }

  const planFile = Effect.fnUntraced(function* (
    { bytes, name }: Segment,
    place: string | undefined,
    isSource: boolean
  ): Effect.fn.Return<PlannedFile | undefined, LocalDiffers | PlatformError> {
    const local = place === undefined ? undefined : yield* homes.ifThere(fs.readFile(place), undefined)
    if (local === undefined) return { name, bytes, has: undefined }
    const must = isSource ? Math.min(needed.get(rollout.rolloutOf(name) ?? "") ?? 0, bytes.length) : bytes.length
    const common = Math.min(local.length, must)
    if (!isSame(local, bytes, common)) return yield* new LocalDiffers({ segment: name, how: "different" })
    if (!isSource && local.length > bytes.length) return yield* new LocalDiffers({ segment: name, how: "ahead" })
    if (local.length >= must) return undefined
    return { name, bytes, has: local.length }
  })

  const planThread = Effect.fnUntraced(function* ({ files, id, isSource, origins, segments }: Found) {
    const local = places.get(id) ?? new Map<string, string>()
    const stored = new Set(files.map(({ name }) => name))
    const extra = [...local.keys()].find((name) => !stored.has(name))
    if (!isSource && files.length > 0 && extra !== undefined) {
      return yield* new LocalDiffers({ segment: extra, how: "ahead" })
    }
    // A source that is there can have been reverted here, so its other files are its own affair.
    const isPartial = isSource && local.size > 0
    const wanted = isPartial ? files.filter(({ name }) => needed.has(rollout.rolloutOf(name) ?? "")) : files
    const planned: Array<PlannedFile> = []
    for (const file of wanted) {
      const plan = yield* planFile(file, local.get(file.name), isSource)
      if (plan !== undefined) planned.push(plan)
    }
    const result: PlannedThread = {
      id,
      files: planned.toSorted((a, b) => (a.name < b.name ? 1 : -1)),
      newest: isPartial || files.length < 2 ? undefined : rollout.newestOf(stored),
      local,
      hasBase: origins.some(({ base }) => base !== undefined),
      name: nameIn(segments)
    }
    return result
  })

  const threads: Array<PlannedThread> = []
  for (const thread of found.toReversed()) if (thread.files.length > 0) threads.push(yield* planThread(thread))
  return threads
})

/** Whether two texts of bytes begin with the same bytes. */
export const isSame = (a: Uint8Array, b: Uint8Array, length: number): boolean =>
  Buffer.compare(a.subarray(0, length), b.subarray(0, length)) === 0

// internal

/** A thread that a restore can need. */
interface Found {
  readonly id: string
  /** Whether it is here because another thread continues it, and not as the thread itself or as a sub-agent. */
  readonly isSource: boolean
  readonly segments: ReadonlyArray<Segment>
  readonly files: ReadonlyArray<Segment>
  readonly origins: ReadonlyArray<rollout.Origin>
}

/** Loads a thread, its sub-agents, and the threads that these continue. One that is not stored has no segments. */
const collect = Effect.fnUntraced(function* (store: ThreadStore, root: string) {
  const found = new Map<string, Found>()
  const add = Effect.fnUntraced(function* (id: string, isSource: boolean) {
    if (!found.has(id)) found.set(id, yield* load(store, id, isSource))
  })
  // Sources come last: a sub-agent that is also a source is restored as a sub-agent.
  yield* add(root, false)
  for (const { segments } of found.values()) {
    for (const id of segments.flatMap(({ name }) => rollout.agentOf(name) ?? [])) yield* add(id, false)
  }
  for (const { files, origins } of found.values()) {
    const own = new Set(files.map(({ name }) => rollout.rolloutOf(name)))
    for (const { base, source } of origins) {
      if (base === undefined || own.has(base.rollout)) continue
      if (source !== undefined) yield* add(source, true)
      // A fork of a fork can continue the first rollout of a thread, which has the id of the thread.
      const isFound = [...found.values()].some((thread) =>
        thread.files.some(({ name }) => rollout.rolloutOf(name) === base.rollout)
      )
      if (!isFound && chunks.isName(base.rollout)) yield* add(base.rollout, true)
    }
  }
  return [...found.values()]
})

const load = Effect.fnUntraced(function* (store: ThreadStore, id: string, isSource: boolean) {
  const segments = yield* store.load(id)
  const files = segments.filter(({ name }) => rollout.threadOf(name) === id)
  const origins = files.flatMap(({ bytes }) => rollout.originOf(bytes) ?? [])
  const result: Found = { id, isSource, segments, files, origins }
  return result
})

const nameIn = (segments: ReadonlyArray<Segment>): rollout.Name | undefined => {
  const stored = segments.findLast(({ name }) => rollout.isNameSegment(name))
  return stored && rollout.nameOf(decoder.decode(stored.bytes).trimEnd())
}

const decoder = new TextDecoder()
