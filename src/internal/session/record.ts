/**
 * What a connection knows of one thread. The server reports what runs on it; this package knows which of its calls
 * holds it and which calls wait. These facts are stored separately, and predicates combine them. Synchronous, no
 * effects: `change` is the only function that changes a record, and it grants the thread to the next call when it
 * becomes free.
 *
 * States of a thread (`stateOf`):
 *
 * - `Free`: no call holds it, and the server reports no turn. The first call that asks gets it.
 * - `Held`: a call of this connection holds it: its request is in flight, or its turn or goal runs. Left once, by
 *   `Left`.
 * - `Elsewhere`: the server reports a turn that no call here holds: of another client, of a goal, of
 *   `thread/shellCommand`, of a raw request. Or it is between two turns of a goal that continues on its own. Left by
 *   `TurnEnded` and `GoalTold`. Calls that ask in the meantime wait, as they do behind a call of this connection.
 * - `Closed`: the server no longer sends notifications of the thread. Waiting calls and followers have been notified.
 *   This state is final: a thread that is resumed gets another record.
 *
 * From `Held` and `Elsewhere` the thread goes to the call that has waited longest, if there is one. It is never free
 * in between.
 */
import type * as Deferred from "effect/Deferred"
import type * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { CodexError, type Reason } from "../../CodexError.ts"
import type { Notification } from "../client/notifications.ts"
import type { Access } from "./access.ts"
import type { ToldItem } from "./toldItem.ts"
import type { Run } from "../serverRequests/runners.ts"
import type { FollowedTurn } from "../turn/followedTurn.ts"

/** One thread that the server sends notifications about. */
export interface ThreadRecord {
  readonly threadId: string
  /**
   * Whether it has a handle. Without one, the record is kept only while something runs on the thread: a sub-agent's
   * thread, or one that was started by a raw request.
   */
  isSubscribed: boolean
  /** How many calls of this connection are resuming it: the server may send notifications before it replies. */
  openings: number
  /** The call of this connection that holds the thread. */
  holder: Call | undefined
  /** The calls of this connection that wait for it, in the order in which they asked. */
  readonly waiting: Array<Call>
  /** The turn that the server reports, even if another program started it. */
  running: string | undefined
  /** The turn whose end was reported last. */
  ended: string | undefined
  /** Whether the server reports an active goal: the server then starts the next turn on its own. */
  goalIsActive: boolean
  /** Whether it was logged that a goal continues on its own. */
  isGoalReported: boolean
  /**
   * The followers of the thread's notifications. Replaced on each change, so that a follower may leave while it is
   * notified.
   */
  followers: ReadonlyArray<Follower>
  /** Whether it is never saved, so that it ends with the process. */
  isEphemeral: boolean
  /** The access that the server last reported for it. */
  access: Access | undefined
  /** The configuration with which it was opened. The server does not save it. */
  config: Config | undefined
  /** The working directory, for relative paths in prompts. A turn can change it for later turns. */
  cwd: string
  /** Answers calls of the thread's tools. */
  tools: Run | undefined
  /** The commands and file changes in progress, by item. */
  items: ReadonlyMap<string, ToldItem>
  /** The server requests about this thread that wait for an answer. */
  requests: ReadonlyArray<OpenRequest>
  /** The outcomes in progress that several calls can share, by key. */
  shared: ReadonlyMap<string, Shared>
  /** Why it no longer receives notifications. */
  closed: Closed | undefined
}

/** Codex configuration for one thread. */
export type Config = { readonly [key: string]: unknown }

/** A call of this connection that holds a thread, or waits for it. */
export interface Call {
  /**
   * Called when the call gets the thread it waited for, or with an error if the thread is closed first. Also called
   * with an error if the thread is closed while the call awaits admission.
   */
  onGranted: ((error?: CodexError) => void) | undefined
  /**
   * Completes with the turn that it started, or with `undefined` if there is none; not before the server has replied.
   */
  readonly accepted: Deferred.Deferred<FollowedTurn | undefined>
  /** Whether it holds the thread without a request, until the connection admits its turn. */
  awaitsAdmission: boolean
  /** Called once, when the call no longer holds the thread or waits for it. */
  onLeft: (() => void) | undefined
  /** Called when the thread is closed while this call holds it. What the call follows is notified separately. */
  readonly onClosed?: ((error: CodexError) => void) | undefined
  /** The key that the caller chose for its input, if any. */
  readonly key?: string | undefined
}

/** Calls of this connection that share one outcome by a key: see `sharing.ts`. */
export interface Shared {
  readonly fiber: Fiber.Fiber<unknown, unknown>
  /** How many calls wait for the outcome. */
  waiters: number
}

