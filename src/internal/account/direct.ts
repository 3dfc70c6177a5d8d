/**
 * Runs logins that need no user: with an API key, or with tokens that the program obtained elsewhere.
 *
 * They have no id, so only one of them runs at a time, and a completion without an id belongs to it.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { ExternalTokens } from "./accountTypes.ts"
import type { CodexClient } from "../../CodexClient.ts"
import { CodexError, InvalidInput } from "../../CodexError.ts"
import type { LoginAccountParams } from "../../generated/types.ts"
import { current } from "../client/onConnection.ts"
import * as completions from "./completions.ts"
import { type LoginFailed, loginFailed } from "./loginFailed.ts"
import { ofCompletion, TimedOut } from "./loginReasons.ts"
import { start } from "./loginStart.ts"
import * as tokenRefresh from "./tokenRefresh.ts"

type Failure = CodexError | LoginFailed

/** Logs in with an API key. Completes when the server reports the completion. */
export const loginApiKey = Effect.fnUntraced(function* (
  client: CodexClient,
  apiKey: Redacted.Redacted<string>
): Effect.fn.Return<void, Failure> {
  yield* check("apiKey", apiKey)
  yield* complete(client, { type: "apiKey", apiKey: Redacted.value(apiKey) })
})

/** Logs in with tokens of the program, and answers requests to refresh them from then on. */
export const loginExternal = Effect.fnUntraced(function* (
  client: CodexClient,
  tokens: ExternalTokens,
  refresh: tokenRefresh.Refresh | undefined
): Effect.fn.Return<void, Failure> {
  // A JavaScript program can pass any value.
  if (typeof tokens !== "object" || tokens === null) return yield* invalid("tokens", "expected an object")
  yield* check("accessToken", tokens.accessToken)
  if (Redacted.value(tokens.accessToken).split(".").length !== 3) {
    return yield* invalid("accessToken", "expected a JWT (three parts separated by dots)")
  }
  if (typeof tokens.chatgptAccountId !== "string" || tokens.chatgptAccountId.trim() === "")
    return yield* invalid("chatgptAccountId", "must not be empty")
  yield* complete(client, paramsOf(tokens))
  const session = client["~session"]
  const { logins } = session
  // The server keeps these tokens in memory only, so another process needs them again.
  const keep = (latest: ExternalTokens) => {
    logins.again = Redacted.make(paramsOf(latest))
  }
  keep(tokens)
  logins.refresh = refresh === undefined ? undefined : tokenRefresh.handler(session, refresh, keep)
})

const paramsOf = (tokens: ExternalTokens): LoginAccountParams => ({
  type: "chatgptAuthTokens",
  accessToken: Redacted.value(tokens.accessToken),
  chatgptAccountId: tokens.chatgptAccountId,
  chatgptPlanType: tokens.chatgptPlanType ?? null
})

const invalid = (argument: string, description: string) =>
  Effect.fail(new CodexError({ method: "account/login/start", reason: new InvalidInput({ argument, description }) }))

// The server accepts any text and sends it as a header, which fails much later.
const check = (argument: string, secret: Redacted.Redacted<string>): Effect.Effect<void, CodexError> => {
  if (!Redacted.isRedacted(secret)) return invalid(argument, "expected a `Redacted` value; use `Redacted.make(…)`")
  const text: unknown = Redacted.value(secret)
  if (typeof text !== "string" || text.trim() === "") return invalid(argument, "must not be empty")
  if (/\s/.test(text)) return invalid(argument, "contains whitespace; check for a trailing newline")
  return /^[\x21-\x7e]+$/.test(text)
    ? Effect.void
    : invalid(argument, "contains characters that are not allowed in an HTTP header")
}

const complete = (given: CodexClient, params: LoginAccountParams): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const client = yield* current(given, "account/login/start")
    const heard = yield* completions.listen(client)
    const { serial } = yield* start(client, params)
    const completed = yield* heard.of(null).pipe(
      Effect.timeoutOrElse({
        duration: "30 seconds",
        orElse: () => Effect.fail(loginFailed(null, new TimedOut()))
      })
    )
    if (completed.success) return
    const words = completed.error ?? ""
    const replaced = client["~session"].logins.started > serial
    const reason = ofCompletion(words, { cancelled: false, replaced })
    return yield* loginFailed(null, reason, words)
  }).pipe(Effect.scoped, given["~session"].logins.withoutId.withPermit)
