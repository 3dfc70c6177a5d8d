/**
 * The real clock, for what waits on a real process. Everything else takes its time from the `Clock` of the program, so that `TestClock`
 * drives it; a process doesn't know that clock, and its release must end even where nobody moves it.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Runs an effect on the real clock. */
export const inRealTime: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = Effect.provideService(
  Clock.Clock,
  Clock.Clock.defaultValue()
)
