/**
 * When to try again, as a `Schedule`: compose it with others, and apply it with `Effect.retry`.
 *
 * @since 0.169.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import { CodexError } from "./CodexError.ts"
import { type Names, unknownOption } from "./internal/settings.ts"
import { TurnFailed } from "./TurnError.ts"

/**
 * Settings of {@link retryOnOverloadWith}.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options {
  /** How often the effect runs at most, the first time included. Default: 3. */
  readonly maxAttempts?: number | undefined
  /** The first pause. Each further one is twice as long. Default: 250 ms. */
  readonly initialDelay?: Duration.Input | undefined
  /** The longest pause, before jitter. Default: 2 s. */
  readonly maxDelay?: Duration.Input | undefined
  /** By which part of itself a pause is made shorter or longer at random, from 0 to 1. Default: 0.2. */
  readonly jitter?: number | undefined
}

// Up here, since this module makes a schedule while it is loaded.
const names: Names<Options> = { maxAttempts: true, initialDelay: true, maxDelay: true, jitter: true }

/**
 * Whether an error is a refusal by overload that can be repeated without doing anything twice.
 *
 * **Details**
 *
 * That is: a call that the server refused with −32001, which it then has not executed; or a turn that failed as `serverOverloaded` before
 * anything with a side effect began (a command, a file change, a tool). A call without a reply is not: it may have been executed. Nor is a call
 * that wasn't sent within its limit, although `isRetryable` is true for it: its caller has waited for all the time that it gave.
 *
 * @category predicates
 * @since 0.169.0
 */
export const isOverload = (error: unknown): boolean => {
  if (error instanceof CodexError) return error.reason._tag === "Overloaded"
  return error instanceof TurnFailed && error.reason._tag === "ServerOverloaded" && error.isRetryable
}

/**
 * A schedule that recurs on overload, with other numbers than {@link retryOnOverload}.
 *
 * @category schedules
 * @since 0.169.0
 */
export const retryOnOverloadWith = (options: Options = {}): Schedule.Schedule<Duration.Duration, unknown> => {
  const fault = unknownOption(options, names)
  if (fault !== undefined) throw new RangeError(`retryOnOverloadWith: ${fault.message}`)
  const { jitter = 0.2, maxAttempts = 3 } = options
  const initialDelay = Duration.fromInputUnsafe(options.initialDelay ?? "250 millis")
  const maxDelay = Duration.fromInputUnsafe(options.maxDelay ?? "2 seconds")
  if (!(Number.isInteger(maxAttempts) && maxAttempts >= 1)) {
    throw new RangeError("retryOnOverloadWith: maxAttempts must be an integer of 1 or more")
  }
  if (!(jitter >= 0 && jitter <= 1)) throw new RangeError("retryOnOverloadWith: jitter must be between 0 and 1")
  return Schedule.exponential(initialDelay).pipe(
    Schedule.modifyDelay(({ duration }) =>
      Effect.map(Random.next, (random) => {
        const millis = Math.min(Duration.toMillis(duration), Duration.toMillis(maxDelay))
        return Duration.millis(millis * (1 + jitter * (2 * random - 1)))
      })
    ),
    Schedule.upTo({ times: maxAttempts - 1 }),
    Schedule.setInputType<unknown>(),
    Schedule.while(({ input }) => isOverload(input))
  )
}

/**
 * Recurs on overload: at most 3 attempts in all, after 250 ms, then 500 ms, each ±20 %. Everything else ends it at once.
 *
 * **Example** (Retrying a turn)
 *
 * ```ts
 * thread.run("Say hello").pipe(Effect.retry(retryOnOverload))
 * ```
 *
 * **Gotchas**
 *
 * A turn that failed stays in the thread, with its input: the model reads the input once for each attempt. Where that matters, take the turn out
 * before the next attempt: `Effect.tapErrorTag("TurnFailed", (error) => isOverload(error) ? thread.revert(error.result.id) : Effect.void)`, before
 * `Effect.retry`. Ephemeral threads can't be reverted.
 *
 * @category schedules
 * @since 0.169.0
 */
export const retryOnOverload: Schedule.Schedule<Duration.Duration, unknown> = retryOnOverloadWith()
