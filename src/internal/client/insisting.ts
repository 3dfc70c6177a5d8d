/**
 * Repeats a request to stop something until the server answers. A request that was rejected by overload had no
 * effect, and one without an answer may not have been read. Use it only for calls that can be repeated. The caller
 * sets the time limit.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { CodexError } from "../../CodexError.ts"
import { backoff, later } from "../backoff.ts"

/** The settings of each call. */
export interface Patience {
  readonly timeout: Duration.Duration
}

/** Repeats a call while the server is overloaded, after pauses from 250 ms to 2 s, or does not answer within 1 s. */
export const insist = <A>(call: (patience: Patience) => Effect.Effect<A, CodexError>): Effect.Effect<A, CodexError> =>
  call({ timeout: silence }).pipe(
    Effect.retry({ while: ({ reason }) => reason._tag === "RequestTimeout" }),
    Effect.retry({ schedule: pauses, while: ({ reason }) => reason._tag === "Overloaded" })
  )

// internal

const silence = Duration.seconds(1)

const pauses = later(() => backoff({ initialDelay: Duration.millis(250), maxDelay: Duration.seconds(2), jitter: 0.2 }))