/** Receives the notifications of a thread. No function may throw or wait. */
export interface Follower {
  /** The turn that it follows, if any. */
  readonly turn?: FollowedTurn | undefined
  onNotification(notification: Notification, turnId: string | undefined): void
  /** Called when the requests that wait for an answer have changed. */
  onRequests?(open: ReadonlyArray<OpenRequest>): void
  /**
   * Called when the record is closed; immediately if it is closed already. Also called when the server unloads the
   * thread while a turn runs.
   */
  onClosed(closed: Closed): void
  /** What to do if the server says that nothing runs, but does not report the end of the turn. */
  onQuiet?(): Effect.Effect<void>
}

/** A server request that waits for an answer. A request that names no turn belongs to the running one. */
export interface OpenRequest {
  readonly turnId: string | undefined
}

/** Why a record was closed: the method of the notification, if there was one, or the end of the connection. */
export interface Closed {
  readonly method: string | undefined
  readonly reason: Reason
}

/** The changes of a record. What happens within a turn goes to the followers instead. */
export type Change =
  | { readonly _tag: "Subscribed" | "OpeningBegan" | "OpeningEnded" }
  | { readonly _tag: "Asked" | "Left"; readonly call: Call }
  | { readonly _tag: "TurnStarted"; readonly turnId: string }
  | { readonly _tag: "TurnEnded"; readonly turnId?: string | undefined }
  | { readonly _tag: "GoalTold"; readonly isActive: boolean }
  | { readonly _tag: "GoalReported" }
  | { readonly _tag: "Followed" | "Unfollowed"; readonly follower: Follower }
  | {
      readonly _tag: "Opened"
      readonly isEphemeral: boolean
      readonly config: Config | undefined
      readonly access: Access
    }
  | { readonly _tag: "AccessTold"; readonly access: Access }
  | { readonly _tag: "Moved"; readonly cwd: string }
  | { readonly _tag: "ToolsGiven"; readonly tools: Run | undefined }
  /** Without `item`, the item is over. */
  | { readonly _tag: "ItemTold"; readonly itemId: string; readonly item: ToldItem | undefined }
  | { readonly _tag: "RequestOpened" | "RequestClosed"; readonly request: OpenRequest }
  | { readonly _tag: "ShareBegan" | "ShareEnded"; readonly key: string; readonly shared: Shared }
  | { readonly _tag: "Unloaded" | "Closed"; readonly closed: Closed }

/** Creates the record of a thread about which nothing is known yet. */
export const make = (threadId: string): ThreadRecord => ({
  threadId,
  isSubscribed: false,
  openings: 0,
  holder: undefined,
  waiting: [],
  running: undefined,
  ended: undefined,
  goalIsActive: false,
  isGoalReported: false,
  followers: none,
  isEphemeral: false,
  access: undefined,
  config: undefined,
  cwd: "",
  tools: undefined,
  items: noItems,
  requests: none,
  shared: noneShared,
  closed: undefined
})

/** Changes a record, and grants the thread to the next call if that made it free. */
export const change = (record: ThreadRecord, change: Change): void => {
  apply(record, change)
  if (record.waiting.length === 0 || stateOf(record)._tag !== "Free") return
  const next = record.waiting.shift()
  // Assign the holder synchronously, so that no other call comes in between. Notify it later: the caller may be the
  // reader loop.
  record.holder = next
  queueMicrotask(() => next?.onGranted?.())
}

/** What a thread is doing. */
export type State =
  | { readonly _tag: "Free" | "Closed" }
  | { readonly _tag: "Held"; readonly call: Call }
  | { readonly _tag: "Elsewhere"; readonly turnId: string | undefined }

/** The state that follows from the facts. */
export const stateOf = ({ closed, goalIsActive, holder, running }: ThreadRecord): State => {
  if (closed !== undefined) return { _tag: "Closed" }
  if (holder !== undefined) return { _tag: "Held", call: holder }
  return running === undefined && !goalIsActive ? free : { _tag: "Elsewhere", turnId: running }
}

/** Whether it has a handle, or one is being made. */
export const isHeld = ({ isSubscribed, openings }: ThreadRecord): boolean => isSubscribed || openings > 0

/** The turn with this id, if it is followed. */
export const followed = ({ followers }: ThreadRecord, turnId: string): FollowedTurn | undefined =>
  followers.find(({ turn }) => turn?.turnId === turnId)?.turn

/** The call whose input has this key, if one of this connection holds the thread or waits for it. */
export const callWith = ({ holder, waiting }: ThreadRecord, key: string): Call | undefined =>
  holder?.key === key ? holder : waiting.find((call) => call.key === key)

