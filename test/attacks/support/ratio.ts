/**
 * How time grows with the size of the input. A ratio is the same on a slow and on a fast machine, unlike a limit in
 * seconds.
 */
import { assert } from "@effect/vitest"
import { cpuUsage } from "node:process"

const rounds = 4
// Below this time, the garbage collector dominates.
const noiseMillis = 10

/** Returns the processor time of this process in milliseconds, which excludes other processes. */
const worked = (run: () => void): number => {
  const before = cpuUsage()
  run()
  const { system, user } = cpuUsage(before)
  return (system + user) / 1000
}

/**
 * Checks that eight times the size takes at most about eight times as long.
 *
 * **Details**
 *
 * Linear work has a ratio near 8, and quadratic work one near 64; three times the first is allowed. Each size is
 * measured several times, and the fastest counts.
 */
export const assertLinear = (what: string, large: number, run: (size: number) => void): void => {
  const small = large / 8
  const fastest = (size: number) => Math.min(...Array.from({ length: rounds }, () => worked(() => run(size))))
  run(small)
  const [before, after] = [fastest(small), fastest(large)]
  const bound = Math.max(before, noiseMillis) * 24
  assert.isBelow(after, bound, `${what}: ${small} takes ${before.toFixed(1)} ms, ${large} takes ${after.toFixed(1)} ms`)
}
