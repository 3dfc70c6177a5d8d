/**
 * The only source of randomness of a scoreboard: numbers that follow from a seed, so that `--seed` repeats a
 * repetition. It is not suitable for secrets.
 */
import type { Seeded } from "./scenario.ts"

export const make = (seed: number): Seeded => {
  // Mulberry32, after one round to keep neighboring seeds apart.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  return {
    seed,
    int,
    pick: (values) => {
      if (values.length === 0) throw new RangeError("there is nothing to pick from")
      // Type boundary: the index is below the length.
      return values[int(0, values.length - 1)] as (typeof values)[number]
    }
  }
}
