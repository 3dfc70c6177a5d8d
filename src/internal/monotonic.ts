/**
 * Time that only passes: for durations, which a step of the wall clock (a suspended machine, NTP) must not change. It
 * is the `Clock`'s, so that `TestClock` drives it.
 */
import type * as Clock from "effect/Clock"

/** Milliseconds since some moment in the past. */
export const millis = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
