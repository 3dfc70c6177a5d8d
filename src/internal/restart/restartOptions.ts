/**
 * Options of a client whose process is started again, and their checks. `Restart.ts` has the ready policy.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { type CodexError, InvalidOptions } from "../../CodexError.ts"
import * as settings from "../settings.ts"
import { policy } from "./policy.ts"

/**
 * How a process is started again when it ends without being asked to.
 *
 * **Example** (Noticing a process that does not answer)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { Layer } from "effect"
 * import { Codex } from "effect-codex"
 *
 * const live = Codex.layer({ restart: { heartbeat: {}, resume: "atOnce" } }).pipe(Layer.provide(NodeServices.layer))
 * ```
 *
 * @category models
 * @since 0.171.0
 */
export interface Options {
  /**
   * When the process is started again, and when that is given up. Default: `Restart.policy`.
   *
   * Its input is the reason: why the process ended, or why it did not start. The first start is not repeated.
   */
  readonly schedule?: Schedule.Schedule<unknown, CodexError> | undefined
  /** How long a process must run until the schedule begins anew. Default: 1 minute. */
  readonly resetAfter?: Duration.Input | undefined
  /**
   * When threads are resumed on the new process. Default: `lazily`.
   *
   * - `lazily`: each when it is next used.
   * - `atOnce`: all in the background. A thread that is used earlier comes first.
   */
  readonly resume?: "lazily" | "atOnce" | undefined
  /** How many threads are resumed concurrently. Default: 8. */
  readonly resumeConcurrency?: number | undefined
  /** Notices a process that lives and does not answer. Default: none. `{}` uses the default times. */
  readonly heartbeat?: HeartbeatOptions | undefined
}

/**
 * How a process that does not answer is noticed. It is then ended and started again, as if it had crashed.
 *
 * @category models
 * @since 0.171.0
 */
export interface HeartbeatOptions {
  /** The pause between an answer and the next call. Default: 10 s. */
  readonly interval?: Duration.Input | undefined
  /** Maximum time for the answer. Default: 30 s. */
  readonly timeout?: Duration.Input | undefined
}

/**
 * A schedule, or options that contain one.
 *
 * @category models
 * @since 0.171.0
 */
export type Input = Schedule.Schedule<unknown, CodexError> | Options

/** Checked options. */
export interface Checked {
  readonly schedule: Schedule.Schedule<unknown, CodexError>
  readonly resetAfter: Duration.Duration
  readonly isAtOnce: boolean
  readonly resumeConcurrency: number
  readonly heartbeat: { readonly interval: Duration.Duration; readonly timeout: Duration.Duration } | undefined
}

/** Checks the options and fills in the defaults. */
export const check = Effect.fnUntraced(function* (input: Input): Effect.fn.Return<Checked, InvalidOptions> {
  const options: Options = isSchedule(input) ? { schedule: input } : input
  yield* settings.known(options, names, "restart")
  const { heartbeat, schedule = policy } = options
  if (!isSchedule(schedule)) {
    return yield* new InvalidOptions({ option: "restart.schedule", description: "expected a `Schedule`" })
  }
  yield* settings.known(heartbeat, heartbeatNames, "restart.heartbeat")
  return {
    schedule,
    resetAfter: yield* settings.duration("restart.resetAfter", options.resetAfter, Duration.minutes(1), {
      allowZero: true
    }),
    isAtOnce: (yield* settings.oneOf("restart.resume", options.resume, ["lazily", "atOnce"])) === "atOnce",
    resumeConcurrency: yield* settings.count("restart.resumeConcurrency", options.resumeConcurrency, 8),
    heartbeat:
      heartbeat === undefined
        ? undefined
        : {
            interval: yield* settings.duration("restart.heartbeat.interval", heartbeat.interval, Duration.seconds(10)),
            timeout: yield* settings.duration("restart.heartbeat.timeout", heartbeat.timeout, Duration.seconds(30))
          }
  }
})

// internal

const isSchedule = (value: Input): value is Schedule.Schedule<unknown, CodexError> => Schedule.isSchedule(value)

const names: settings.Names<Options> = {
  schedule: true,
  resetAfter: true,
  resume: true,
  resumeConcurrency: true,
  heartbeat: true
}

const heartbeatNames: settings.Names<HeartbeatOptions> = { interval: true, timeout: true }
