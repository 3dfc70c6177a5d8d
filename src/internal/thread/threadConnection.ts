/**
 * What a thread needs of its connection: the protocol, the turns, and what is known of threads that several handles share.
 */
import * as Effect from "effect/Effect"
import type { CodexClient } from "../../CodexClient.ts"
import { CodexError, ThreadNotFound } from "../../CodexError.ts"
import type { Inspect } from "./localImages.ts"
import type { Turns } from "../turn/turns.ts"

/** One connection, as threads see it. */
export interface Connection {
  readonly client: CodexClient["Service"]
  readonly turns: Turns
  /** Looks at image files before they are sent. Default: nobody does. */
  readonly inspectImage?: Inspect | undefined
  /** Threads that were unsubscribed: turns would run there, but nothing would be heard of them. Default: nobody keeps count. */
  readonly unsubscribed?: Set<string> | undefined
}

/** Refuses a turn whose end would never be heard of. */
export const requireSubscribed = (
  { unsubscribed }: Connection,
  threadId: string,
  method: string
): Effect.Effect<void, CodexError> =>
  Effect.suspend(() =>
    unsubscribed?.has(threadId) === true
      ? Effect.fail(new CodexError({ method, reason: new ThreadNotFound() }))
      : Effect.void
  )

/** Stops the thread's notifications to this connection; turns that run are given up here, since their end won't be heard of. */
export const unsubscribe = Effect.fnUntraced(function* (connection: Connection, threadId: string) {
  const { client, turns, unsubscribed } = connection
  const { status } = yield* client.request("thread/unsubscribe", { threadId })
  unsubscribed?.add(threadId)
  const running = yield* turns.current(threadId)
  running?.fail(new CodexError({ method: "thread/unsubscribe", reason: new ThreadNotFound() }))
  return status
})
