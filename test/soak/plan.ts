/**
 * The plan of a soak: which turn comes when, decided by a seed alone.
 *
 * It runs nothing. `turns.ts` runs a turn, and `modelProcess.ts` answers it.
 */
import type { Seeded } from "../scoreboard/scenario.ts"

/** What a turn does, and how often it appears among a hundred turns. */
const shares = {
  /** The model answers at once. */
  text: 40,
  /** The model calls a tool of this program. */
  tool: 20,
  /** The model runs a command outside of the sandbox, and this program accepts. */
  accepted: 10,
  /** The same, and this program declines. */
  declined: 10,
  /** The turn is interrupted by its handle in the middle of the answer. */
  interrupted: 8,
  /** The stream of the turn is left early, which interrupts the turn. */
  left: 7,
  /** The model provider fails. */
  failed: 5
} as const

export type Kind = keyof typeof shares

export interface Planned {
  /** Counts from 0. */
  readonly number: number
  readonly kind: Kind
}

// Type boundary: the keys of a constant object.
export const kinds = Object.keys(shares) as ReadonlyArray<Kind>

const bag: ReadonlyArray<Kind> = kinds.flatMap((kind) => Array.from({ length: shares[kind] }, () => kind))

/** Turns in their order: the same seed gives the same turns. */
export const make = (seeded: Seeded, turns: number): ReadonlyArray<Planned> =>
  Array.from({ length: turns }, (_, number) => ({ number, kind: seeded.pick(bag) }))

/** The prompt by which the model knows what to do. */
export const prompt = ({ kind, number }: Planned): string => `soak ${kind} ${number}`

/** The turn that a prompt asks for. */
export const read = (text: string): Planned | undefined => {
  const [first, word, number] = text.split(" ")
  const kind = kinds.find((kind) => kind === word)
  return first === "soak" && kind !== undefined ? { kind, number: Number(number) } : undefined
}

/** A source of numbers (mulberry32) that repeats itself for the same seed. */
export const seeded = (seed: number): Seeded => {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  return {
    seed,
    int,
    pick: (values) => {
      const value = values[int(0, values.length - 1)]
      if (value === undefined) throw new RangeError("There is no value to pick.")
      return value
    }
  }
}
