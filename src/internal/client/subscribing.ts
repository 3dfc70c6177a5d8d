/**
 * Subscribes a consumer to all notifications, with a buffer of its own.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import { CodexError } from "../../CodexError.ts"
import type { Listen } from "../session/listener.ts"
import * as eventBuffer from "./eventBuffer.ts"
import { mergeDeltas } from "./mergeDeltas.ts"
import type { Notification } from "./notifications.ts"

/** Subscribes from now on. The subscription ends with the scope. */
export const subscribe = (listen: Listen): Effect.Effect<Stream.Stream<Notification, CodexError>, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.contextWith((context: Context.Context<never>) =>
      Effect.sync(() => {
        const buffer = eventBuffer.make<Notification, CodexError>(mergeDeltas)
        buffer.onLost(() => Effect.runForkWith(context)(Effect.logWarning(lost)))
        const remove = listen({
          onNotification: (notification) => buffer.offer(notification),
          onRestarted: (restarted) => buffer.offer(restarted),
          onEnd: (reason) => buffer.end(Effect.fail(new CodexError({ method: "notifications", reason })))
        })
        return { remove, stream: buffer.stream }
      })
    ),
    ({ remove }) => Effect.sync(remove)
  ).pipe(Effect.map(({ stream }) => stream))

// internal

const lost =
  "A consumer of `notifications` is more than 64 MiB behind, so its oldest notifications are dropped. Logged once per consumer."
