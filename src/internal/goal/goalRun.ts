/**
 * One goal as it is followed on its connection: hears the thread, folds its turns into one, and tells that to a feed like any other turn's.
 * Synchronous throughout, like the reader that tells it.
 *
 * States, and who moves it on:
 *
 * - `deaf`: what comes for the thread belongs to what was there before. `arm`, called as the goal is sent, moves it on.
 *   One that goes on already begins behind it.
 * - `armed`: the first `turn/started` makes the feed. The end of the connection, or `close`, ends it without one.
 * - `begun`: ends with its feed: by the fold's last completion, or by the end of the connection.
 * - `ended`: nothing is heard any more. The thread is released, unless somebody still has to stop something there (`keepThread`).
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { CodexError } from "../../CodexError.ts"
import type { ThreadGoal } from "../../generated/types.ts"
import type { GoalState } from "../../Goal.ts"
import type { Notification } from "../../Notification.ts"
import * as goalFold from "./goalFold.ts"
import * as threadRecord from "../session/record.ts"
import * as followedTurn from "../turn/followedTurn.ts"

/** A goal on its way. */
export interface GoalRun {
  readonly threadId: string
  /** From here on everything on the thread is the goal's. */
  readonly arm: () => void
  /** Waits for the first turn. */
  readonly begun: Effect.Effect<followedTurn.FollowedTurn, CodexError>
  readonly feed: () => followedTurn.FollowedTurn | undefined
  /** Gives up a goal that hasn't begun. */
  readonly close: () => void
  /** Ends the goal for everybody here. */
  readonly fail: (error: CodexError) => void
  /** Takes a reply of the server about the goal, also after the end. */
  readonly note: (goal: ThreadGoal) => void
  readonly isEnded: () => boolean
  /** Whether the server has ever told of the goal. */
  readonly isActivated: () => boolean
  readonly goal: () => GoalState
  /** The turn that runs now, by the server's id. */
  readonly activeId: () => string | undefined
  /** Waits for a turn that runs and is not this one; `undefined` if the goal ends first. */
  readonly nextTurn: (after: string | undefined) => Effect.Effect<string | undefined>
  /** Hears what is shown of the goal, as it is shown. */
  readonly tap: (listener: (notification: Notification) => void) => () => void
  /** Runs an effect, and doesn't release the thread before it is done. */
  readonly keepThread: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>
}

/** Listens for a goal. `release` gives the thread free, and is called once. */
export const open = (options: {
  readonly record: threadRecord.ThreadRecord
  readonly objective: string
  readonly tokenBudget: number | undefined
  readonly keepEvents: boolean
  readonly release: () => void
  /** The goal, where it goes on already. */
  readonly goesOn?: ThreadGoal | undefined
}): GoalRun => {
  const { keepEvents, record, release } = options
  const { threadId } = record
  const fold = goalFold.make(options.objective, options.tokenBudget)
  const begun = Deferred.makeUnsafe<followedTurn.FollowedTurn, CodexError>()
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
    feed = followedTurn.make({ threadId, turnId, keepEvents, begun: record.running === turnId, onEnd: finish })
    feed.startKeeping()
    countRequests(record.requests)
    Deferred.doneUnsafe(begun, Exit.succeed(feed))
    return feed
  }

  const fail = (error: CodexError): void => {
    Deferred.doneUnsafe(begun, Exit.fail(error))
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
    begun: Deferred.await(begun),
    feed: () => feed,
    close: () => {
      if (feed === undefined) finish()
    },
    fail,
    note: fold.note,
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
