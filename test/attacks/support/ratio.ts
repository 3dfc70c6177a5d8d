/**
 * How time grows with the size of what is read. A ratio says the same on a slow machine as on a fast one, where a limit in seconds doesn't.
 */
import { assert } from "@effect/vitest"
import { cpuUsage } from "node:process"

const rounds = 4
// Below this the garbage collector says more than the code.
const noiseMillis = 10

/** Milliseconds that the processor worked for this process: what others do on the machine doesn't count. */
const worked = (run: () => void): number => {
  const before = cpuUsage()
  run()
  const { system, user } = cpuUsage(before)
  return (system + user) / 1000
}

/**
 * Eight times the size takes at most about eight times as long.
 *
 * **Details**
 *
 * What is linear has a ratio near 8, what is quadratic one near 64; three times the first is allowed. Each size is measured several times, and the
 * fastest counts.
 */
export const assertLinear = (what: string, large: number, run: (size: number) => void): void => {
  const small = large / 8
  const fastest = (size: number) => Math.min(...Array.from({ length: rounds }, () => worked(() => run(size))))
  run(small)
  const [before, after] = [fastest(small), fastest(large)]
  const bound = Math.max(before, noiseMillis) * 24
  assert.isBelow(after, bound, `${what}: ${small} takes ${before.toFixed(1)} ms, ${large} takes ${after.toFixed(1)} ms`)
}
