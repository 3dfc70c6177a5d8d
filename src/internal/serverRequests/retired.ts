/**
 * Answers requests that older runtimes send and the pinned runtime no longer has.
 *
 * An older server must not fail a turn because this package is newer. The entries are written by hand when a version
 * retires a request.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Reply } from "../connection/jsonRpc.ts"

/** The answers by method. A Map, because methods come from the server: `toString` must not be found. */
export const retired: ReadonlyMap<string, Effect.Effect<Reply>> = new Map([
  [
    // Not sent from 0.171.0 on.
    "currentTime/read",
    // The request needs no approval. The answer is the time of the program's clock, in whole seconds.
    Effect.map(Clock.currentTimeMillis, (millis): Reply => ({ result: { currentTimeAt: Math.floor(millis / 1000) } }))
  ]
])
