/**
 * Answers `account/chatgptAuthTokens/refresh`: the server asks for new tokens when a backend refuses those that the program gave it. It waits for
 * the answer for some seconds, and fails the turn when it is an error.
 *
 * One refresh at a time, and none again while the last is fresh: turns that are refused together share one, since a refresh token can often be used
 * only once. The server asks for each of them, one after the other.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { ExternalTokens } from "./accountTypes.ts"
import { shared } from "../serverRequests/runners.ts"
import type { Reply } from "../../JsonRpc.ts"
import type { Session } from "../session/session.ts"

/** What the program does to get new tokens, with everything it needs. */
export type Refresh = Effect.Effect<ExternalTokens, unknown>

/** A handler of the server's request. */
export type Handler = (params: unknown) => Effect.Effect<Reply>

// What the server puts into its log. Never the cause: it is the program's, and can hold a token.
const failed = (message: string): Reply => ({ error: { code: -32603, message } })

const previousAccount = (params: unknown): string | undefined =>
  typeof params === "object" &&
  params !== null &&
  "previousAccountId" in params &&
  typeof params.previousAccountId === "string"
    ? params.previousAccountId
    : undefined

/** The handler for one login with external tokens. */
export const handler = (session: Pick<Session, "fork">, refresh: Refresh): Handler => {
  const run = (params: unknown): Effect.Effect<Reply, Reply> =>
    refresh.pipe(
      Effect.catchCause(() =>
        Effect.andThen(
          Effect.logWarning("Refreshing the external tokens failed; the server receives no new tokens."),
          Effect.fail(failed("Token refresh failed"))
        )
      ),
      Effect.flatMap((tokens) => reply(tokens, previousAccount(params))),
      Effect.withSpan("Codex.refreshTokens")
    )
  // What failed isn't kept: the next one asks again.
  const ask = shared(run, (params) => previousAccount(params) ?? "", session.fork)
  return (params) => Effect.catch(ask(params), Effect.succeed)
}

const reply = (tokens: ExternalTokens, previous: string | undefined): Effect.Effect<Reply, Reply> =>
  // The server would take them, and break off the turn with an error that says something else.
  previous !== undefined && previous !== tokens.chatgptAccountId
    ? Effect.fail(failed("The refreshed tokens belong to a different account"))
    : Effect.succeed({
        result: {
          accessToken: Redacted.value(tokens.accessToken),
          chatgptAccountId: tokens.chatgptAccountId,
          chatgptPlanType: tokens.chatgptPlanType ?? null
        }
      })
