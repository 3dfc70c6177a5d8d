/**
 * The state of one connection: the records of its threads, the listeners to all of its notifications, its logins, and
 * the scope of its background work. It is created with the connection, and the reader loop calls it. `record.ts`
 * describes one thread.
 *
 * Only this module keeps a map by thread id. A handle keeps the id of its thread, and finds the record here.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Predicate from "effect/Predicate"
import * as Random from "effect/Random"
import * as Scope from "effect/Scope"
import type * as closing from "../connection/closing.ts"
import {
  type ConnectionClosed,
  type DecodeFailed,
  type Reason,
  ThreadArchived,
  ThreadNotFound
} from "../../CodexError.ts"
import type { RawNotification } from "../connection/jsonRpc.ts"
import * as Notification from "../client/notifications.ts"
import { threadIdOf, turnIdOf } from "../client/ids.ts"
import * as accesses from "./access.ts"
import { type Admission, CurrentAdmission } from "./admission.ts"
import type { Carried } from "./carried.ts"
import type { Listen, Listener } from "./listener.ts"
import { type Logins, make as makeLogins } from "./logins.ts"
import * as quietThreads from "./quiet.ts"
import * as threadRecord from "./record.ts"
import * as toldItems from "./toldItems.ts"
import { Warnings } from "./warnings.ts"
import { shownIds } from "../errors/shownIds.ts"

/** A connection, as the layers above see it. */
export interface Session {
  readonly logins: Logins
  /** Decides when a turn may start. `undefined`: at once. */
  readonly admission: Admission | undefined
  readonly listen: Listen
  /** Why the connection has ended, if it has. */
  readonly ended: () => Reason | undefined
  /** The record of a thread, if there is one. */
  readonly find: (threadId: string) => threadRecord.ThreadRecord | undefined
  /** Returns or creates the record of a thread for which the server sends, or will send, notifications. */
  readonly open: (threadId: string) => threadRecord.ThreadRecord
  /** Closes the record of a thread with an error for everything that runs or waits there, and forgets it. */
  readonly close: (threadId: string, closed: threadRecord.Closed) => void
  /** Forgets a record that was opened for something that did not happen. */
  readonly release: (record: threadRecord.ThreadRecord) => void
  /**
   * Runs an effect in the background until the connection ends. `running` describes it, if it is code of the program.
   */
  readonly fork: <A, E, R>(
    effect: Effect.Effect<A, E, R>,
    options?: {
      readonly startImmediately?: boolean
      readonly uninterruptible?: boolean
      readonly running?: closing.Running
    }
  ) => Effect.Effect<Fiber.Fiber<A, E>, never, R>
  /** Returns a unique key for an input. */
  readonly nextKey: () => string
  /** The number of listeners and followers, for tests. */
  readonly size: () => number
  // Called by the reader loop.
  readonly onNotification: (raw: RawNotification) => void
  readonly onEnd: (reason: ConnectionClosed) => void
}

/**
 * Creates a session without threads. It is created before the connection, so its background work ends after it. By
 * then every call that waits for a reply has one.
 */
