/**
 * The pauses between attempts that overload rejected: exponential, limited, with jitter. It does not decide what is
 * repeated; `Retry.ts` and `client/insisting.ts` do.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"

/** The numbers of the pauses. */
export interface Backoff {
  readonly initialDelay: Duration.Duration
  readonly maxDelay: Duration.Duration
  /** How far a pause can be from its length, as a part of it: 0.2 is ±20 %. */
  readonly jitter: number
}

/** A schedule without an error, whose output is a duration. */
type Pauses = Schedule.Schedule<Duration.Duration, unknown>

/** Returns the same schedule as `make`, but makes it when it is used, and not when the package is imported. */
export const later = (make: () => Pauses): Pauses => Schedule.fromStep(Effect.suspend(() => Schedule.toStep(make())))

/** Recurs without end. The jitter comes last, so pauses of the maximum length differ, too. */
export const backoff = ({ initialDelay, jitter, maxDelay }: Backoff): Pauses =>
  Schedule.exponential(initialDelay).pipe(
    Schedule.modifyDelay(({ duration }) =>
      Effect.map(Random.next, (random) =>
        Duration.times(Duration.min(duration, maxDelay), 1 + jitter * (2 * random - 1))
      )
    )
  )
