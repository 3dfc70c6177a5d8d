/**
 * What must be known of the logins of a server. If the process is started again, it outlives the connection.
 */
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Semaphore from "effect/Semaphore"
import type { LoginAccountParams } from "../../generated/types.ts"
import type { Reply } from "../connection/jsonRpc.ts"

/** The logins of a connection. The server keeps one attempt at a time. */
export interface Logins {
  /** How many were started. */
  started: number
  /** Logins that complete without an id cannot be told apart, so they run one at a time. */
  readonly withoutId: Semaphore.Semaphore
  /**
   * Answers `account/chatgptAuthTokens/refresh` before the handlers do. Set by a login with external tokens. Params
   * are raw.
   */
  refresh: ((params: unknown) => Effect.Effect<Reply>) | undefined
  /** The login that another process needs again, because the server keeps its tokens in memory only. */
  again: Redacted.Redacted<LoginAccountParams> | undefined
}

/** Creates the logins of a server on which none was started. */
export const make = (): Logins => ({
  started: 0,
  withoutId: Semaphore.makeUnsafe(1),
  refresh: undefined,
  again: undefined
})
