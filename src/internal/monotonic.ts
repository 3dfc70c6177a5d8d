/**
 * Reads monotonic time, for durations, which a step of the wall clock (a suspended machine, NTP) must not change. It
 * uses the `Clock`, so `TestClock` controls it.
 */
import type * as Clock from "effect/Clock"

/** Returns the milliseconds since an arbitrary moment in the past. */
export const millis = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
