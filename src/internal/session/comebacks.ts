/**
 * The threads that an ended connection had, and their return on a later one. A thread is resumed when it is next used,
 * once at a time, and a limited number of threads at a time. `restart/supervisor.ts` decides when connections change.
 *
 * States of a thread:
 *
 * - `left`: its connection has ended. Entered from `onLeft`. Left by a resume that succeeds, of this module or of the
 *   program, and by `forget`.
 * - `resuming`: the request is under way on the current connection, and all callers that need the thread wait for it.
 *   If it fails, the thread is `left` again, and the next use tries again. An ephemeral thread fails at once.
 * - `here`: the record of the current connection is subscribed. This module knows nothing of it then.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Semaphore from "effect/Semaphore"
import type { Client } from "../../CodexClient.ts"
import { CodexError, ConnectionClosed, ThreadLost } from "../../CodexError.ts"
import { pauseUnloaded } from "../client/pauseUnloaded.ts"
import { isNewEnough } from "../client/runtimeGate.ts"
import * as accesses from "./access.ts"
import type { LeftThread } from "./carried.ts"
import * as threadRecord from "./record.ts"

type Resuming = Deferred.Deferred<void, CodexError>

/** The threads of one client. A class, because its methods share the map. */
export class Comebacks {
  readonly #left = new Map<string, LeftThread>()
  readonly #permits: Semaphore.Semaphore
  #resuming = new Map<string, Resuming>()

  /** At most `concurrency` threads are resumed at a time. */
  constructor(concurrency: number) {
    this.#permits = Semaphore.makeUnsafe(concurrency)
  }

  /**
   * Takes a thread of an ended connection. A record that was opened only after the end has no handle, at least not
   * yet, so it does not replace one that has.
   */
  add(thread: LeftThread): void {
    if (thread.isSubscribed || !this.#left.has(thread.threadId)) this.#left.set(thread.threadId, thread)
  }

  /** Forgets a thread. Returns whether it was known. */
  forget(threadId: string): boolean {
    return this.#left.delete(threadId)
  }

  /** The threads that have not returned, but could. */
  ids(): ReadonlyArray<string> {
    return Array.from(this.#left.values()).flatMap(({ isEphemeral, isSubscribed, threadId }) =>
      isSubscribed && !isEphemeral ? [threadId] : []
    )
  }

  /** Forgets what was under way on the connection before. */
  onConnection(): void {
    this.#resuming = new Map()
  }

  /** Whether a thread must be resumed before it can be used on a connection. */
  isAway(client: Client, threadId: string): boolean {
    const thread = this.#left.get(threadId)
    // Without a handle, it is the program's own business.
    if (thread?.isSubscribed !== true) return false
    if (client["~session"].find(threadId)?.isSubscribed !== true) return true
    // The program has resumed it.
    this.#left.delete(threadId)
    return false
  }

  /** Resumes a thread on a connection, if it is away. */
  resume(client: Client, threadId: string): Effect.Effect<void, CodexError> {
    return Effect.suspend(() => {
      const thread = this.#left.get(threadId)
      if (thread === undefined || !this.isAway(client, threadId)) return Effect.void
      if (thread.isEphemeral) return lost("ephemeral")
      const resuming = this.#resuming
      const before = resuming.get(threadId)
      if (before !== undefined) return Deferred.await(before)
      const done: Resuming = Deferred.makeUnsafe()
      resuming.set(threadId, done)
      const work = Effect.interruptible(this.#permits.withPermit(resumeOn(client, thread))).pipe(
        Effect.onExit((exit) =>
          Effect.sync(() => {
            resuming.delete(threadId)
            if (Exit.isSuccess(exit) && this.#left.get(threadId) === thread) this.#left.delete(threadId)
            // The end of the connection interrupts this fiber, and not the callers that wait for it.
            const told = Exit.hasInterrupts(exit) ? lostConnection(client) : exit
            Deferred.doneUnsafe(done, told)
          })
        )
      )
      // In a fiber of the connection, because others may wait for it when this caller is interrupted.
      return Effect.andThen(
        client["~session"].fork(work, { startImmediately: true, uninterruptible: true }),
        Deferred.await(done)
      )
    })
  }
}

// internal

const lostConnection = (client: Client): Exit.Exit<never, CodexError> => {
  const end = { _tag: "Closed" } as const
  const reason = client["~session"].ended() ?? new ConnectionClosed({ end, phase: "running", stderr: [] })
  return Exit.fail(new CodexError({ method: "thread/resume", reason }))
}

const lost = (why: ThreadLost["why"]) =>
  Effect.fail(new CodexError({ method: "thread/resume", reason: new ThreadLost({ why }) }))

const resumeOn = (
  client: Client,
  { access, config, cwd, threadId, tools }: LeftThread
): Effect.Effect<void, CodexError> =>
  Effect.gen(function* () {
    yield* pauseUnloaded(client, threadId)
    const session = client["~session"]
    const record = session.open(threadId)
    const known = record.tools
    // Before the reply, because the first notifications arrive with it.
    threadRecord.change(record, { _tag: "OpeningBegan" })
    if (known === undefined) threadRecord.change(record, { _tag: "ToolsGiven", tools })
    yield* Effect.gen(function* () {
      const reply = yield* client.request("thread/resume", {
        threadId,
        ...accesses.toResume(access, config),
        ...(isNewEnough(client.metadata.version) ? { excludeTurns: true } : undefined)
      })
      if (reply.thread.status.type === "active" && record.running === undefined) yield* readRunning(client, record)
      if (record.cwd === "") threadRecord.change(record, { _tag: "Moved", cwd })
      threadRecord.change(record, { _tag: "Opened", isEphemeral: false, config, access: accesses.ofReply(reply) })
      threadRecord.change(record, { _tag: "Subscribed" })
    }).pipe(
      Effect.ensuring(
        Effect.sync(() => {
          threadRecord.change(record, { _tag: "OpeningEnded" })
          session.release(record)
        })
      )
    )
  }).pipe(
    Effect.catchReasons("CodexError", { RolloutNotFound: () => lost("notSaved"), NoTurnsYet: () => lost("notSaved") })
  )

/** A server that outlived its connection can still run a turn. */
const readRunning = Effect.fnUntraced(function* (client: Client, record: threadRecord.ThreadRecord) {
  const { threadId } = record
  const { data } = yield* Effect.orElseSucceed(
    client.request("thread/turns/list", { threadId, limit: 1, sortDirection: "desc" }),
    () => ({ data: [] })
  )
  const [turn] = data
  // Unless a newer notification arrived in the meantime.
  if (turn?.status !== "inProgress" || record.running !== undefined || record.ended === turn.id) return
  threadRecord.change(record, { _tag: "TurnStarted", turnId: turn.id })
})
