/**
 * Starts turns on a thread and follows them: one at a time, from the request to the end. What a followed turn is to its readers is
 * `followedTurn.ts`; how it is stopped is `turnControl.ts`; who has the thread is `session/record.ts`.
 *
 * States of a turn of ours, and what moves it on:
 *
 * - `waiting` for the thread: another turn goes first, of ours or not, since the server would join the two. Interruption leaves nothing behind.
 * - `starting`: listening, the request is on its way. Events of the thread are kept, since they can come before the reply. The reply moves it on, or
 *   fails it. Interruption: if the request is not sent, it never is; else the reply is still waited for, to learn the turn's id, and the thread is not
 *   free before that.
 * - `running`: the turn's events are folded as they come. Interruption of `run`: once `turn/started` was seen (the server refuses before it),
 *   `turn/interrupt` is sent and the end is waited for. The caller waits at most `stopLimit` for all of this; it continues in the background.
 * - `ended`: by `turn/completed`, by a limit of the turn, or with the record of its thread. The thread goes to the call that waits.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { Client } from "../../CodexClient.ts"
import { CodexError, ThreadNotFound } from "../../CodexError.ts"
import type { TurnStartParams } from "../../generated/types.ts"
import type { Notification } from "../../Notification.ts"
import type { Failure, TurnResult } from "../../Turn.ts"
import * as threadRecord from "../session/record.ts"
import * as control from "./turnControl.ts"
import * as followedTurn from "./followedTurn.ts"
import * as turnLimits from "./turnLimits.ts"
import * as turnRetrying from "./turnRetrying.ts"

/** A request that starts a turn. */
export interface Start {
  readonly threadId: string
  readonly method: string
  /** Sends it, and gives the turn's id. */
  readonly request: (onSent: () => void) => Effect.Effect<string, CodexError>
  readonly limits: turnLimits.Limits
}

/** An ordinary turn. A folder that it is given is the thread's from then on. */
export const byTurnStart = (client: Client, params: TurnStartParams, limits: turnLimits.Limits): Start => ({
  threadId: params.threadId,
  method: "turn/start",
  limits,
  request: (onSent) =>
    Effect.map(client.request("turn/start", params, { onSent }), ({ turn }) => {
      const record = client["~session"].find(params.threadId)
      if (record !== undefined && typeof params.cwd === "string") {
        threadRecord.change(record, { _tag: "Moved", cwd: params.cwd })
      }
      return turn.id
    })
})

/** Starts a turn and waits for its end. */
export const run = (client: Client, turn: Start): Effect.Effect<TurnResult, Failure> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(begin(restore, client, turn, false), (feed) =>
      restore(feed.result).pipe(Effect.onInterrupt(() => control.bounded(client, control.stop(client, feed))))
    )
  )

/** Starts a turn; it goes on whatever becomes of the caller. */
export const start = (client: Client, turn: Start): Effect.Effect<followedTurn.FollowedTurn, CodexError> =>
  Effect.uninterruptibleMask((restore) => begin(restore, client, turn, true))

/** The record of a thread that the server tells us about; fails where nothing would be heard of a turn on it. */
export const subscribed = (
  client: Client,
  threadId: string,
  method: string
): Effect.Effect<threadRecord.ThreadRecord, CodexError> =>
  Effect.suspend(() => {
    const record = client["~session"].find(threadId)
    return record?.isSubscribed === true
      ? Effect.succeed(record)
      : Effect.fail(new CodexError({ method, reason: new ThreadNotFound() }))
  })

/** Waits for a thread. To be run uninterruptibly: only the waiting is restored. */
export const hold = (
  restore: Restore,
  record: threadRecord.ThreadRecord,
  call: threadRecord.Call
): Effect.Effect<void, CodexError> =>
  Effect.suspend(() => {
    threadRecord.change(record, { _tag: "Asked", call })
    return record.holder === call
      ? Effect.void
      : Effect.onError(restore(Deferred.await(call.granted)), () =>
          Effect.sync(() => threadRecord.change(record, { _tag: "Left", call }))
        )
  })

/** A call that doesn't have its thread yet. */
export const call = (onClosed?: (error: CodexError) => void): threadRecord.Call => ({
  granted: Deferred.makeUnsafe(),
  accepted: Deferred.makeUnsafe(),
  onClosed
})

/** Follows a turn that runs already: the same one for each caller. */
export const attach = (record: threadRecord.ThreadRecord, turnId: string): followedTurn.FollowedTurn =>
  threadRecord.followed(record, turnId) ?? follow(record, turnId)

