/**
 * One goal as its connection follows it: receives the thread's notifications, folds its turns into one, and passes
 * the result to a followed turn. Synchronous throughout, because the reader loop calls it.
 *
 * States:
 *
 * - `unarmed`: notifications of the thread belong to earlier turns. Left when `arm` is called, as the goal is sent. A
 *   goal that is already active starts after this state.
 * - `armed`: the first `turn/started` creates the followed turn. The end of the connection, or `close`, ends this
 *   state without one.
 * - `started`: ends with its followed turn: by the last completion of the fold, or by the end of the connection.
 * - `ended`: notifications are ignored. The thread is released after the last effect in `keepThread` is done.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { CodexError } from "../../CodexError.ts"
import type { ThreadGoal } from "../../generated/types.ts"
import type { GoalState } from "../../Goal.ts"
import type { Notification } from "../client/notifications.ts"
import * as goalFold from "./goalFold.ts"
import * as threadRecord from "../session/record.ts"
import * as followedTurn from "../turn/followedTurn.ts"

/** A goal that is starting or running. */
export interface GoalRun {
  readonly threadId: string
  /** Assigns all later notifications of the thread to the goal. */
  readonly arm: () => void
  /** Waits for the first turn. */
  readonly started: Effect.Effect<followedTurn.FollowedTurn, CodexError>
  readonly feed: () => followedTurn.FollowedTurn | undefined
  /** Gives up a goal that has not started. */
  readonly close: () => void
  /** Fails the goal for all consumers. */
  readonly fail: (error: CodexError) => void
  /** Takes a goal from a reply of the server, also after the end. */
  readonly note: (goal: ThreadGoal) => void
  /** Called before this program asks the server to pause the goal. */
  readonly stop: () => void
  readonly isEnded: () => boolean
  /** Whether the server has ever reported the goal. */
  readonly isActivated: () => boolean
  readonly goal: () => GoalState
  /** The server's id of the running turn. */
  readonly activeId: () => string | undefined
  /** Waits for a running turn other than this one; `undefined` if the goal ends first. */
  readonly nextTurn: (after: string | undefined) => Effect.Effect<string | undefined>
  /** Adds a listener for what is shown of the goal. */
  readonly tap: (listener: (notification: Notification) => void) => () => void
  /** Runs an effect, and does not release the thread until it is done. */
  readonly keepThread: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>
}

/** Follows a goal. `release` releases the thread, and is called once. */
export const open = (options: {
  readonly record: threadRecord.ThreadRecord
  readonly objective: string
  readonly tokenBudget: number | undefined
  readonly keepEvents: boolean
  readonly release: () => void
  /** The goal, if it is already active. */
  readonly goesOn?: ThreadGoal | undefined
}): GoalRun => {
  const { keepEvents, record, release } = options
  const { threadId } = record
  const fold = goalFold.make(options.objective, options.tokenBudget)
  const started = Deferred.makeUnsafe<followedTurn.FollowedTurn, CodexError>()
  const taps = new Set<(notification: Notification) => void>()
  const waiters = new Set<() => void>()
  let feed: followedTurn.FollowedTurn | undefined
  let isArmed = false
  let isEnded = false
  let isReleased = false
  let keepers = 0

  const releaseIfDone = (): void => {
    if (!isEnded || keepers > 0 || isReleased) return
    isReleased = true
    release()
  }

  const finish = (): void => {
    isEnded = true
    threadRecord.change(record, { _tag: "Unfollowed", follower })
    for (const wake of Array.from(waiters)) wake()
    releaseIfDone()
  }

  const begin = (turnId: string): followedTurn.FollowedTurn => {
    feed = followedTurn.make({ threadId, turnId, keepEvents, isStarted: record.running === turnId, onEnd: finish })
    feed.startKeeping()
    countRequests(record.requests)
    Deferred.doneUnsafe(started, Exit.succeed(feed))
    return feed
  }

  const fail = (error: CodexError): void => {
    Deferred.doneUnsafe(started, Exit.fail(error))
    if (feed === undefined) finish()
    else feed.fail(error)
  }

  const countRequests = (open: ReadonlyArray<threadRecord.OpenRequest>): void =>
    feed?.setOpenRequests(open.filter(({ turnId }) => turnId === undefined || fold.owns(turnId)).length)

  const follower: threadRecord.Follower = {
    onNotification: (notification, turnId) => {
      if (!isArmed || isEnded) return
      const shown = fold.apply(notification, turnId)
      const logicalId = fold.logicalId()
      if (shown !== undefined && logicalId !== undefined) {
        const current = feed ?? begin(logicalId)
        for (const tap of taps) tap(shown)
        current.apply(shown)
      }
      for (const wake of Array.from(waiters)) wake()
    },
    onRequests: countRequests,
    onClosed: (closed) => fail(threadRecord.closedError(closed, "thread/goal/set")),
    onQuiet: () => Effect.sync(() => feed?.endFailed())
  }
  if (options.goesOn !== undefined) {
    isArmed = true
    fold.attach(options.goesOn, record.running)
    if (record.running !== undefined) begin(record.running)
  }
  threadRecord.change(record, { _tag: "Followed", follower })

  return {
    threadId,
    arm: () => {
      isArmed = true
    },
    started: Deferred.await(started),
    feed: () => feed,
    close: () => {
      if (feed === undefined) finish()
    },
    fail,
    note: fold.note,
    stop: fold.stop,
    isEnded: () => isEnded,
    isActivated: fold.isActivated,
    goal: fold.goal,
    activeId: fold.activeId,
    nextTurn: (after) =>
      Effect.callback((resume) => {
        const look = () => {
          const turnId = fold.activeId()
          if (!isEnded && (turnId === undefined || turnId === after)) return
          waiters.delete(look)
          resume(Effect.succeed(isEnded ? undefined : turnId))
        }
        waiters.add(look)
        look()
        return Effect.sync(() => waiters.delete(look))
      }),
    tap: (listener) => {
      taps.add(listener)
      return () => {
        taps.delete(listener)
      }
    },
    keepThread: (effect) =>
      Effect.acquireUseRelease(
        Effect.sync(() => {
          keepers++
        }),
        () => effect,
        () =>
          Effect.sync(() => {
            keepers--
            releaseIfDone()
          })
      )
  }
}
