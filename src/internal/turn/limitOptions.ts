/**
 * Limits of a turn or a goal, as the caller says them. Watching them is `turnLimits.ts`.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { InvalidOptions } from "../../CodexError.ts"
import * as settings from "../settings.ts"
import type { Limits } from "./turnLimits.ts"

/**
 * Limits of a turn, or of a goal, whose turns are one turn.
 *
 * @category models
 * @since 0.169.0
 */
export interface LimitOptions {
  /**
   * The longest silence: then the turn fails with `TurnStalled`. The time in which a command or tool runs, or a request waits for an answer from
   * here, doesn't count. Default: no limit.
   *
   * Every event of the turn ends a silence, also the server's word that it tries again to reach the model: it gives it after pauses that grow
   * to a minute, so that a longer limit never passes while the model's host is out of reach. `maxDuration` does.
   */
  readonly idleTimeout?: Duration.Input | undefined
  /**
   * The longest the turn may take: then it fails with `TurnTimedOut`. Default: no limit.
   *
   * It is counted from when the server has accepted the turn; for a goal, from when its first turn has begun. The wait behind another turn of the
   * same thread doesn't count; `Effect.timeout` around the call limits both together.
   */
  readonly maxDuration?: Duration.Input | undefined
  /** Whether a turn whose limit passed is interrupted on the server, and a goal paused, or left to itself. Default: `interrupt`. */
  readonly whenExceeded?: "interrupt" | "leave" | undefined
}

/** The names of the limits. */
export const limitNames: settings.Names<LimitOptions> = { idleTimeout: true, maxDuration: true, whenExceeded: true }

/** Limits, checked. */
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
