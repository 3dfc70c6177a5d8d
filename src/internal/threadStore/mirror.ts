/**
 * Decides when the threads of a Codex home are appended to a store: after each turn, and whenever the server reports
 * that a thread was forked, reverted or named. `mirrored.ts` appends. A sync costs one request to the server, and does
 * not depend on the number of threads of the home.
 *
 * A thread waits in `waiting` until a worker takes it. A failure is logged and moves the thread to `failed`, from where
 * the next event of any thread takes it back. A conflict stays out: it would fail each time. The end of the scope
 * appends everything once more, for at most `flushTimeout`.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Codex } from "../../Codex.ts"
import type { Home } from "./home.ts"
import * as mirrored from "./mirrored.ts"
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
  const threads = new Map<string, mirrored.Mirrored>()
  const waiting = new Set<string>()
  const failed = new Set<string>()
  /** The threads whose last append failed, with a conflict, too. */
  const logged = new Set<string>()
  /** The threads from before that are not to be stored, until something happens on them. */
  const untouched = new Set<string>()
  const queue = yield* Queue.unbounded<string>()

  const threadOf = (id: string): mirrored.Mirrored => {
    const found = threads.get(id) ?? mirrored.make(id)
    threads.set(id, found)
    return found
  }

  const scan = Effect.map(home.scan, (all) => {
    for (const [id, files] of all) mirrored.add(threadOf(id), files)
  })

  const enqueue = (id: string) =>
    Effect.suspend(() => {
      if (waiting.has(id)) return Effect.void
      waiting.add(id)
      return Queue.offer(queue, id)
    })

  /** Asks the server for the current file of a thread, because a revert, a fork or an archive moves it. */
  const locate = Effect.fnUntraced(function* (thread: mirrored.Mirrored) {
    const reply = yield* Effect.option(codex.request("thread/read", { threadId: thread.id }))
    const path = reply._tag === "Some" ? reply.value.thread.path : undefined
    if (!path) return
    const segment = home.baseName(path)
    if (rollout.threadOf(segment) === thread.id) mirrored.add(thread, [[segment, path]])
    if (!thread.isReverted) return
    // Two reverts in a row begin two files, and the server names only the last.
    mirrored.add(thread, yield* home.filesBeside(path, thread.id))
    thread.isReverted = false
  })

  const sync = (id: string, isLocated: boolean): Effect.Effect<void, ThreadStoreError> =>
    Effect.gen(function* () {
      const thread = threadOf(id)
      if (!isLocated) yield* locate(thread)
      yield* mirrored.append(store, home, thread, scan)
      // Two reverts at midnight: the file in between is of the day before.
      if (mirrored.lacksBase(thread)) yield* Effect.andThen(scan, mirrored.append(store, home, thread, Effect.void))
      // A source is stored once: it does not change what the fork has of it.
      for (const source of mirrored.sourcesOf(thread)) {
        if (threads.get(source)?.isCompared !== true) yield* enqueue(source)
      }
    }).pipe(
      (work) => Effect.suspend(() => threadOf(id).lock.withPermit(work)),
      Effect.mapError((error) =>
        error._tag === "ThreadStoreError"
          ? error
          : new ThreadStoreError({ method: "ThreadStore.mirror", threadId: id, reason: error })
      )
    )

  /** A sync that never fails. A thread that failed is tried again, except where that cannot help. */
  const attempt = (id: string, isLocated: boolean) =>
    sync(id, isLocated).pipe(
      Effect.tap(() =>
        Effect.sync(() => {
          failed.delete(id)
          logged.delete(id)
        })
      ),
      Effect.catch((error) => {
        const isNew = !logged.has(id)
        logged.add(id)
        if (error.reason._tag === "Conflict") failed.delete(id)
        else failed.add(id)
        // A store that is down would be logged for each thread and each turn.
        return isNew ? Effect.logWarning("A thread was not stored", error.message) : Effect.void
      })
    )

  const onEvent = (id: string, isReverted: boolean) =>
    Effect.suspend(() => {
      if (isReverted) threadOf(id).isReverted = true
      untouched.delete(id)
      return Effect.forEach([id, ...failed], enqueue, { discard: true })
    })

  const work = Effect.gen(function* () {
    const id = yield* Queue.take(queue)
    waiting.delete(id)
    yield* attempt(id, false)
    // The server adds the result of a sub-agent to the file of its parent, also after the turn of the parent.
    for (const parent of mirrored.parentsOf(threadOf(id))) yield* enqueue(parent)
  })

  const all = (ids: Iterable<string>) =>
    Effect.forEach([...ids], (id) => attempt(id, true), { concurrency: limits.concurrency, discard: true })

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
    return sync(id, false)
  }
})

// internal

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
