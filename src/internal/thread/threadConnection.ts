/**
 * What a thread needs of its connection: the protocol, the turns, and what is known of threads that several handles share.
 */
import * as Effect from "effect/Effect"
import type { CodexClient } from "../../CodexClient.ts"
import type { Inspect } from "../input/localImages.ts"
import type { Turns } from "../turn/turns.ts"

/** One connection, as threads see it. */
export interface Connection {
  readonly client: CodexClient["Service"]
  readonly turns: Turns
  /** Looks at image files before they are sent. Default: nobody does. */
  readonly inspectImage?: Inspect | undefined
}

/** Stops the thread's notifications to this connection; turns that run or wait are given up here, since their end won't be heard of. */
export const unsubscribe = Effect.fnUntraced(function* ({ client, turns }: Connection, threadId: string) {
  const { status } = yield* client.request("thread/unsubscribe", { threadId })
  yield* turns.unheard(threadId)
  return status
})
