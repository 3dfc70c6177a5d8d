/**
 * Runs a compaction. The server accepts it without naming its turn, so the turn is identified by its item. It waits
 * for the thread like any turn; otherwise the server would let it interrupt a turn of this connection.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { CodexError, RequestTimeout } from "../../CodexError.ts"
import type { Failure, TurnResult } from "../../Turn.ts"
import type { Client } from "../../CodexClient.ts"
import * as threadRecord from "../session/record.ts"
import * as turns from "../turn/turns.ts"
import * as control from "../turn/turnControl.ts"
import type { FollowedTurn } from "../turn/followedTurn.ts"
import type { Limits } from "../turn/turnLimits.ts"

/** Maximum time for an accepted compaction to start. */
const beginLimit = Duration.seconds(30)

/** Starts a compaction, and returns when it has started. */
export const start = (client: Client, threadId: string, limits: Limits): Effect.Effect<FollowedTurn, CodexError> =>
  turns.start(client, {
    threadId,
    method,
    limits,
    request: (own, onSent) =>
      Effect.suspend(() => {
        const begun = Deferred.makeUnsafe<string, CodexError>()
        const record = own["~session"].open(threadId)
        const follower: threadRecord.Follower = {
          onNotification: (notification, turnId) => {
            if (
              notification.method === "item/started" &&
              notification.params.item.type === "contextCompaction" &&
              turnId !== undefined
            ) {
              Deferred.doneUnsafe(begun, Effect.succeed(turnId))
            }
          },
          onClosed: (closed) => Deferred.doneUnsafe(begun, Effect.fail(threadRecord.closedError(closed, method)))
        }
        threadRecord.change(record, { _tag: "Followed", follower })
        return own.request(method, { threadId }, { onSent }).pipe(
          Effect.andThen(
            Effect.timeoutOrElse(Deferred.await(begun), {
              duration: beginLimit,
              orElse: () =>
                Effect.fail(
                  new CodexError({
                    method,
                    reason: new RequestTimeout({ timeout: beginLimit })
                  })
                )
            })
          ),
          Effect.ensuring(Effect.sync(() => threadRecord.change(record, { _tag: "Unfollowed", follower })))
        )
      })
  })

/** Runs a compaction and waits for its end. Interruption stops it on the server. */
export const run = (client: Client, threadId: string, limits: Limits): Effect.Effect<TurnResult, Failure> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(restore(start(client, threadId, limits)), (feed) =>
      restore(feed.result).pipe(Effect.onInterrupt(() => control.bounded(client, control.stop(client, feed))))
    )
  )

// internal

const method = "thread/compact/start"