export const make = Effect.fnUntraced(function* (
  /** Called for each notification that this version cannot decode. */
  unreadable: (method: string, failure: DecodeFailed) => void = () => {},
  makeScope: closing.MakeScope = () => Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void)),
  /** What outlives the connection. Default: nothing. */
  carried?: Carried
): Effect.fn.Return<Session, never, Scope.Scope> {
  const running = new Map<Fiber.Fiber<unknown, unknown>, closing.Running>()
  const scope = yield* makeScope(running)
  const listeners = new Set<Listener>()
  const records = new Map<string, threadRecord.ThreadRecord>()
  // Events come in runs, mostly of one thread and one method. This is cleared when the record leaves the map.
  let last: threadRecord.ThreadRecord | undefined
  let plainMethod: string | undefined
  // One function for all events, so that none is allocated per event.
  const onUnreadable = (failure: DecodeFailed, method: string): void => unreadable(method, failure)
  let end: ConnectionClosed | undefined
  const keys = (yield* Random.next).toString(36).slice(2)
  let inputs = 0
  const quiet = yield* quietThreads.make(scope)
  const context = yield* Effect.context<never>()
  const runFork = Effect.runForkWith(context)
  const warnings = new Warnings(context)
  const admission = yield* CurrentAdmission

  const find = (threadId: string): threadRecord.ThreadRecord | undefined => {
    if (last?.threadId === threadId) return last
    const record = records.get(threadId)
    if (record !== undefined) last = record
    return record
  }

  const open = (threadId: string): threadRecord.ThreadRecord => {
    const known = find(threadId)
    if (known !== undefined) return known
    const record = threadRecord.make(threadId)
    if (end === undefined) records.set(threadId, record)
    else {
      threadRecord.change(record, { _tag: "Closed", closed: { method: undefined, reason: end } })
      carried?.onLeft(record)
    }
    return record
  }

  const warned = new Set<string>()
  const warnOnce = (text: string): void => {
    if (warned.has(text)) return
    warned.add(text)
    runFork(Effect.logWarning(`${text} Logged once.`))
  }
  const items = new toldItems.ToldItems(() => warnOnce(itemForgotten))
  // Threads without a handle, the oldest first.
  const strays = new Set<threadRecord.ThreadRecord>()

  /**
   * Opens the record of a thread without a handle, when the server sends its notifications. Above the limit, the
   * oldest is forgotten.
   */
  const openStray = (threadId: string): threadRecord.ThreadRecord => {
    const record = open(threadId)
    strays.add(record)
    for (const oldest of strays) {
      if (strays.size <= mostStrays) break
      strays.delete(oldest)
      // It has got a handle since.
      if (threadRecord.isHeld(oldest) || oldest.holder !== undefined || oldest.followers.length > 0) continue
      forget(oldest)
      warnOnce(threadForgotten)
    }
    return record
  }

  const forget = (record: threadRecord.ThreadRecord): void => {
    strays.delete(record)
    items.endAll(record)
    if (records.get(record.threadId) === record) records.delete(record.threadId)
    if (last === record) last = undefined
    quiet.end(record)
  }

  const close = (threadId: string, closed: threadRecord.Closed): void => {
    const record = records.get(threadId)
    if (record === undefined) return
    forget(record)
    threadRecord.change(record, { _tag: "Closed", closed })
  }

  const unload = (record: threadRecord.ThreadRecord, method: string): void => {
    quiet.end(record)
    threadRecord.change(record, { _tag: "Unloaded", closed: { method, reason: new ThreadNotFound() } })
  }

  // Records the end of a turn, after the followers of the thread were notified. So a waiting call starts when they
  // know of it.
  const noteEnd = (
    record: threadRecord.ThreadRecord,
    { method, params }: RawNotification,
    turnId: string | undefined
  ): void => {
    switch (method) {
      case "turn/started":
        quiet.end(record)
        return
      case "turn/completed":
        quiet.end(record)
        if (threadRecord.isUnfollowedGoal(record)) {
          threadRecord.change(record, { _tag: "GoalReported" })
          runFork(Effect.annotateLogs(Effect.logWarning(goalGoesOn), shownIds({ threadId: record.threadId })))
        }
        items.endAll(record)
        threadRecord.change(record, { _tag: "TurnEnded", turnId })
        if (record.goalIsActive) quiet.await(record)
        if (threadRecord.isIdle(record)) forget(record)
        return
      case "thread/goal/updated":
      case "thread/goal/cleared":
        threadRecord.change(record, { _tag: "GoalTold", isActive: isActive(params, "goal", "status") })
        if (record.goalIsActive && record.running === undefined) quiet.await(record)
        return
      case "thread/status/changed":
        if (isActive(params, "status", "type")) quiet.end(record)
        else if (record.running !== undefined) {
          // Usually the end of the turn follows. It also follows before a thread is unloaded, as happens briefly
          // during a revert.
          if (isNotLoaded(params)) unload(record, method)
          else quiet.await(record)
        } else if (threadRecord.isIdle(record) || (isNotLoaded(params) && !threadRecord.isHeld(record))) forget(record)
        return
      case "thread/settings/updated": {
        const access = accesses.ofSettings(params)
        if (access !== undefined) threadRecord.change(record, { _tag: "AccessTold", access })
        return
      }
      case "thread/archived":
        return close(record.threadId, { method, reason: new ThreadArchived() })
      case "thread/closed":
      case "thread/deleted":
        close(record.threadId, { method, reason: new ThreadNotFound() })
    }
  }

  return {
    logins: carried?.logins ?? makeLogins(),
    admission,
    listen: (listener) => {
      if (end !== undefined) listener.onEnd(end)
      else listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    ended: () => end,
    find,
    open,
    close,
    release: (record) => {
      if (threadRecord.isIdle(record)) forget(record)
    },
    fork: (effect, options) => {
      const what = options?.running
      // Work of this package ends by itself soon after the connection, because all of its requests fail. The scope of
      // the connection must not interrupt it before that, because callers wait for its outcome.
      const forked = Effect.forkIn(effect, what === undefined ? (carried?.scope ?? scope) : scope, options)
      if (what === undefined) return forked
      return Effect.uninterruptible(
        Effect.map(forked, (fiber) => {
          running.set(fiber, what)
          fiber.addObserver(() => running.delete(fiber))
          return fiber
        })
      )
    },
    nextKey: () => `${keys}-${++inputs}`,
    size: () => Array.from(records.values()).reduce((sum, { followers }) => sum + followers.length, listeners.size),
    onNotification: (raw) => {
      const threadId = threadIdOf(raw.params)
      const turnId = turnIdOf(raw.params)
      // A delta changes nothing in the record. Its method is looked up once for each run of deltas.
      const isPlain = raw.method === plainMethod || !telling.has(raw.method)
      if (isPlain) plainMethod = raw.method
      let record = threadId === undefined ? undefined : find(threadId)
      // The server sends turns and items only to subscribers, so this connection is subscribed.
      if (!isPlain) {
        if (record === undefined && threadId !== undefined && beginnings.has(raw.method)) record = openStray(threadId)
        if (record !== undefined) {
          if (raw.method === "turn/started" && turnId !== undefined) {
            threadRecord.change(record, { _tag: "TurnStarted", turnId })
          } else items.note(record, raw)
        }
        warnings.note(raw, threadId)
      }
      if (listeners.size > 0 || (record !== undefined && record.followers.length > 0)) {
        const notification = Notification.decode(raw, onUnreadable)
        // A listener may remove itself during the loop: a Set allows that while it is iterated.
        if (listeners.size > 0) {
          for (const listener of listeners) listener.onNotification(notification, threadId, turnId)
        }
        const followers = record?.followers ?? none
        // A loop by index creates no iterator for each event.
        for (let at = 0; at < followers.length; at++) followers[at]?.onNotification(notification, turnId)
      }
      if (!isPlain && record !== undefined) noteEnd(record, raw, turnId)
    },
    onEnd: (reason) => {
      end = reason
      if (carried !== undefined) {
        // A copy, because the tools of a record are dropped when it is closed.
        for (const record of records.values()) if (record.isSubscribed) carried.onLeft({ ...record })
        carried.onEnd(reason)
      }
      const told = [...listeners]
      listeners.clear()
      for (const listener of told) listener.onEnd(reason)
      for (const threadId of records.keys()) close(threadId, { method: undefined, reason })
    }
  }
})

