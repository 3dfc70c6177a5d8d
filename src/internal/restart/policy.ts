/**
 * The ready restart policy. It is a schedule that remembers when it was asked, because the end is decided by how many
 * deaths there were within a minute, and not by their total.
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"

/** The numbers of a policy. */
export interface Numbers {
  readonly initialDelay: Duration.Duration
  readonly maxDelay: Duration.Duration
  /** How far a delay can be from its length, as a part of it: 0.2 is ±20 %. */
  readonly jitter: number
  /** So many deaths within `window` end the policy. */
  readonly maxDeaths: number
  readonly window: Duration.Duration
}

/** Creates a policy. Its output is the delay. */
export const make = ({
  initialDelay,
  jitter,
  maxDeaths,
  maxDelay,
  window
}: Numbers): Schedule.Schedule<Duration.Duration, unknown> =>
  Schedule.fromStep(
    Effect.sync(() => {
      let deaths: Array<number> = []
      let attempt = 0
      return (now: number, _death: unknown) => {
        deaths = [...deaths.filter((at) => now - at < Duration.toMillis(window)), now]
        if (deaths.length >= maxDeaths) return Cause.done(Duration.zero)
        const delay = Duration.min(Duration.times(initialDelay, 2 ** attempt++), maxDelay)
        return Effect.map(Random.next, (random): [Duration.Duration, Duration.Duration] => {
          const jittered = Duration.times(delay, 1 + jitter * (2 * random - 1))
          return [jittered, jittered]
        })
      }
    })
  )

/** The numbers of {@link policy}. */
export const defaults: Numbers = {
  initialDelay: Duration.millis(100),
  maxDelay: Duration.seconds(10),
  jitter: 0.2,
  maxDeaths: 5,
  window: Duration.minutes(1)
}

/** The policy with the default numbers. */
export const policy: Schedule.Schedule<Duration.Duration, unknown> = make(defaults)
