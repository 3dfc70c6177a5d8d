/**
 * Requests that older runtimes make and the pinned one no longer has. They are answered as they were when they had a type:
 * an older server must not fail a turn because this package is newer. Written by hand when a version retires a request.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Reply } from "../../JsonRpc.ts"

/** One retired request. */
export interface Retired {
  /** The first runtime that does not make it. */
  readonly since: string
  readonly answer: Effect.Effect<Reply>
}

/** By method. A Map, since methods come off the wire: `toString` must not be found. */
export const retired: ReadonlyMap<string, Retired> = new Map([
  [
    "currentTime/read",
    {
      since: "0.171.0",
      // It asks for no permission: the program's clock, in whole seconds.
      answer: Effect.map(Clock.currentTimeMillis, (millis): Reply => ({
        result: { currentTimeAt: Math.floor(millis / 1000) }
      }))
    }
  ]
])
