/**
 * Runs an operation of several requests on one connection. Without the option `restart` there is only one, and these
 * functions do nothing else than to run the operation.
 */
import * as Effect from "effect/Effect"
import type { Client } from "../../CodexClient.ts"
import { CodexError } from "../../CodexError.ts"

/** What an operation needs of its connection. */
export interface OnConnection {
  /** The call that waits. */
  readonly method: string
  readonly threadId?: string
  readonly restore?: (wait: Effect.Effect<Client, CodexError>) => Effect.Effect<Client, CodexError>
}

/** Whether a call failed because its connection ended before it was sent. Then it can be made on the next one. */
export const wasNotSent = (error: unknown): boolean =>
  error instanceof CodexError && error.reason._tag === "ConnectionClosed" && !error.reason.sent

/** The current connection; with `threadId`, after the thread is resumed there. */
export const current = (client: Client, method: string, threadId?: string): Effect.Effect<Client, CodexError> =>
  client["~connections"]?.ready(method, threadId) ?? Effect.succeed(client)

/**
 * Runs an operation on the current connection, and again on the next one if the operation failed because its call was
 * not sent. With `threadId`, the thread is resumed first. If this runs uninterruptibly, `restore` lets the wait for a
 * connection be interrupted.
 */
export const onConnection = <A, E, R>(
  client: Client,
  { method, restore = (wait) => wait, threadId }: OnConnection,
  use: (own: Client) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | CodexError, R> => {
  const connections = client["~connections"]
  if (connections === undefined) return use(client)
  // Only the failure of the operation leads to another attempt, not that of the wait for a connection.
  const attempt: Effect.Effect<A, E | CodexError, R> = Effect.suspend(() =>
    Effect.flatMap(restore(connections.ready(method, threadId)), (own) =>
      Effect.catchIf(use(own), wasNotSent, () => attempt)
    )
  )
  return attempt
}
