/**
 * Appends what is new in the files of a Codex home to a store: after each turn, and whenever the server reports that a
 * thread was forked, reverted or named. It reads files from where the last append ended, and never changes them.
 *
 * A thread waits in `waiting` until a worker takes it. A failure is logged and moves the thread to `failed`, from where
 * the next event of any thread takes it back. A conflict stays out: it would fail each time. The end of the scope
 * appends everything once more, for at most `flushTimeout`.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { Codex } from "../../Codex.ts"
import type { Home } from "./home.ts"
import type { LocalFailed } from "./reasons.ts"
import * as rollout from "./rollout.ts"
import { type ThreadStore, ThreadStoreError } from "./service.ts"

/** The limits of a mirror. */
export interface Limits {
  readonly concurrency: number
  readonly flushTimeout: Duration.Duration
  readonly existing: boolean
}

/** Starts to mirror, until the scope closes. Returns what stores a thread now. */
export const make = Effect.fnUntraced(function* (
  codex: Codex,
  store: ThreadStore,
  home: Home,
  limits: Limits
): Effect.fn.Return<(threadId: string) => Effect.Effect<void, ThreadStoreError>, ThreadStoreError, Scope.Scope> {
  const threads = new Map<string, Mirrored>()
  const waiting = new Set<string>()
  const failed = new Set<string>()
  /** The threads from before that are not to be stored, until something happens on them. */
  const untouched = new Set<string>()
  const queue = yield* Queue.unbounded<string>()

  const threadOf = (id: string): Mirrored => {
    const found = threads.get(id) ?? makeMirrored(id)
    threads.set(id, found)
    return found
  }

  const scan = Effect.gen(function* () {
    for (const [id, files] of yield* home.scan) {
      const thread = threadOf(id)
      for (const [segment, path] of files) thread.files.set(segment, withPath(thread.files.get(segment), path))
    }
  })

  const enqueue = (id: string) =>
    Effect.suspend(() => {
      if (waiting.has(id)) return Effect.void
      waiting.add(id)
      return Queue.offer(queue, id)
    })

  /** Asks the server for the current file of a thread. A revert or an archive moves it. */
  const locate = Effect.fnUntraced(function* (thread: Mirrored) {
    const reply = yield* Effect.option(codex.request("thread/read", { threadId: thread.id }))
    const path = reply._tag === "Some" ? reply.value.thread.path : undefined
    if (!path) return
    const segment = home.baseName(path)
    if (rollout.threadOf(segment) === thread.id) {
      thread.files.set(segment, withPath(thread.files.get(segment), path))
    }
  })

  /** Appends what is new of one file. Returns the thread that the file continues, if it is another one. */
  const appendFile = Effect.fnUntraced(function* (thread: Mirrored, segment: string, file: MirroredFile) {
    const size = yield* home.sizeOf(file.path)
    // Archived or deleted: the next event of the thread tells.
    if (size === undefined) return undefined
    const known = file.sent
    // At first, the end of what is stored is sent again, so that the store compares it.
    let offset = known ?? Math.max(0, (thread.stored?.get(segment) ?? 0) - OVERLAP)
    if (size > offset) {
      yield* Stream.runForEach(home.read(file.path, offset, size), (bytes) =>
        Effect.andThen(
          store.append(thread.id, segment, offset, bytes),
          Effect.sync(() => (offset += bytes.length))
        )
      )
      file.sent = offset
    }
    if (file.origin === undefined) {
      file.origin = yield* readOrigin(home, file.path, size)
      const parent = file.origin?.parent
      if (parent) yield* store.append(parent, rollout.agentSegment(thread.id), 0, MARK)
    }
    return file.origin?.base === thread.id ? undefined : file.origin?.base
  })

  /** Appends the name of a thread if it is newer than the stored one. */
  const appendName = Effect.fnUntraced(function* (thread: Mirrored) {
    const name = yield* home.nameOf(thread.id)
    const stored = [...(thread.stored?.keys() ?? [])].filter(rollout.isNameSegment)
    if (name === undefined || stored.some((segment) => segment >= name.segment)) return
    yield* store.append(thread.id, name.segment, 0, encoder.encode(name.line))
    thread.stored?.set(name.segment, name.line.length)
  })

  /** Appends everything that is new of a thread, and returns the threads that it continues. */
  const append = Effect.fnUntraced(function* (thread: Mirrored) {
    thread.stored ??= new Map((yield* store.segments(thread.id)).map(({ name, size }) => [name, size]))
    const bases = new Set<string>()
    for (const [segment, file] of thread.files) {
      const base = yield* appendFile(thread, segment, file).pipe(
        // The store has less than before, for example because the thread was deleted there.
        Effect.tapError((error) =>
          Effect.sync(() => {
            if (error._tag !== "ThreadStoreError" || error.reason._tag !== "Gap") return
            file.sent = undefined
            thread.stored?.set(segment, error.reason.size)
          })
        ),
        Effect.retry({ times: 1, while: (error) => error._tag === "ThreadStoreError" && error.reason._tag === "Gap" })
      )
      if (base !== undefined) bases.add(base)
    }
    if (thread.files.size > 0) yield* appendName(thread)
    return bases
  })

  const sync = (id: string, where: Effect.Effect<void, LocalFailed>): Effect.Effect<void, ThreadStoreError> =>
    Effect.suspend(() => {
      const thread = threadOf(id)
      return thread.lock.withPermit(Effect.andThen(where, append(thread)))
    }).pipe(
      Effect.tap((bases) =>
        // A source is stored once: it does not change what the fork has of it.
        Effect.forEach(bases, (base) => (threads.get(base)?.stored === undefined ? enqueue(base) : Effect.void), {
          discard: true
        })
      ),
      Effect.asVoid,
      Effect.mapError((error) =>
        error._tag === "ThreadStoreError"
          ? error
          : new ThreadStoreError({ method: "ThreadStore.mirror", threadId: id, reason: error })
      )
    )

  /** A sync that never fails. A thread that failed is tried again, except where that cannot help. */
  const attempt = (id: string, where: Effect.Effect<void, LocalFailed>) =>
    sync(id, where).pipe(
      Effect.tap(() => Effect.sync(() => failed.delete(id))),
      Effect.catch((error) => {
        const isNew = !failed.has(id)
        if (error.reason._tag !== "Conflict") failed.add(id)
        // A store that is down would be logged for each thread and each turn.
        return isNew ? Effect.logWarning("A thread was not stored", error.message) : Effect.void
      })
    )

  const onEvent = (id: string, isReverted: boolean) =>
    Effect.suspend(() => {
      // Two reverts in a row begin two files, and the server names only the last.
      if (isReverted) threadOf(id).reverted = true
      untouched.delete(id)
      return Effect.forEach([id, ...failed], enqueue, { discard: true })
    })

  const work = Effect.gen(function* () {
    const id = yield* Queue.take(queue)
    waiting.delete(id)
    const thread = threadOf(id)
    const where = thread.reverted ? scan : locate(thread)
    thread.reverted = false
    yield* attempt(id, where)
  })

  const all = (ids: Iterable<string>) =>
    Effect.forEach([...ids], (id) => attempt(id, Effect.void), { concurrency: limits.concurrency, discard: true })

  yield* Effect.mapError(scan, (reason) => new ThreadStoreError({ method: "ThreadStore.mirror", reason }))
  if (!limits.existing) for (const id of threads.keys()) untouched.add(id)
  // Registered before the workers, so that it runs after they were interrupted.
  yield* Effect.addFinalizer(() =>
    Effect.ignore(scan).pipe(
      Effect.andThen(Effect.suspend(() => all([...threads.keys()].filter((id) => !untouched.has(id))))),
      Effect.interruptible,
      Effect.timeoutOption(limits.flushTimeout),
      Effect.flatMap((done) =>
        done._tag === "Some"
          ? Effect.void
          : Effect.logWarning(
              `Threads were not all stored within ${Duration.toSeconds(limits.flushTimeout)} s (\`flushTimeout\`)`
            )
      )
    )
  )
  yield* Stream.runForEach(codex.notifications, (notification) => {
    if (notification.method === "~unknown" || !events.has(notification.method)) return Effect.void
    if (notification.method === "thread/started") return onEvent(notification.params.thread.id, false)
    const id = "threadId" in notification.params ? notification.params.threadId : undefined
    return typeof id === "string" ? onEvent(id, notification.method === "thread/reverted") : Effect.void
  }).pipe(Effect.ignore, Effect.forkScoped({ startImmediately: true }))
  // What a program that died has not stored.
  if (limits.existing) yield* all(threads.keys())
  yield* Effect.forEach(Array.from({ length: limits.concurrency }), () => Effect.forkScoped(Effect.forever(work)), {
    discard: true
  })

  return (id) => {
    untouched.delete(id)
    const thread = threadOf(id)
    return sync(id, thread.reverted ? scan : locate(thread))
  }
})

// internal

/** A thread of the home, and what the store has of it. */
interface Mirrored {
  readonly id: string
  readonly lock: Semaphore.Semaphore
  readonly files: Map<string, MirroredFile>
  /** The segments that the store had when it was first asked, with the names that were stored since. */
  stored: Map<string, number> | undefined
  reverted: boolean
}

/** A rollout file. */
interface MirroredFile {
  path: string
  /** How many bytes this mirror has appended, or has found stored. */
  sent: number | undefined
  origin: rollout.Origin | undefined
}

const makeMirrored = (id: string): Mirrored => ({
  id,
  lock: Semaphore.makeUnsafe(1),
  files: new Map(),
  stored: undefined,
  reverted: false
})

const withPath = (file: MirroredFile | undefined, path: string): MirroredFile => {
  if (file === undefined) return { path, sent: undefined, origin: undefined }
  file.path = path
  return file
}

/** After these, a file of the thread has something new, or is a new one. */
const events: ReadonlySet<string> = new Set([
  "turn/completed",
  "thread/started",
  "thread/reverted",
  "thread/archived",
  "thread/unarchived",
  "thread/closed",
  "thread/name/updated"
])

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
