/**
 * Answers `account/chatgptAuthTokens/refresh`: the server asks for new tokens when a backend refuses those that the program gave it. It waits for
 * the answer for some seconds, and fails the turn when it is an error.
 *
 * One refresh at a time, and none again while the last is fresh: turns that are refused together share one, since a refresh token can often be used
 * only once. The server asks for each of them, one after the other.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { ExternalTokens } from "./accountTypes.ts"
import { stillHolds } from "../serverRequests/runners.ts"
import type { Reply } from "../../JsonRpc.ts"

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
export const handler = (refresh: Refresh): Handler => {
  let running: Deferred.Deferred<Reply> | undefined
  let last: { readonly tokens: ExternalTokens; readonly answeredAt: number } | undefined
  return (params) =>
    Effect.clockWith((clock) => {
      if (running !== undefined) return Deferred.await(running)
      if (last !== undefined && stillHolds(last.answeredAt, clock.currentTimeMillisUnsafe())) {
        return Effect.succeed(reply(last.tokens, previousAccount(params)))
      }
      const mine = Deferred.makeUnsafe<Reply>()
      running = mine
      return refresh.pipe(
        Effect.map((tokens) => {
          const answer = reply(tokens, previousAccount(params))
          if ("result" in answer) last = { tokens, answeredAt: clock.currentTimeMillisUnsafe() }
          return answer
        }),
        Effect.catchCause(() =>
          Effect.as(
            Effect.logWarning("The refresh of external tokens failed, so the server gets none"),
            failed("The program could not refresh its tokens")
          )
        ),
        Effect.onExit((exit) => {
          running = undefined
          return Deferred.done(mine, exit)
        }),
        Effect.withSpan("Codex.refreshTokens")
      )
    })
}

const reply = (tokens: ExternalTokens, previous: string | undefined): Reply =>
  // The server would take them, and break off the turn with an error that says something else.
  previous !== undefined && previous !== tokens.chatgptAccountId
    ? failed("The refreshed tokens belong to another account")
    : {
        result: {
          accessToken: Redacted.value(tokens.accessToken),
          chatgptAccountId: tokens.chatgptAccountId,
          chatgptPlanType: tokens.chatgptPlanType ?? null
        }
      }
