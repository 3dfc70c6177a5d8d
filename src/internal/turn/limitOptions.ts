/**
 * Limits of a turn or a goal, as the caller sets them. `turnLimits.ts` enforces them.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { InvalidOptions } from "../../CodexError.ts"
import * as settings from "../settings.ts"
import type { Limits } from "./turnLimits.ts"

/**
 * Limits of a turn, or of a goal, whose turns count as one.
 *
 * @category models
 * @since 0.169.0
 */
export interface LimitOptions {
  /**
   * Maximum time without an event. After that, the turn fails with `TurnStalled`. Default: no limit.
   *
   * The time does not count while a command or tool runs, or while a server request is waiting for an answer from
   * this program.
   *
   * Every event of the turn restarts it, including a report that the server retries to reach the model provider. The
   * pauses between these reports grow to a minute, so a longer limit is never exceeded while the provider is
   * unreachable. Use `maxDuration` for that case.
   */
  readonly idleTimeout?: Duration.Input | undefined
  /**
   * Maximum time for the turn. After that, it fails with `TurnTimedOut`. Default: no limit.
   *
   * It starts when the server has accepted the turn, or when the first turn of a goal has started. The wait for
   * another turn of the same thread does not count. To limit both together, use `Effect.timeout` around the call.
   */
  readonly maxDuration?: Duration.Input | undefined
  /**
   * Whether a turn that exceeds a limit is interrupted on the server (and a goal paused), or left running. Default:
   * `interrupt`.
   */
  readonly whenExceeded?: "interrupt" | "leave" | undefined
}

/** The option names of the limits. */
export const limitNames: settings.Names<LimitOptions> = { idleTimeout: true, maxDuration: true, whenExceeded: true }

/** Checks the limits. */
export const limits = Effect.fnUntraced(function* (options: LimitOptions): Effect.fn.Return<Limits, InvalidOptions> {
  const noLimit = Duration.infinity
  const idleTimeout = yield* settings.duration("idleTimeout", options.idleTimeout, noLimit, { allowInfinite: true })
  const maxDuration = yield* settings.duration("maxDuration", options.maxDuration, noLimit, { allowInfinite: true })
  return {
    idleTimeout: Duration.isFinite(idleTimeout) ? idleTimeout : undefined,
    maxDuration: Duration.isFinite(maxDuration) ? maxDuration : undefined,
    whenExceeded: yield* settings.oneOf("whenExceeded", options.whenExceeded, ["interrupt", "leave"])
  }
})
