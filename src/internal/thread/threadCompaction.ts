/**
 * Compaction: the server accepts it without naming its turn, so the turn is known by its item. Begun like any turn, so that it doesn't interrupt one
 * of ours, which the server would let it do.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { CodexError, RequestTimeout } from "../../CodexError.ts"
import type { Failure, TurnResult } from "../../Turn.ts"
import type { Connection } from "./threadConnection.ts"
import * as control from "../turn/turnControl.ts"
import type { FollowedTurn } from "../turn/followedTurn.ts"
import type { Limits } from "../turn/turnLimits.ts"

/** How long an accepted compaction may take to begin. */
const beginLimit = Duration.seconds(30)

/** Starts a compaction; done when it has begun. */
export const start = (
  { client, turns }: Connection,
  threadId: string,
  limits: Limits
): Effect.Effect<FollowedTurn, CodexError> =>
  turns.startBy(
    threadId,
    method,
    (onSent) =>
      Effect.suspend(() => {
        const begun = Deferred.makeUnsafe<string, CodexError>()
        const leave = client["~router"].listen(threadId, {
          onNotification: (notification, turnId) => {
            if (
              notification.method === "item/started" &&
              notification.params.item.type === "contextCompaction" &&
              turnId !== undefined
            ) {
              Deferred.doneUnsafe(begun, Effect.succeed(turnId))
            }
          },
          onEnd: (reason) => Deferred.doneUnsafe(begun, Effect.fail(new CodexError({ method, reason })))
        })
        return client.request(method, { threadId }, { onSent }).pipe(
          Effect.andThen(
            Effect.timeoutOrElse(Deferred.await(begun), {
              duration: beginLimit,
              orElse: () =>
                Effect.fail(
                  new CodexError({
                    method,
                    reason: new RequestTimeout({ timeoutMillis: Duration.toMillis(beginLimit) })
                  })
                )
            })
          ),
          Effect.ensuring(Effect.sync(leave))
        )
      }),
    limits
  )

/** Starts a compaction and waits for its end; interruption stops it on the server. */
export const run = (connection: Connection, threadId: string, limits: Limits): Effect.Effect<TurnResult, Failure> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(restore(start(connection, threadId, limits)), (feed) =>
      restore(feed.result).pipe(Effect.onInterrupt(() => control.bounded(control.stop(connection.client, feed))))
    )
  )

// internal

const method = "thread/compact/start"
