/**
 * Watches a thread for a turn whose id is not known: before the reply to its request, and after the request was given
 * up. The input of the turn, or its start, shows which one it is.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { Client } from "../../CodexClient.ts"
import * as threadRecord from "../session/record.ts"
import type { Heard } from "./following.ts"
import type * as inputClaim from "./inputClaim.ts"

/** Keeps the notifications of a thread until the turn's id is known. */
export const listenEarly = (record: threadRecord.ThreadRecord, claim: inputClaim.InputClaim) => {
  const kept: Array<Heard> = []
  const follower: threadRecord.Follower = {
    onNotification: (notification, turnId) => {
      claim.hear(notification, turnId)
      kept.push({ notification, turnId })
    },
    onClosed: () => {}
  }
  threadRecord.change(record, { _tag: "Followed", follower })
  return { kept, leave: () => threadRecord.change(record, { _tag: "Unfollowed", follower }) }
}

/**
 * Waits in the background for a turn whose request was given up, and stops it when its input appears. With `release`,
 * the thread is still held, so any turn that starts is the one; it is called if no turn starts.
 */
export const watchLate = (
  client: Client,
  record: threadRecord.ThreadRecord,
  claim: inputClaim.InputClaim,
  stop: (turnId: string) => Effect.Effect<void>,
  release?: () => void
): Effect.Effect<void> => {
  const taken = Deferred.makeUnsafe<inputClaim.Taken | undefined>()
  const found = (late: inputClaim.Taken | undefined) =>
    queueMicrotask(() => Deferred.doneUnsafe(taken, Exit.succeed(late)))
  const follower: threadRecord.Follower = {
    onNotification: (notification, turnId) => {
      claim.hear(notification, turnId)
      if (release !== undefined && notification.method === "turn/started" && turnId !== undefined) {
        found({ turnId, isJoined: false })
      }
    },
    // Nothing is left to stop. The wait ends with the connection, or by its limit.
    onClosed: () => {}
  }
  claim.onTaken(found)
  threadRecord.change(record, { _tag: "Followed", follower })
  const waiting = Deferred.await(taken).pipe(
    Effect.timeoutOption(lateLimit),
    Effect.ensuring(Effect.sync(() => threadRecord.change(record, { _tag: "Unfollowed", follower }))),
    Effect.flatMap((found) => {
      const late = Option.getOrUndefined(found)
      return late === undefined || late.isJoined ? Effect.sync(() => release?.()) : stop(late.turnId)
    })
  )
  return Effect.asVoid(client["~session"].fork(Effect.interruptible(waiting)))
}

// internal

/** How long to wait for a turn whose request was given up. */
const lateLimit = Duration.minutes(1)
