/**
 * One thread of a mirror: which files it has, what of them is stored, and the append of what is new. `mirror.ts`
 * decides when. It reads files from where the last append ended, and never changes them.
 *
 * Before it appends, it compares the home with the store. If the store has a file that the home lacks, or more of one,
 * then another process has continued the thread. A home that has something of its own does not add it: `Conflict`.
 * Without this, a turn of a process that was stopped for a while could be stored beside a revert of another process,
 * because they are in different files. What two processes append to one file is compared by the store.
 */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { Home } from "./home.ts"
import { Conflict, type LocalFailed } from "./reasons.ts"
import * as rollout from "./rollout.ts"
import { type ThreadStore, ThreadStoreError } from "./service.ts"

/** A thread of the home. */
export interface Mirrored {
  readonly id: string
  /** Two appends at once would both append the same. */
  readonly lock: Semaphore.Semaphore
  /** Its rollout files, by name. */
  readonly files: Map<string, MirroredFile>
  /** The name that is stored, or was found to be older than the stored one. */
  name: string | undefined
  /** Whether the store was asked what it has. */
  isCompared: boolean
  /** Whether it was reverted since its files were looked for. */
  isReverted: boolean
}

/** A rollout file. */
interface MirroredFile {
  path: string
  /** How many bytes this mirror has appended, or has found stored. */
  sent: number | undefined
  origin: rollout.Origin | undefined
}

/** Creates a thread without files. */
export const make = (id: string): Mirrored => ({
  id,
  lock: Semaphore.makeUnsafe(1),
  files: new Map(),
  name: undefined,
  isCompared: false,
  isReverted: false
})

/** Adds files that were found. A file that has moved keeps what is known of it. */
export const add = (thread: Mirrored, files: Iterable<readonly [segment: string, path: string]>): void => {
  for (const [segment, path] of files) {
    const known = thread.files.get(segment)
    if (known === undefined) thread.files.set(segment, { path, sent: undefined, origin: undefined })
    else known.path = path
  }
}

/**
 * Appends everything that is new of a thread. If nothing is new, this only looks at the size of each file.
 *
 * `findAll` looks for the files of all threads. It runs only if the store has a file that is not known here.
 */
export const append = Effect.fnUntraced(function* (
  store: ThreadStore,
  home: Home,
  thread: Mirrored,
  findAll: Effect.Effect<void, LocalFailed>
): Effect.fn.Return<void, LocalFailed | ThreadStoreError> {
  let sizes = yield* sizesOf(home, thread)
  const name = sizes.size === 0 ? undefined : yield* home.nameOf(thread.id)
  const isNew = [...sizes].some(([segment, size]) => size !== thread.files.get(segment)?.sent)
  if (!isNew && name?.segment === thread.name) return
  const stored = new Map((yield* store.segments(thread.id)).map((segment) => [segment.name, segment.size]))
  if (isBehind(thread.id, sizes, stored)) {
    // A file was moved, or was restored a moment ago.
    yield* findAll
    sizes = yield* sizesOf(home, thread)
  }
  if (isBehind(thread.id, sizes, stored)) {
    const added = [...sizes].find(([segment, size]) => size > (stored.get(segment) ?? 0))
    if (added !== undefined) {
      const reason = new Conflict({ offset: stored.get(added[0]) ?? 0 })
      return yield* new ThreadStoreError({ method: "ThreadStore.mirror", threadId: thread.id, reason })
    }
  }
  for (const [segment, size] of sizes) {
    yield* appendFile(store, home, thread, { segment, size, stored: stored.get(segment) ?? 0 })
  }
  if (name !== undefined) yield* appendName(store, thread, name, stored)
  thread.isCompared = true
})

/** The other threads whose history a thread continues: the sources of forks. */
export const sourcesOf = (thread: Mirrored): ReadonlySet<string> =>
  new Set([...thread.files.values()].flatMap(({ origin }) => origin?.source ?? []))

/** The threads that have spawned a thread as a sub-agent. */
export const parentsOf = (thread: Mirrored): ReadonlySet<string> =>
  new Set([...thread.files.values()].flatMap(({ origin }) => origin?.parent ?? []))

/** Whether a thread continues a rollout that is in none of its known files, and in no other thread. */
export const lacksBase = (thread: Mirrored): boolean => {
  const own = new Set([...thread.files.keys()].map(rollout.rolloutOf))
  return [...thread.files.values()].some(
    ({ origin }) => origin?.base !== undefined && origin.source === undefined && !own.has(origin.base.rollout)
  )
}

// internal

/** The sizes of the files. One that was archived or deleted is missing: the next event of the thread tells. */
const sizesOf = Effect.fnUntraced(function* (home: Home, thread: Mirrored) {
  const sizes = new Map<string, number>()
  for (const [segment, { path }] of thread.files) {
    const size = yield* home.sizeOf(path)
    if (size !== undefined) sizes.set(segment, size)
  }
  return sizes
})

/** Whether the store has a file that the home lacks, or more of one. */
const isBehind = (id: string, sizes: ReadonlyMap<string, number>, stored: ReadonlyMap<string, number>): boolean =>
  [...stored].some(([segment, size]) => (sizes.get(segment) ?? 0) < size && rollout.threadOf(segment) === id)

const appendFile = Effect.fnUntraced(function* (
  store: ThreadStore,
  home: Home,
  thread: Mirrored,
  { segment, size, stored }: { readonly segment: string; readonly size: number; readonly stored: number }
) {
  const file = thread.files.get(segment)
  if (file === undefined) return
  // At first, the end of what is stored is sent again, so that the store compares it. The store can have less than
  // before, because the thread was deleted there.
  let offset = file.sent === undefined ? Math.max(0, stored - OVERLAP) : Math.min(file.sent, stored)
  if (size > offset) {
    yield* Stream.runForEach(home.read(file.path, offset, size), (bytes) =>
      Effect.andThen(
        store.append(thread.id, segment, offset, bytes),
        Effect.sync(() => (offset += bytes.length))
      )
    )
    file.sent = offset
  }
  if (file.origin !== undefined) return
  file.origin = yield* readOrigin(home, file.path, size)
  const parent = file.origin?.parent
  if (parent) yield* store.append(parent, rollout.agentSegment(thread.id), 0, MARK)
})

/** Appends the name of a thread if it is newer than the stored one. */
const appendName = Effect.fnUntraced(function* (
  store: ThreadStore,
  thread: Mirrored,
  name: rollout.Name,
  stored: ReadonlyMap<string, number>
) {
  const isOld = [...stored.keys()].some((segment) => rollout.isNameSegment(segment) && segment >= name.segment)
  if (!isOld) yield* store.append(thread.id, name.segment, 0, encoder.encode(name.line))
  thread.name = name.segment
})

/** How much of what is stored is compared after a start. Rollout lines have times and ids, so this tells. */
const OVERLAP = 64 * 1024

/** How much of a file is read at once to find its first line. */
const FIRST_LINE = 64 * 1024

const MARK = new TextEncoder().encode("sub-agent\n")

const encoder = new TextEncoder()

const readOrigin = Effect.fnUntraced(function* (home: Home, file: string, size: number) {
  let head = Buffer.alloc(0)
  return yield* home.read(file, 0, size, FIRST_LINE).pipe(
    Stream.map((bytes) => {
      head = Buffer.concat([head, bytes])
      return rollout.originOf(head)
    }),
    Stream.filter((origin) => origin !== undefined),
    Stream.runHead,
    Effect.map((origin) => (origin._tag === "Some" ? origin.value : undefined))
  )
})
