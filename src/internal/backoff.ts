/**
 * The pauses between attempts: exponential, limited, with jitter. It does not decide what is repeated; `Retry.ts`,
 * `client/insisting.ts` and `restart/policy.ts` do.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import { InvalidOptions } from "../CodexError.ts"
import { type Names, orThrow, readDuration, unknownOption } from "./settings.ts"

/** The numbers of the pauses. */
export interface Backoff {
  readonly initialDelay: Duration.Duration
  readonly maxDelay: Duration.Duration
  /** How far a pause can be from its length, as a part of it: 0.2 is ±20 %. */
  readonly jitter: number
}

/** The numbers as a program passes them. */
interface Options {
  readonly initialDelay?: Duration.Input | undefined
  readonly maxDelay?: Duration.Input | undefined
  readonly jitter?: number | undefined
}

/** Checks the options of a function that creates a schedule. Throws a `RangeError` that names the function. */
export const check = <O extends Options>(where: string, options: O, names: Names<O>, defaults: Backoff): Backoff => {
  const unknown = unknownOption(options, names)
  if (unknown !== undefined) return orThrow(where, Result.fail(unknown))
  const { jitter = defaults.jitter } = options
  if (!(jitter >= 0 && jitter <= 1)) {
    return orThrow(where, Result.fail(new InvalidOptions({ option: "jitter", description: "must be between 0 and 1" })))
  }
  return {
    initialDelay: orThrow(
      where,
      readDuration("initialDelay", options.initialDelay, defaults.initialDelay, { allowZero: true })
    ),
    maxDelay: orThrow(
      where,
      readDuration("maxDelay", options.maxDelay, defaults.maxDelay, { allowInfinite: true, allowZero: true })
    ),
    jitter
  }
}

/** Shortens or extends a pause randomly. */
export const jittered = (pause: Duration.Duration, jitter: number): Effect.Effect<Duration.Duration> =>
  Effect.map(Random.next, (random) => Duration.times(pause, 1 + jitter * (2 * random - 1)))

/** A schedule without an error, whose output is a duration. */
type Pauses = Schedule.Schedule<Duration.Duration, unknown>

/** Returns the same schedule as `make`, but makes it when it is used, and not when the package is imported. */
export const later = (make: () => Pauses): Pauses => Schedule.fromStep(Effect.suspend(() => Schedule.toStep(make())))

/** Recurs without end. The jitter comes last, so pauses of the maximum length differ, too. */
export const backoff = ({ initialDelay, jitter, maxDelay }: Backoff): Pauses =>
  Schedule.exponential(initialDelay).pipe(
    Schedule.modifyDelay(({ duration }) => jittered(Duration.min(duration, maxDelay), jitter))
  )
