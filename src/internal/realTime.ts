/**
 * Provides the real clock, for code that waits for a real process.
 *
 * All other code uses the `Clock` of the program, so `TestClock` controls it. A process does not follow that clock,
 * and its release must end even if a test never advances the clock.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Runs an effect on the real clock. */
export const inRealTime: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = Effect.provideService(
  Clock.Clock,
  Clock.Clock.defaultValue()
)
