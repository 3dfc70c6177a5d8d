/**
 * How an operation finds the connection that it belongs to, if the process is started again. A turn, a goal or a login
 * belongs to one connection: a request of it must never go to another process than the request that started it.
 */
import type * as Effect from "effect/Effect"
import type { CodexError } from "../../CodexError.ts"

/** The connections of a client, one after the other. */
export interface Connections<Client> {
  /**
   * Waits for a connection, and until the thread is resumed on it if that is needed. `method` is the call that
   * waits. Fails when no further connection follows, or after the time limit of a call.
   */
  readonly ready: (method: string, threadId?: string) => Effect.Effect<Client, CodexError>
  /**
   * Forgets a thread that the current connection has not resumed. Returns whether it did: then the server sends
   * nothing of the thread.
   */
  readonly forget: (threadId: string) => boolean
}
