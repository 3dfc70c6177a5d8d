/**
 * One scenario of a scoreboard (`npm run faults`, `npm run attacks`): an event, the expected outcome, and a time limit.
 *
 * It does not say how often it runs, where, or what is measured around it.
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** A source of numbers that is the same for the same seed. */
export interface Seeded {
  readonly seed: number
  /** A whole number of at least `from` and at most `to`. */
  readonly int: (from: number, to: number) => number
  /** One of the values. */
  readonly pick: <A>(values: ReadonlyArray<A>) => A
}

export interface Scenario {
  /** Unique on its scoreboard, in kebab case: the value of `--only`. */
  readonly name: string
  readonly group: string
  /** What happens, in one line. */
  readonly title: string
  /** The expected outcome, in one line. */
  readonly expected: string
  /** The time limit of one repetition. */
  readonly within: Duration.Input
  /**
   * Whether repetitions may run concurrently, ten at a time: for scenarios that mostly wait for time to pass. Remains
   * are then counted after each ten. Default: `false`.
   */
  readonly isConcurrent?: boolean | undefined
  /**
   * Whether it starts before the others, because its repetitions together take long and the others would have to wait
   * for it. Default: `false`.
   */
  readonly isLong?: boolean | undefined
  /** What plays the server: the real binary, a scripted peer process, or a process in memory. */
  readonly on: "binary" | "peer" | "memory"
  /** Succeeds if the outcome was the expected one, and fails or dies otherwise. */
  readonly run: (seeded: Seeded) => Effect.Effect<void, unknown, Scope.Scope>
}

/**
 * Compares two scenarios for the order in which they start: long ones first, and then those that start processes. At
 * the end, the workers wait for the last ones, so these must be short.
 */
export const inOrder = (a: Scenario, b: Scenario): number => rank(a) - rank(b)

// internal

const rank = ({ isLong, on }: Scenario): number => (isLong === true ? 0 : on === "binary" ? 1 : on === "peer" ? 2 : 3)
