/**
 * Provides the notifications of one method as a stream of their params. For a slow subscriber, only these are kept,
 * and no other notifications.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { CodexClient } from "../../CodexClient.ts"
import { CodexError } from "../../CodexError.ts"
import type { Notification } from "../client/notifications.ts"

/**
 * Subscribes to the values that `pick` returns for notifications from now on. Ends with the scope, and fails when the
 * connection ends.
 */
export const subscribe = <A>(
  client: CodexClient,
  method: string,
  pick: (notification: Notification) => A | undefined
): Effect.Effect<Stream.Stream<A, CodexError>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const queue = yield* Queue.unbounded<A, CodexError>()
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        client["~session"].listen({
          onNotification: (notification) => {
            const picked = pick(notification)
            if (picked !== undefined) Queue.offerUnsafe(queue, picked)
          },
          onEnd: (reason) => {
            Queue.failCauseUnsafe(queue, Cause.fail(new CodexError({ method, reason })))
          }
        })
      ),
      (remove) => Effect.sync(remove)
    )
    return Stream.fromQueue(queue)
  })
