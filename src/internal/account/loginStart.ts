/**
 * Starts logins of every kind, and keeps the order in which the logins of a connection were started.
 *
 * The server keeps one attempt at a time, and sends the same message for a replaced and for a cancelled attempt. This
 * module therefore has to distinguish them.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { CodexClient } from "../../CodexClient.ts"
import type { CodexError } from "../../CodexError.ts"
import type { LoginAccountParams, LoginAccountResponse } from "../../generated/types.ts"
import { type LoginFailed, loginFailed } from "./loginFailed.ts"
import { ofRefusal } from "./loginReasons.ts"

/** A started login: the reply, and its position among the logins of the connection. */
export interface Started {
  readonly response: LoginAccountResponse
  readonly serial: number
}

/** Starts a login. A rejection that only a login can have becomes a `LoginFailed`. */
export const start = (
  client: CodexClient,
  params: LoginAccountParams
): Effect.Effect<Started, CodexError | LoginFailed> =>
  Effect.suspend(() => {
    const { logins } = client["~session"]
    const serial = ++logins.started
    return Effect.map(client.request("account/login/start", params), (response) => {
      // It replaces a login with external tokens.
      logins.again = undefined
      return { response, serial }
    })
  }).pipe(
    Effect.catchTag("CodexError", (error): Effect.Effect<never, CodexError | LoginFailed> => {
      if (error.reason._tag !== "RequestRejected") return Effect.fail(error)
      const words = Redacted.value(error.reason.serverMessage)
      const reason = ofRefusal(words)
      return Effect.fail(reason === undefined ? error : loginFailed(null, reason, words))
    })
  )
