/**
 * What a connection knows of one thread. The server says what runs on it; we say which call of ours has it and which
 * calls wait. Both are facts of their own, and what they come to is read by predicates. Synchronous, no effects:
 * `change` is the one function that alters a record, and it hands the thread on where it has become free.
 *
 * States of a thread (`stateOf`), and what moves it on:
 *
 * - `Free`: no call of ours has it, and the server reports no turn. The first call that asks has it.
 * - `Held`: a call of ours has it: its request is on its way, or its turn or goal runs. `Left` ends it, once.
 * - `Elsewhere`: the server reports a turn that no call of ours has: of another client, of a goal, of
 *   `thread/shellCommand`, of a request by hand. Or it is between two turns of a goal that goes on by itself.
 *   `TurnEnded` ends it, and `GoalTold`. Calls that ask meanwhile wait, as they do behind one of ours.
 * - `Closed`: the server tells us nothing of the thread any more. Calls that wait and what is followed there have been
 *   told. There is no way back: a thread that is resumed has another record.
 *
 * From `Held` and `Elsewhere` the thread goes to the call that has waited longest, if there is one, without being free
 * in between.
 */
import type * as Deferred from "effect/Deferred"
import type * as Effect from "effect/Effect"
import { CodexError, type Reason } from "../../CodexError.ts"
import type { Notification } from "../../Notification.ts"
import type { ToldItem } from "./toldItem.ts"
import type { Run } from "../serverRequests/runners.ts"
import type { FollowedTurn } from "../turn/followedTurn.ts"

/** One thread that the server tells us about. */
export interface ThreadRecord {
  readonly threadId: string
  /**
   * Whether a handle was made of it. Else it is kept only while something runs there: on a sub-agent's thread, or one
   * that was started by hand.
   */
  isSubscribed: boolean
  /** How many calls of ours resume it, now: the server may tell of it before it answers. */
  openings: number
  /** The call of ours that has the thread. */
  holder: Call | undefined
  /** Calls of ours that wait for it, in the order in which they asked. */
  readonly waiting: Array<Call>
  /** The turn that the server reports, also one that this program did not start. */
  running: string | undefined
  /** The turn whose end was told last. */
  ended: string | undefined
  /** Whether the server reports a goal that is active: it begins the next turn by itself. */
  goalIsActive: boolean
  /** Whether the log has been told of a goal that goes on by itself. */
  isGoalReported: boolean
  /** What hears the thread's notifications. Replaced when it changes, so that a follower may leave while it hears. */
  followers: ReadonlyArray<Follower>
  /** The working folder, for relative paths in prompts. A turn can change it for those after it. */
  cwd: string
  /** Answers calls of the thread's tools. */
  tools: Run | undefined
  /** The commands and changes of files that are under way, by item. */
  items: ReadonlyMap<string, ToldItem>
  /** The requests of the server about this thread that wait for an answer. */
  requests: ReadonlyArray<OpenRequest>
  /** Why nothing is told of it any more. */
  closed: Closed | undefined
}

/** A call of ours that has a thread, or waits for it. */
export interface Call {
  /** Called when it has the thread for which it waited, or with an error where that is closed before. */
  onGranted: ((error?: CodexError) => void) | undefined
  /** The turn that it started; none if it started none. Not done before the server has answered. */
  readonly accepted: Deferred.Deferred<FollowedTurn | undefined>
  /** Called when the thread is closed while this has it. What it follows is told by itself. */
  readonly onClosed?: ((error: CodexError) => void) | undefined
}

/** What hears a thread. No function may throw or wait. */
export interface Follower {
  /** The turn that it follows, if it is one. */
  readonly turn?: FollowedTurn | undefined
  onNotification(notification: Notification, turnId: string | undefined): void
  /** The requests that wait for an answer have changed. */
  onRequests?(open: ReadonlyArray<OpenRequest>): void
  /**
   * Called when the record is closed; at once if it is closed already. Also when the server unloads the thread while a
   * turn runs there.
   */
  onClosed(closed: Closed): void
  /** What to do where the server says that nothing runs, and tells no end of the turn that it reported. */
  onQuiet?(): Effect.Effect<void>
}

/** A request of the server that waits for an answer. Some name no turn: then it is the one that runs. */
export interface OpenRequest {
  readonly turnId: string | undefined
}

/** Why a record was closed: by what method of the wire, if it was one, or by the end of the connection. */
export interface Closed {
  readonly method: string | undefined
  readonly reason: Reason
}