/** The turn that is starting or running on a thread; of ours, or told by the server. */
export const current = (record: threadRecord.ThreadRecord): Effect.Effect<followedTurn.FollowedTurn | undefined> =>
  Effect.suspend(() => {
    const { followers, holder, running } = record
    const known =
      holder === undefined || Deferred.isDoneUnsafe(holder.accepted) ? Effect.void : Deferred.await(holder.accepted)
    return Effect.map(known, (turn) => {
      if (turn !== undefined) return turn
      // Perhaps accepted, but not begun yet; perhaps a review, which runs under another id.
      const followed = followers.find(({ turn }) => turn !== undefined)?.turn
      return followed ?? (running === undefined ? undefined : attach(record, running))
    })
  })

// internal

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

interface FollowOptions {
  /** What came before the turn's id was known. */
  readonly kept?: ReadonlyArray<Heard>
  readonly keepEvents?: boolean
  readonly onEnd?: () => void
}

/** What was heard of a thread before its turn was known. */
interface Heard {
  readonly notification: Notification
  readonly turnId: string | undefined
}

const begin = (
  restore: Restore,
  client: Client,
  { limits, method, request, threadId }: Start,
  keepEvents: boolean
): Effect.Effect<followedTurn.FollowedTurn, CodexError> =>
  Effect.flatMap(subscribed(client, threadId, method), (record) => {
    const own = call()
    const release = () => threadRecord.change(record, { _tag: "Left", call: own })
    return Effect.andThen(
      hold(restore, record, own),
      Effect.suspend(() => {
        const early = listenEarly(record)
        let sent = false
        const starting = Effect.interruptible(
          Effect.suspend(() =>
            request(() => {
              sent = true
            })
          )
        ).pipe(
          // In one step, so that nothing comes in between.
          Effect.map((turnId) => {
            early.leave()
            return follow(record, turnId, { kept: early.kept, keepEvents, onEnd: release })
          }),
          Effect.tap(turnRetrying.warn),
          Effect.tap((feed) => turnLimits.watch(client, turnLimits.ofTurn(client, feed), limits)),
          Effect.onExit((exit) =>
            Effect.sync(() => {
              early.leave()
              Deferred.doneUnsafe(own.accepted, Exit.succeed(Exit.isSuccess(exit) ? exit.value : undefined))
              // A turn that was begun holds the thread until its end.
              if (Exit.isFailure(exit)) release()
            })
          )
        )
        // In a fiber of its own, since the reply is waited for even if the caller goes. Uninterruptible, so that it always gets to its `onExit`.
        const forked = client["~session"].fork(starting, { startImmediately: true, uninterruptible: true })
        return Effect.flatMap(forked, (reply) =>
          restore(Fiber.join(reply)).pipe(
            Effect.onInterrupt(() =>
              Effect.suspend(() =>
                sent
                  ? control.bounded(
                      client,
                      Effect.flatMap(Fiber.join(reply), (feed) => control.stop(client, feed))
                    )
                  : Fiber.interrupt(reply)
              )
            )
          )
        )
      })
    )
  })

/** Keeps what comes for a thread until the turn's id is known. */
const listenEarly = (record: threadRecord.ThreadRecord) => {
  const kept: Array<Heard> = []
  const follower: threadRecord.Follower = {
    onNotification: (notification, turnId) => kept.push({ notification, turnId }),
    onClosed: () => {}
  }
  threadRecord.change(record, { _tag: "Followed", follower })
  return { kept, leave: () => threadRecord.change(record, { _tag: "Unfollowed", follower }) }
}

const follow = (
  record: threadRecord.ThreadRecord,
  turnId: string,
  { keepEvents = false, kept = [], onEnd = () => {} }: FollowOptions = {}
): followedTurn.FollowedTurn => {
  const known = threadRecord.followed(record, turnId)
  if (known !== undefined) {
    // The server joined the two requests into one turn.
    onEnd()
    return known
  }
  const turn = followedTurn.make({
    threadId: record.threadId,
    turnId,
    keepEvents,
    // A follower that comes after `turn/started` never sees it.
    begun: record.running === turnId,
    onEnd: () => {
      threadRecord.change(record, { _tag: "Unfollowed", follower })
      onEnd()
    }
  })
  const follower: threadRecord.Follower = {
    turn,
    onNotification: (notification, id) => {
      if (turn.isOwn(notification, id)) turn.apply(notification)
    },
    onRequests: (open) => turn.setOpenRequests(open.filter((request) => (request.turnId ?? turnId) === turnId).length),
    onClosed: (closed) => turn.fail(threadRecord.closedError(closed, "turn/start"))
  }
  // Before following, which may tell of the end of the connection at once.
  for (const { notification, turnId } of kept) follower.onNotification(notification, turnId)
  turn.startKeeping()
  if (turn.isEnded()) return turn
  follower.onRequests?.(record.requests)
  threadRecord.change(record, { _tag: "Followed", follower })
  return turn
}
