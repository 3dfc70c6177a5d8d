/**
 * Receives `account/login/completed`, from before a login is started until its scope ends.
 *
 * A completion is therefore not lost if it arrives before the reply, or long before a caller waits for it. Only its
 * id tells which login it belongs to.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { CodexClient } from "../../CodexClient.ts"
import { CodexError } from "../../CodexError.ts"
import type { AccountLoginCompletedNotification } from "../../generated/types.ts"

/** The completions received so far. */
export interface Completions {
  /** Waits for the completion of one login; `null` for a login without an id. Fails when the connection ends. */
  readonly of: (loginId: string | null) => Effect.Effect<AccountLoginCompletedNotification, CodexError>
  /** Whether the completion of one login has been received. */
  readonly has: (loginId: string | null) => boolean
}

/** Receives completions until the scope ends. */
export const listen = (client: CodexClient): Effect.Effect<Completions, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => {
        const heard = new Map<string | null, Deferred.Deferred<AccountLoginCompletedNotification, CodexError>>()
        let closed: CodexError | undefined
        const slot = (loginId: string | null) => {
          const existing = heard.get(loginId)
          if (existing !== undefined) return existing
          const made = Deferred.makeUnsafe<AccountLoginCompletedNotification, CodexError>()
          if (closed !== undefined) Deferred.doneUnsafe(made, Effect.fail(closed))
          heard.set(loginId, made)
          return made
        }
        const remove = client["~session"].listen({
          onNotification: (notification) => {
            if (notification.method !== "account/login/completed") return
            Deferred.doneUnsafe(slot(notification.params.loginId ?? null), Effect.succeed(notification.params))
          },
          onEnd: (reason) => {
            closed = new CodexError({ method: "account/login/completed", reason })
            for (const waiting of heard.values()) Deferred.doneUnsafe(waiting, Effect.fail(closed))
          }
        })
        return { slot, remove, heard }
      }),
      ({ remove }) => Effect.sync(remove)
    ),
    ({ slot }) => ({
      of: (loginId) => Deferred.await(slot(loginId)),
      has: (loginId) => Deferred.isDoneUnsafe(slot(loginId))
    })
  )