/** What can happen to a record. Not what happens in a turn: that goes to the followers. */
export type Change =
  | { readonly _tag: "Subscribed" | "OpeningBegan" | "OpeningEnded" }
  | { readonly _tag: "Asked" | "Left"; readonly call: Call }
  | { readonly _tag: "TurnStarted"; readonly turnId: string }
  | { readonly _tag: "TurnEnded"; readonly turnId?: string | undefined }
  | { readonly _tag: "GoalTold"; readonly isActive: boolean }
  | { readonly _tag: "GoalReported" }
  | { readonly _tag: "Followed" | "Unfollowed"; readonly follower: Follower }
  | { readonly _tag: "Moved"; readonly cwd: string }
  | { readonly _tag: "ToolsGiven"; readonly tools: Run | undefined }
  /** Without an item it is over. */
  | { readonly _tag: "ItemTold"; readonly itemId: string; readonly item: ToldItem | undefined }
  | { readonly _tag: "RequestOpened" | "RequestClosed"; readonly request: OpenRequest }
  | { readonly _tag: "Unloaded" | "Closed"; readonly closed: Closed }

/** A thread of which nothing is known yet. */
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
  cwd: "",
  tools: undefined,
  items: noItems,
  requests: none,
  closed: undefined
})

/** Alters a record, and hands the thread on if that made it free. */
export const change = (record: ThreadRecord, change: Change): void => {
  apply(record, change)
  if (record.waiting.length === 0 || stateOf(record)._tag !== "Free") return
  const next = record.waiting.shift()
  // Here and now, so that no other call comes in between; told later, since the caller may be the reader.
  record.holder = next
  queueMicrotask(() => next?.onGranted?.())
}

/** What a thread is doing. */
export type State =
  | { readonly _tag: "Free" | "Closed" }
  | { readonly _tag: "Held"; readonly call: Call }
  | { readonly _tag: "Elsewhere"; readonly turnId: string | undefined }

/** The state that the facts come to. */
export const stateOf = ({ closed, goalIsActive, holder, running }: ThreadRecord): State => {
  if (closed !== undefined) return { _tag: "Closed" }
  if (holder !== undefined) return { _tag: "Held", call: holder }
  return running === undefined && !goalIsActive ? free : { _tag: "Elsewhere", turnId: running }
}

/** Whether a handle was made of it, or is being made. */
export const isHeld = ({ isSubscribed, openings }: ThreadRecord): boolean => isSubscribed || openings > 0

/** The turn with this id, if it is followed. */
export const followed = ({ followers }: ThreadRecord, turnId: string): FollowedTurn | undefined =>
  followers.find(({ turn }) => turn?.turnId === turnId)?.turn

/**
 * Whether a turn that ends is one of a goal that goes on by itself, which no code here follows and the log has not
 * told.
 */
export const isUnfollowedGoal = (record: ThreadRecord): boolean =>
  isHeld(record) &&
  record.goalIsActive &&
  !record.isGoalReported &&
  record.holder === undefined &&
  record.followers.length === 0

/** Whether nothing would be lost if the record were forgotten. */
export const isIdle = (record: ThreadRecord): boolean =>
  !isHeld(record) &&
  record.holder === undefined &&
  record.running === undefined &&
  record.followers.length === 0 &&
  record.tools === undefined &&
  record.requests.length === 0 &&
  record.items.size === 0

/** The error of what was under way when a record was closed. */
export const closedError = ({ method, reason }: Closed, own: string): CodexError =>
  new CodexError({ method: method ?? own, reason })

// internal

const none: ReadonlyArray<never> = []
const noItems: ReadonlyMap<string, ToldItem> = new Map()
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
      // A list that was ever pushed to keeps room for many: most calls find the thread free and never wait.
      if (record.waiting.length === 0 && stateOf(record)._tag === "Free") record.holder = change.call
      else if (record.closed === undefined) record.waiting.push(change.call)
      return
    case "Left": {
      if (record.holder === change.call) record.holder = undefined
      const at = record.waiting.indexOf(change.call)
      if (at >= 0) record.waiting.splice(at, 1)
      return
    }
    case "TurnStarted":
      record.running = change.turnId
      return
    case "TurnEnded":
      // Whatever its id: a thread runs one turn at a time, and a review begins under another id than it ends under.
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
      // Joined and not spread: what is spread keeps room for many.
      else record.followers = record.followers.concat(change.follower)
      return
    case "Unfollowed":
      record.followers = record.followers.filter((follower) => follower !== change.follower)
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
