/**
 * One line of a scoreboard: the outcome of the repetitions of a scenario. Plain data, so that it can be sent between
 * processes and written as JSON.
 */
import type { Scenario } from "./scenario.ts"

/** A problem of a repetition, or of all of them together. */
export interface Fault {
  readonly kind: "outcome" | "late" | "hung" | "crashed" | "processes" | "fibers" | "listeners" | "descriptors" | "heap"
  /** The seed that repeats it. */
  readonly seed: number
  readonly what: string
}

export interface Row {
  readonly name: string
  readonly group: string
  readonly title: string
  readonly expected: string
  readonly on: Scenario["on"]
  readonly withinMillis: number
  readonly repetitions: number
  /** Repetitions with the expected outcome, in time. */
  readonly right: number
  readonly worstMillis: number
  /** How long all repetitions took together, with what is counted after each. */
  readonly totalMillis: number
  /** The processor time of this process and of those that it started and that have ended. */
  readonly cpuMillis: number
  /** The most that was left after a repetition. */
  readonly processes: number
  readonly fibers: number
  readonly listeners: number
  readonly descriptors: number
  /** The growth of the heap after the first repetitions, in bytes; `null` if it cannot be measured. */
  readonly heapBytes: number | null
  readonly heapRepetitions: number
  readonly faults: ReadonlyArray<Fault>
}

/** Whether every outcome was as expected, in time, and nothing was left. */
export const isGreen = (row: Row): boolean => row.faults.length === 0 && row.right === row.repetitions

/** Combines the rows of one scenario from several passes. */
export const merge = (a: Row, b: Row): Row => ({
  ...a,
  repetitions: a.repetitions + b.repetitions,
  right: a.right + b.right,
  worstMillis: Math.max(a.worstMillis, b.worstMillis),
  totalMillis: a.totalMillis + b.totalMillis,
  cpuMillis: a.cpuMillis + b.cpuMillis,
  processes: Math.max(a.processes, b.processes),
  fibers: Math.max(a.fibers, b.fibers),
  listeners: Math.max(a.listeners, b.listeners),
  descriptors: Math.max(a.descriptors, b.descriptors),
  heapBytes:
    a.heapBytes === null ? b.heapBytes : b.heapBytes === null ? a.heapBytes : Math.max(a.heapBytes, b.heapBytes),
  heapRepetitions: Math.max(a.heapRepetitions, b.heapRepetitions),
  faults: [...a.faults, ...b.faults].slice(0, maxFaults)
})

/** More of them add nothing. */
export const maxFaults = 8
