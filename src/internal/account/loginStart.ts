/**
 * What every kind of login shares: one request that begins it, and the order in which the logins of a connection were begun. The server keeps
 * one attempt at a time, and says of a replaced one the same as of a cancelled one, so the difference has to be known here.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Semaphore from "effect/Semaphore"
import type { CodexClient } from "../../CodexClient.ts"
import type { CodexError } from "../../CodexError.ts"
import type { LoginAccountParams, LoginAccountResponse } from "../../generated/types.ts"
import { type LoginFailed, loginFailed } from "./loginFailed.ts"
import { ofRefusal } from "./loginReasons.ts"

/** The logins of one connection. */
export interface Logins {
  /** How many were begun. */
  begun: number
  /** Logins that complete without an id can't be told apart, so they go one after the other. */
  readonly withoutId: Semaphore.Semaphore
}

// By connection, since everybody who holds the client logs in on the same server.
const known = new WeakMap<object, Logins>()

/** The logins of a client's connection. */
export const loginsOf = (client: CodexClient["Service"]): Logins => {
  const routes = client["~router"]
  const existing = known.get(routes)
  if (existing !== undefined) return existing
  const logins: Logins = { begun: 0, withoutId: Semaphore.makeUnsafe(1) }
  known.set(routes, logins)
  return logins
}

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
    const serial = ++loginsOf(client).begun
    return Effect.map(client.request("account/login/start", params), (response) => ({ response, serial }))
  }).pipe(
    Effect.catchTag("CodexError", (error): Effect.Effect<never, CodexError | LoginFailed> => {
      if (error.reason._tag !== "RequestRejected") return Effect.fail(error)
      const words = Redacted.value(error.reason.serverMessage)
      const reason = ofRefusal(words)
      return Effect.fail(reason === undefined ? error : loginFailed(null, reason, words))
    })
  )
