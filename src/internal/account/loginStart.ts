/**
 * What every kind of login shares: one request that begins it, and the order in which the logins of a connection were begun. The server keeps
 * one attempt at a time, and says of a replaced one the same as of a cancelled one, so the difference has to be known here.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { CodexClient } from "../../CodexClient.ts"
import type { CodexError } from "../../CodexError.ts"
import type { LoginAccountParams, LoginAccountResponse } from "../../generated/types.ts"
import { type LoginFailed, loginFailed } from "./loginFailed.ts"
import { ofRefusal } from "./loginReasons.ts"

/** A login that was begun: the reply, and its place among the logins of the connection. */
export interface Begun {
  readonly response: LoginAccountResponse
  readonly serial: number
}

/** Begins a login. A refusal that only a login can meet is a `LoginFailed`. */
export const start = (
  client: CodexClient["Service"],
  params: LoginAccountParams
): Effect.Effect<Begun, CodexError | LoginFailed> =>
  Effect.suspend(() => {
    const serial = ++client["~session"].logins.begun
    return Effect.map(client.request("account/login/start", params), (response) => ({ response, serial }))
  }).pipe(
    Effect.catchTag("CodexError", (error): Effect.Effect<never, CodexError | LoginFailed> => {
      if (error.reason._tag !== "RequestRejected") return Effect.fail(error)
      const words = Redacted.value(error.reason.serverMessage)
      const reason = ofRefusal(words)
      return Effect.fail(reason === undefined ? error : loginFailed(null, reason, words))
    })
  )
