/**
 * Answers `account/chatgptAuthTokens/refresh`. The server requests new tokens when a backend rejects the tokens of
 * the program. It waits some seconds for the answer, and fails the turn if the answer is an error.
 *
 * One refresh runs at a time, and none while the last result is fresh. Turns that are rejected together share one
 * refresh, because a refresh token can often be used only once. The server sends a request for each of them, one
 * after the other.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { ExternalTokens } from "./accountTypes.ts"
import { shared } from "../serverRequests/runners.ts"
import type { Reply } from "../connection/jsonRpc.ts"
import type { Session } from "../session/session.ts"

/** Gets new tokens for the program, with everything it requires provided. */
export type Refresh = Effect.Effect<ExternalTokens, unknown>

/** Handles the server's request. */
export type Handler = (params: unknown) => Effect.Effect<Reply>

// The server writes the message to its log. It never contains the cause, which belongs to the program and can hold a
// token.
const failed = (message: string): Reply => ({ error: { code: -32603, message } })

const previousAccount = (params: unknown): string | undefined =>
  typeof params === "object" &&
  params !== null &&
  "previousAccountId" in params &&
  typeof params.previousAccountId === "string"
    ? params.previousAccountId
    : undefined

/** Returns the handler for one login with external tokens. */
export const handler = (
  session: Pick<Session, "fork">,
  refresh: Refresh,
  /** Called with the tokens that the server receives. */
  onRefreshed: (tokens: ExternalTokens) => void = () => {}
): Handler => {
  const run = (params: unknown): Effect.Effect<Reply, Reply> =>
    refresh.pipe(
      Effect.catchCause(() =>
        Effect.andThen(
          Effect.logWarning("Refreshing the external tokens failed; the server receives no new tokens."),
          Effect.fail(failed("Token refresh failed"))
        )
      ),
      Effect.flatMap((tokens) =>
        Effect.tap(reply(tokens, previousAccount(params)), () => Effect.sync(() => onRefreshed(tokens)))
      ),
      Effect.withSpan("Codex.refreshTokens")
    )
  // A failure is not kept: the next request runs the refresh again.
  const ask = shared(run, (params) => previousAccount(params) ?? "", session.fork)
  return (params) => Effect.catch(ask(params), Effect.succeed)
}

const reply = (tokens: ExternalTokens, previous: string | undefined): Effect.Effect<Reply, Reply> =>
  // The server would accept them, and then fail the turn with a misleading error.
  previous !== undefined && previous !== tokens.chatgptAccountId
    ? Effect.fail(failed("The refreshed tokens belong to a different account"))
    : Effect.succeed({
        result: {
          accessToken: Redacted.value(tokens.accessToken),
          chatgptAccountId: tokens.chatgptAccountId,
          chatgptPlanType: tokens.chatgptPlanType ?? null
        }
      })