/** Whether a turn that ends belongs to a goal that continues on its own, is not followed here, and was not logged. */
export const isUnfollowedGoal = (record: ThreadRecord): boolean =>
  isHeld(record) &&
  record.goalIsActive &&
  !record.isGoalReported &&
  record.holder === undefined &&
  record.followers.length === 0

/** Whether the record can be forgotten without losing anything. */
export const isIdle = (record: ThreadRecord): boolean =>
  !isHeld(record) &&
  record.holder === undefined &&
  record.running === undefined &&
  record.followers.length === 0 &&
  record.tools === undefined &&
  record.requests.length === 0 &&
  record.items.size === 0

/** The error for calls in flight when a record was closed. */
export const closedError = ({ method, reason }: Closed, own: string): CodexError =>
  new CodexError({ method: method ?? own, reason })

// internal

const none: ReadonlyArray<never> = []
const noItems: ReadonlyMap<string, ToldItem> = new Map()
const noneShared: ReadonlyMap<string, Shared> = new Map()
const free: State = { _tag: "Free" }

const apply = (record: ThreadRecord, change: Change): void => {
  switch (change._tag) {
    case "Subscribed":
      record.isSubscribed = true
      return
    case "OpeningBegan":
      record.openings++
      return
    case "OpeningEnded":
      record.openings--
      return
    case "Asked":
      // A list that was ever pushed to keeps extra capacity. Most calls find the thread free and never wait.
      if (record.waiting.length === 0 && stateOf(record)._tag === "Free") record.holder = change.call
      else if (record.closed === undefined) record.waiting.push(change.call)
      return
    case "Left": {
      if (record.holder === change.call) record.holder = undefined
      const at = record.waiting.indexOf(change.call)
      if (at >= 0) record.waiting.splice(at, 1)
      const { onLeft } = change.call
      change.call.onLeft = undefined
      onLeft?.()
      return
    }
    case "TurnStarted":
      record.running = change.turnId
      return
    case "TurnEnded":
      // The id is not compared: a thread runs one turn at a time, and a review starts and ends under different ids.
      record.ended = change.turnId ?? record.running
      record.running = undefined
      record.items = noItems
      return
    case "GoalTold":
      record.goalIsActive = change.isActive
      return
    case "GoalReported":
      record.isGoalReported = true
      return
    case "Followed":
      if (record.closed !== undefined) change.follower.onClosed(record.closed)
      // Concatenated and not spread: a spread list keeps extra capacity.
      else record.followers = record.followers.concat(change.follower)
      return
    case "Unfollowed":
      record.followers = record.followers.filter((follower) => follower !== change.follower)
      return
    case "Opened":
      record.isEphemeral = change.isEphemeral
      record.config = change.config
      record.access = change.access
      return
    case "AccessTold":
      record.access = change.access
      return
    case "Moved":
      record.cwd = change.cwd
      return
    case "ToolsGiven":
      record.tools = change.tools
      return
    case "ItemTold": {
      const items = new Map(record.items)
      if (change.item === undefined) items.delete(change.itemId)
      else items.set(change.itemId, change.item)
      record.items = items
      return
    }
    case "RequestOpened":
    case "RequestClosed":
      record.requests =
        change._tag === "RequestOpened"
          ? [...record.requests, change.request]
          : record.requests.filter((request) => request !== change.request)
      for (const follower of record.followers) follower.onRequests?.(record.requests)
      return
    case "ShareBegan":
      record.shared = new Map(record.shared).set(change.key, change.shared)
      return
    case "ShareEnded": {
      // Another may have started under the key since.
      if (record.shared.get(change.key) !== change.shared) return
      const shared = new Map(record.shared)
      shared.delete(change.key)
      record.shared = shared
      return
    }
    case "Unloaded":
      record.running = undefined
      record.goalIsActive = false
      for (const follower of record.followers) follower.onClosed(change.closed)
      return
    case "Closed":
      close(record, change.closed)
  }
}

const close = (record: ThreadRecord, closed: Closed): void => {
  if (record.closed !== undefined) return
  record.closed = closed
  const { followers, holder } = record
  const waiting = record.waiting.splice(0)
  if (holder?.awaitsAdmission === true) waiting.push(holder)
  record.followers = none
  record.running = undefined
  record.goalIsActive = false
  record.tools = undefined
  record.items = noItems
  const error = closedError(closed, "turn/start")
  if (holder?.onClosed !== undefined) holder.onClosed(error)
  for (const follower of followers) follower.onClosed(closed)
  queueMicrotask(() => {
    for (const { onGranted } of waiting) onGranted?.(error)
  })
}
