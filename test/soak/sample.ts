/**
 * What is measured of the two processes of a soak between two batches, when no turn runs. Linux only: it reads `/proc`.
 */
import { Context, Effect, Metric } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import process from "node:process"

/** One state of both processes. Sizes are in bytes, times in milliseconds. */
export interface Sample {
  /** How many turns have run. */
  readonly turns: number
  /** Seconds since the first turn started. */
  readonly seconds: number
  readonly heap: number
  readonly memory: number
  readonly serverMemory: number
  readonly descriptors: number
  readonly serverDescriptors: number
  readonly fibers: number
  /** Processor time per turn of the batch before. */
  readonly cpu: number
  readonly serverCpu: number
  /** The middle of the times that the turns of the batch took, and the time that one in twenty exceeded. */
  readonly latency: number
  /**
   * The middle of the times, times the share of all cores that the soak's own processes had. With fifty turns at once
   * the cores are what turns wait for, so other work on the machine makes them longer; this is how long they take
   * without it.
   */
  readonly latencyAlone: number
  readonly latency95: number
}

/** Counts the fibers that run. Provide `count` to all that is to be counted. */
export interface Fibers {
  readonly running: () => number
  readonly context: Context.Context<never>
}

export const countFibers = (): Fibers => {
  let running = 0
  const context = Context.make(Metric.FiberRuntimeMetrics, {
    recordFiberStart: () => void running++,
    recordFiberEnd: () => void running--
  })
  return { running: () => running, context }
}

/** Waits until what the last turn left to timers is done, and collects garbage. */
export const rest = Effect.gen(function* () {
  yield* Effect.sleep("100 millis")
  globalThis.gc?.()
  globalThis.gc?.()
})

/** The memory that a process has, in bytes. */
export const memoryOf = (pid: number): number => {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
  return Number(kilobytes) * 1024
}

export const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length

/**
 * The processor time that a process and its ended children have used, in milliseconds: the kernel counts in hundredths
 * of a second.
 */
export const cpuOf = (pid: number): number => {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8")
  // The name of the program comes before, in parentheses, and can have spaces.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
  return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) * 10
}

export const ownPid = process.pid
