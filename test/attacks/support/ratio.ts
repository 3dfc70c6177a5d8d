/**
 * How time grows with the size of what is read. A ratio says the same on a slow machine as on a fast one, where a limit in seconds doesn't.
 */
import { assert } from "@effect/vitest"

const rounds = 3
// Below this the clock and the machine say more than the code.
const noiseMillis = 25

/**
 * Four times the size takes at most about four times as long. What is linear has a ratio near 4, what is quadratic one near 16.
 *
 * **Details**
 *
 * Each size is measured several times, and the fastest time counts: whatever else the machine does makes a run slower, and none faster.
 */
export const assertLinear = (what: string, sizes: readonly [number, number], run: (size: number) => void): void => {
  const [small, large] = sizes
  const fastest = (size: number) =>
    Math.min(
      ...Array.from({ length: rounds }, () => {
        const started = performance.now()
        run(size)
        return performance.now() - started
      })
    )
  run(small)
  const [before, after] = [fastest(small), fastest(large)]
  const bound = (Math.max(before, noiseMillis) * 2.5 * large) / small
  assert.isBelow(after, bound, `${what}: ${small} takes ${before.toFixed(1)} ms, ${large} takes ${after.toFixed(1)} ms`)
}
