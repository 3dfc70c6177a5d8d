/**
 * Starts the Codex process again when it ends without being asked to, so that what holds a `Codex` or a `Thread`
 * outlives it. Used by `Codex.layer({ restart })`.
 *
 * **Details**
 *
 * Calls and turns in flight fail with `ConnectionClosed`, and nothing is ever sent again automatically. Calls that
 * were not sent, and new ones, wait for the new process, up to their timeout. Threads are resumed when they are next
 * used. The guide "Running in production" has a table of all outcomes.
 *
 * `Retry` repeats calls that the server rejected. This module repeats nothing but the start of the process.
 *
 * @since 0.171.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schedule from "effect/Schedule"
import * as CodexClient from "./CodexClient.ts"
import type { CodexError } from "./CodexError.ts"
import * as supervised from "./internal/restart/client.ts"
import * as policies from "./internal/restart/policy.ts"
import type { Input } from "./internal/restart/restartOptions.ts"
import { type Names, unknownOption } from "./internal/settings.ts"
import type { Transport } from "./Transport.ts"

export type { HeartbeatOptions, Input, Options } from "./internal/restart/restartOptions.ts"

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

// Defined first, because other modules can call `policyWith` while this one is loaded.
const names: Names<PolicyOptions> = {
  initialDelay: true,
  maxDelay: true,
  jitter: true,
  maxDeaths: true,
  window: true
}

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
export const policy: Schedule.Schedule<Duration.Duration, unknown> = policies.policy

/**
 * Creates a policy with other numbers than {@link policy}. Throws a `RangeError` for numbers that make no sense.
 *
 * @category schedules
 * @since 0.171.0
 */
export const policyWith = (options: PolicyOptions = {}): Schedule.Schedule<Duration.Duration, unknown> => {
  const problem = unknownOption(options, names)
  if (problem !== undefined) throw new RangeError(`policyWith: ${problem.message}`)
  const { jitter = policies.defaults.jitter, maxDeaths = policies.defaults.maxDeaths } = options
  if (!(Number.isInteger(maxDeaths) && maxDeaths >= 1)) {
    throw new RangeError("policyWith: maxDeaths must be an integer of 1 or more")
  }
  if (!(jitter >= 0 && jitter <= 1)) throw new RangeError("policyWith: jitter must be between 0 and 1")
  return policies.make({
    initialDelay: Duration.fromInputUnsafe(options.initialDelay ?? policies.defaults.initialDelay),
    maxDelay: Duration.fromInputUnsafe(options.maxDelay ?? policies.defaults.maxDelay),
    jitter,
    maxDeaths,
    window: Duration.fromInputUnsafe(options.window ?? policies.defaults.window)
  })
}

/**
 * Provides a `CodexClient` over a transport that is built again for each connection, such as `AppServer.layer(…)`.
 *
 * **Details**
 *
 * `Codex.layer({ restart })` is this over `AppServer`, with `Codex` on top. Use this layer with `Codex.layerNoDeps`
 * and a transport of your own, for example over a socket. Each connection builds the transport's layer in a scope of
 * its own, which closes before the next connection is opened.
 *
 * @category layers
 * @since 0.171.0
 */
export const layer = <E extends CodexError, R>(
  transport: Layer.Layer<Transport, E, R>,
  restart: Input = {},
  options: CodexClient.Options = {}
): Layer.Layer<CodexClient.CodexClient, CodexError, R> =>
  Layer.effectContext(
    Effect.map(supervised.make(Layer.build(Layer.fresh(transport)), options, restart), (services) =>
      Context.pick(CodexClient.CodexClient)(services)
    )
  )
