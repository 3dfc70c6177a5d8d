/**
 * Repeats one scenario in this process, and counts what each repetition leaves. `run.ts` decides which scenarios run,
 * and where.
 *
 * Fibers and processes must be gone after every repetition. Listeners and descriptors are compared from the second
 * repetition on, because a process opens some permanently on first use; the heap is compared from the fifth on.
 */
import { Cause, Duration, Effect, Exit, Logger, References } from "effect"
import * as counts from "./counts.ts"
import * as fibers from "./fibers.ts"
import { type Fault, maxFaults, type Row } from "./row.ts"
import type { Scenario } from "./scenario.ts"
import * as seeded from "./seeded.ts"

export interface Task {
  readonly seeds: ReadonlyArray<number>
  /** Called before each repetition. */
  readonly onBegin?: (seed: number) => void
}

/**
 * Runs the scenario once for each seed. It stops early after a repetition that hangs, and after some that are wrong.
 */
export const repeat = async (scenario: Scenario, { onBegin, seeds }: Task): Promise<Row> => {
  const withinMillis = Duration.toMillis(Duration.fromInputUnsafe(scenario.within))
  const faults: Array<Fault> = []
  const most = { processes: 0, fibers: 0, listeners: 0, descriptors: 0 }
  const [from, cpuFrom] = [performance.now(), counts.processorTime()]
  const before = counts.now().fibers
  let baseline: counts.Counts | undefined
  let heapFrom: { readonly heap: number | undefined; readonly after: number } | undefined
  let [right, done, worstMillis] = [0, 0, 0]

  for (const batch of batches(seeds, scenario.isConcurrent === true)) {
    const runs = await Promise.all(
      batch.map((seed) => {
        onBegin?.(seed)
        return once(scenario, seed, withinMillis)
      })
    )
    for (const run of runs) {
      done++
      worstMillis = Math.max(worstMillis, run.millis)
      if (run.fault === undefined) right++
      else faults.push(run.fault)
    }
    const seed = batch[0] ?? 0
    const left = await settled(before, baseline)
    const found = {
      processes: left.processes.length,
      fibers: left.counts.fibers - before,
      listeners: baseline === undefined ? 0 : left.counts.listeners - baseline.listeners,
      descriptors: baseline === undefined ? 0 : left.counts.descriptors - baseline.descriptors
    }
    for (const kind of ["processes", "fibers", "listeners", "descriptors"] as const) {
      const number = found[kind]
      if (number > most[kind]) {
        most[kind] = number
        faults.push({ kind, seed, what: `${number} left${namesOf(kind, left.processes)}` })
      }
    }
    counts.end(left.processes)
    baseline ??= left.counts
    if (runs.some(({ fault }) => fault?.kind === "hung") || done - right >= maxWrong) break
    if (heapFrom === undefined && done >= heapAfter) heapFrom = { heap: await counts.heap(), after: done }
  }

  const heapRepetitions = heapFrom === undefined ? 0 : done - heapFrom.after
  const heapBytes = heapRepetitions < heapAfter ? null : await growth(heapFrom?.heap, allowedGrowth(heapRepetitions))
  if (heapBytes !== null && heapBytes > allowedGrowth(heapRepetitions)) {
    const what = `it grew by ${(heapBytes / 2 ** 20).toFixed(1)} MiB in ${heapRepetitions} repetitions`
    faults.push({ kind: "heap", seed: seeds[0] ?? 0, what })
  }
  const { expected, group, name, on, title } = scenario
  return {
    name,
    group,
    title,
    expected,
    on,
    withinMillis,
    repetitions: done,
    right,
    worstMillis: Math.ceil(worstMillis),
    totalMillis: Math.ceil(performance.now() - from),
    cpuMillis: Math.ceil(counts.processorTime() - cpuFrom),
    ...most,
    heapBytes,
    heapRepetitions,
    faults: faults.slice(0, maxFaults)
  }
}

// internal

const sideBySide = 10
const maxWrong = 5
const heapAfter = 5

/** The additional time for a repetition that hangs. */
const hangMillis = 5000

/** The time in which the remains of a repetition may disappear: sockets and pipes close in the background. */
const settleMillis = 1000

// Compiled code and caches are complete after the first; a leaked connection is some hundred kilobytes.
const allowedGrowth = (repetitions: number): number => 2 ** 21 + repetitions * 2 ** 15

