/**
 * Retry policies as a `Schedule`: compose them with other schedules, and apply them with `Effect.retry`.
 *
 * @since 0.169.0
 */
import * as Duration from "effect/Duration"
import * as Schedule from "effect/Schedule"
import { CodexError } from "./CodexError.ts"
import { type Backoff, backoff, check, later } from "./internal/backoff.ts"
import { type Names, orThrow, readCount } from "./internal/settings.ts"
import { TurnFailed } from "./internal/turn/turnErrors.ts"

/**
 * Options of {@link retryOnOverloadWith}.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options {
  /** Maximum number of runs, including the first. Default: 3. */
  readonly maxAttempts?: number | undefined
  /** The first delay. Each further one is twice as long. Default: 250 ms. */
  readonly initialDelay?: Duration.Input | undefined
  /** The longest delay, before jitter. Default: 2 s. */
  readonly maxDelay?: Duration.Input | undefined
  /** The fraction by which a delay is randomly shortened or extended, from 0 to 1. Default: 0.2. */
  readonly jitter?: number | undefined
}

// Defined first, because this module creates a schedule while it is loaded.
const names: Names<Options> = { maxAttempts: true, initialDelay: true, maxDelay: true, jitter: true }

const defaults: Backoff = { initialDelay: Duration.millis(250), maxDelay: Duration.seconds(2), jitter: 0.2 }

/**
 * Returns whether an error is a rejection by overload that can be retried without doing anything twice.
 *
 * **Details**
 *
 * Two errors qualify:
 *
 * - a call that the server rejected with −32001, and so did not execute
 * - a turn that failed with `serverOverloaded` before anything with a side effect started (a command, a file change,
 *   a tool)
 *
 * A call without a reply does not qualify, because it may have been executed. A call that was not sent within its
 * limit does not qualify either, although its `isRetryable` is true: its caller has used up its time.
 *
 * **Example** (Retrying more often)
 *
 * ```ts
 * import { Effect, Schedule } from "effect"
 * import { Retry, type Thread } from "effect-codex"
 *
 * const ask = (thread: Thread.Thread) =>
 *   Effect.retry(thread.run("Say hello."), { while: Retry.isOverload, schedule: Schedule.spaced("10 seconds") })
 * ```
 *
 * @category predicates
 * @since 0.169.0
 */
export const isOverload = (error: unknown): boolean => {
  if (error instanceof CodexError) return error.reason._tag === "Overloaded"
  return error instanceof TurnFailed && error.reason._tag === "ServerOverloaded" && error.isRetryable
}

/**
 * Creates a schedule that recurs on overload, with other numbers than {@link retryOnOverload}.
 *
 * Throws a `RangeError` for numbers that make no sense.
 *
 * **Example** (Waiting longer)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { retryOnOverloadWith, type Thread } from "effect-codex"
 *
 * const schedule = retryOnOverloadWith({ maxAttempts: 6, initialDelay: "1 second", maxDelay: "1 minute" })
 *
 * const ask = (thread: Thread.Thread) => Effect.retry(thread.run("Say hello."), schedule)
 * ```
 *
 * @category schedules
 * @since 0.169.0
 */
export const retryOnOverloadWith = (options: Options = {}): Schedule.Schedule<Duration.Duration, unknown> => {
  const pauses = check("retryOnOverloadWith", options, names, defaults)
  const maxAttempts = orThrow("retryOnOverloadWith", readCount("maxAttempts", options.maxAttempts, 3))
  return backoff(pauses).pipe(
    Schedule.upTo({ times: maxAttempts - 1 }),
    Schedule.setInputType<unknown>(),
    Schedule.while(({ input }) => isOverload(input))
  )
}

/**
 * Recurs on overload: at most 3 runs in all, after 250 ms, then 500 ms, each ±20 %. Other errors end it immediately.
 *
 * **Gotchas**
 *
 * A failed turn stays in the thread, with its input, so the model reads the input once per attempt. If that matters,
 * remove the turn before the next attempt, before `Effect.retry`: `Effect.tapErrorTag("TurnFailed", (error) =>
 * isOverload(error) ? thread.revert(error.result.id) : Effect.void)`. Ephemeral threads cannot be reverted.
 *
 * **Example** (Retrying a turn)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { retryOnOverload, type Thread } from "effect-codex"
 *
 * const ask = (thread: Thread.Thread) => Effect.retry(thread.run("Say hello."), retryOnOverload)
 * ```
 *
 * @category schedules
 * @since 0.169.0
 */
export const retryOnOverload: Schedule.Schedule<Duration.Duration, unknown> = later(retryOnOverloadWith)
