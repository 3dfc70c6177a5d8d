/**
 * The ready restart policy. It is a schedule that remembers when it was asked, because the end is decided by how many
 * deaths there were within a minute, and not by their total.
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { type Backoff, check, jittered } from "../backoff.ts"
import { type Names, orThrow, readCount, readDuration } from "../settings.ts"

/**
 * Options of {@link policyWith}.
 *
 * @category models
 * @since 0.171.0
 */
export interface PolicyOptions {
  /** The first delay. Each further one is twice as long. Default: 100 ms. */
  readonly initialDelay?: Duration.Input | undefined
  /** The longest delay, before jitter. Default: 10 s. */
  readonly maxDelay?: Duration.Input | undefined
  /** The fraction by which a delay is randomly shortened or extended, from 0 to 1. Default: 0.2. */
  readonly jitter?: number | undefined
  /** How many deaths within `window` end the policy. A start that fails is a death. Default: 5. */
  readonly maxDeaths?: number | undefined
  /** The time in which deaths are counted. Default: 1 minute. */
  readonly window?: Duration.Input | undefined
}

/** The numbers of a policy. */
interface Numbers extends Backoff {
  /** So many deaths within `window` end the policy. */
  readonly maxDeaths: number
  readonly window: Duration.Duration
}

const names: Names<PolicyOptions> = {
  initialDelay: true,
  maxDelay: true,
  jitter: true,
  maxDeaths: true,
  window: true
}

/** The numbers of {@link policy}. */
const defaults: Numbers = {
  initialDelay: Duration.millis(100),
  maxDelay: Duration.seconds(10),
  jitter: 0.2,
  maxDeaths: 5,
  window: Duration.minutes(1)
}

/** Creates a policy. Its output is the delay. */
const make = ({
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
        return Effect.map(jittered(delay, jitter), (pause): [Duration.Duration, Duration.Duration] => [pause, pause])
      }
    })
  )

/**
 * Starts the process again after 100 ms, 200 ms, 400 ms and so on up to 10 s, each ±20 %. Five deaths within a minute
 * end it.
 *
 * **Details**
 *
 * A start that fails counts as a death. The delays begin anew after a process that ran for `resetAfter` (1 minute).
 *
 * **Example** (Keeping a service alive)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { Layer } from "effect"
 * import { Codex, Restart } from "effect-codex"
 *
 * const live = Codex.layer({ restart: Restart.policy }).pipe(Layer.provide(NodeServices.layer))
 * ```
 *
 * @category schedules
 * @since 0.171.0
 */
export const policy: Schedule.Schedule<Duration.Duration, unknown> = make(defaults)

/**
 * Creates a policy with other numbers than {@link policy}. Throws a `RangeError` for numbers that make no sense.
 *
 * **Example** (Ending after the third death within ten minutes)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { Layer } from "effect"
 * import { Codex, Restart } from "effect-codex"
 *
 * const restart = Restart.policyWith({ initialDelay: "1 second", maxDeaths: 3, window: "10 minutes" })
 *
 * const live = Codex.layer({ restart }).pipe(Layer.provide(NodeServices.layer))
 * ```
 *
 * @category schedules
 * @since 0.171.0
 */
export const policyWith = (options: PolicyOptions = {}): Schedule.Schedule<Duration.Duration, unknown> => {
  const where = "Restart.policyWith"
  return make({
    ...check(where, options, names, defaults),
    maxDeaths: orThrow(where, readCount("maxDeaths", options.maxDeaths, defaults.maxDeaths)),
    window: orThrow(where, readDuration("window", options.window, defaults.window, { allowInfinite: true }))
  })
}