// internal

const none: ReadonlyArray<never> = []

const beginnings: ReadonlySet<string> = new Set(["turn/started", "item/started"])

/** How many threads without a handle a connection tracks: those of sub-agents, and those started by raw requests. */
const mostStrays = 1024

const itemForgotten = `More than ${toldItems.most} commands and file changes are in progress, so the oldest are no longer tracked. Policies decline requests to approve them.`

const threadForgotten = `More than ${mostStrays} threads without a handle are active, so the oldest are no longer tracked. Policies decline requests to approve their changes.`
// The methods that `note` and `noteEnd` handle.
const telling: ReadonlySet<string> = new Set([
  ...beginnings,
  "item/completed",
  "item/fileChange/patchUpdated",
  "turn/completed",
  "thread/goal/updated",
  "thread/goal/cleared",
  "thread/status/changed",
  "thread/settings/updated",
  "thread/archived",
  "thread/closed",
  "thread/deleted",
  "warning",
  "guardianWarning",
  "configWarning"
])

const goalGoesOn =
  'The thread has an active goal, and the server continues it turn by turn, but this program does not follow it. To follow or stop it, use `thread.currentGoal`; to pause it, call `thread.goal.set({ status: "paused" })`.'

const isActive = (params: unknown, member: string, key: string): boolean => wordIn(params, member, key) === "active"

const isNotLoaded = (params: unknown): boolean => wordIn(params, "status", "type") === "notLoaded"

const wordIn = (params: unknown, member: string, key: string): unknown => {
  const value = Predicate.isReadonlyObject(params) ? params[member] : undefined
  return Predicate.isReadonlyObject(value) ? value[key] : undefined
}
