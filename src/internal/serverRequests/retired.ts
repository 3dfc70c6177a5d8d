/**
 * Answers requests that older runtimes send and the pinned runtime no longer has.
 *
 * An older server must not fail a turn because this package is newer. The entries are written by hand when a version
 * retires a request.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Reply } from "../connection/jsonRpc.ts"

/** One retired request. */
export interface Retired {
  /** The first runtime version that does not send the request. */
  readonly since: string
  readonly answer: Effect.Effect<Reply>
}

/** By method. A Map, because methods come from the server: `toString` must not be found. */
export const retired: ReadonlyMap<string, Retired> = new Map([
  [
    "currentTime/read",
    {
      since: "0.171.0",
      // The request needs no approval. The answer is the time of the program's clock, in whole seconds.
      answer: Effect.map(Clock.currentTimeMillis, (millis): Reply => ({
        result: { currentTimeAt: Math.floor(millis / 1000) }
      }))
    }
  ]
])