const batches = (seeds: ReadonlyArray<number>, isConcurrent: boolean): ReadonlyArray<ReadonlyArray<number>> => {
  if (!isConcurrent) return seeds.map((seed) => [seed])
  const found: Array<ReadonlyArray<number>> = [seeds.slice(0, 1)]
  for (let from = 1; from < seeds.length; from += sideBySide) found.push(seeds.slice(from, from + sideBySide))
  return found
}

interface Run {
  readonly millis: number
  readonly fault: Fault | undefined
}

const once = async (scenario: Scenario, seed: number, withinMillis: number): Promise<Run> => {
  const from = performance.now()
  const millis = () => performance.now() - from
  const stray = strayErrors()
  let timer: NodeJS.Timeout | undefined
  const hangs = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, withinMillis + hangMillis, undefined)
  })
  const program = Effect.suspend(() => scenario.run(seeded.make(seed))).pipe(
    Effect.scoped,
    Effect.provide(Logger.layer([])),
    Effect.provideService(References.MinimumLogLevel, "Debug")
  )
  const exit = await Promise.race([Effect.runPromiseExit(program, { signal: counts.signal }), hangs])
  const took = millis()
  clearTimeout(timer)
  // An unhandled rejection is reported after the microtasks.
  await counts.turnOfLoop()
  const errors = stray.stop()
  const fault = (kind: Fault["kind"], what: string): Run => ({ millis: took, fault: { kind, seed, what } })
  if (exit === undefined) return fault("hung", `it had not ended after ${Math.round(took)} ms`)
  if (Exit.isFailure(exit)) return fault("outcome", shortened(Cause.pretty(exit.cause)))
  if (errors.length > 0) return fault("crashed", shortened(errors.join("; ")))
  if (took > withinMillis) return fault("late", `it took ${Math.round(took)} ms of ${withinMillis}`)
  return { millis: took, fault: undefined }
}

/** Collects errors that would end a program, because nothing catches them. */
const strayErrors = () => {
  const errors: Array<string> = []
  const listener = (error: unknown): void => void errors.push(`not caught: ${String(error)}`)
  process.on("uncaughtException", listener)
  process.on("unhandledRejection", listener)
  return {
    stop: () => {
      process.off("uncaughtException", listener)
      process.off("unhandledRejection", listener)
      return errors
    }
  }
}

/** Waits until nothing is left, at most a second. */
const settled = async (fibersBefore: number, baseline: counts.Counts | undefined) => {
  const until = performance.now() + settleMillis
  let left = counts.now()
  let processes = await Effect.runPromise(counts.processes)
  const isClean = () =>
    processes.length === 0 &&
    left.fibers <= fibersBefore &&
    (baseline === undefined || (left.listeners <= baseline.listeners && left.descriptors <= baseline.descriptors))
  while (!isClean() && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    left = counts.now()
    if (processes.length > 0) processes = await Effect.runPromise(counts.processes)
  }
  // What a first repetition has just closed must not become a baseline that hides a leak.
  if (baseline === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    left = counts.now()
  }
  return { counts: left, processes }
}

const growth = async (from: number | undefined, allowed: number): Promise<number | null> => {
  if (from === undefined) return null
  let to = await counts.heap()
  // An object that waits for its finalizer is not a leak.
  for (let round = 0; round < 5 && to !== undefined && to - from > allowed; round++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    to = await counts.heap()
  }
  return to === undefined ? null : to - from
}

const namesOf = (kind: string, processes: ReadonlyArray<counts.LeftProcess>): string => {
  const names =
    kind === "processes"
      ? processes.map(({ command, pid }) => `${pid} ${command}`)
      : kind === "fibers"
        ? [...fibers.alive()].map(fibers.nameOf)
        : []
  return names.length === 0 ? "" : `: ${shortened(names.slice(0, 5).join(", "))}`
}

const root = new URL("../..", import.meta.url).href

const shortened = (text: string): string => {
  const line = text
    .split("\n")
    .map((part) => part.trim())
    .filter((part) => !part.startsWith("at ") || /\/test\/(?!.*\/support\/)/.test(part))
    .map((part) => part.replaceAll(root, ""))
    .join(" ")
  return line.length > 400 ? `${line.slice(0, 400)}…` : line
}
