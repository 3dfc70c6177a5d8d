/**
 * One line of a scoreboard: what the repetitions of a scenario came to. Plain data, so that it passes between processes and into JSON.
 */
import type { Scenario } from "./scenario.ts"

/** What is wrong with a repetition, or with all of them together. */
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
  /** By how much the heap grew after the first repetitions, in bytes; `null` where it can't be told. */
  readonly heapBytes: number | null
  readonly heapRepetitions: number
  readonly faults: ReadonlyArray<Fault>
}

/** Whether everything came out as expected, in time, and nothing was left. */
export const isGreen = (row: Row): boolean => row.faults.length === 0 && row.right === row.repetitions

/** The rows of one scenario from several passes as one. */
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

/** More of them say nothing new. */
export const maxFaults = 8
