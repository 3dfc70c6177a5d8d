/**
 * Counts what a repetition can leave in this process and on this machine. `repeat.ts` decides whether it is too much.
 *
 * It counts processes that the process table shows as descendants of this process, and those with its mark in their
 * variables, so that a process counts also after its parent has died. Without `/proc`, it does not count processes and
 * descriptors.
 */
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { getEventListeners } from "node:events"
import { readdirSync, readFileSync } from "node:fs"
import * as marks from "../../src/internal/process/marks.ts"
import * as processTable from "../../src/internal/process/processTable.ts"
import * as fibers from "./fibers.ts"

/** The signal of every repetition: its listeners are counted, too. */
export const signal = new AbortController().signal

/** Marks every process that this one starts, directly or not, unless it cleans its variables. */
export const mark = crypto.randomUUID()

/** Starts to count. Call it before anything else runs. */
export const begin = async (): Promise<void> => {
  fibers.watch()
  for (const [pid, identity] of await Effect.runPromise(processTable.existing)) foreign.set(pid, identity)
  // Servers inherit the mark under the name that they pass on to their commands.
  process.env[marks.variable] = mark
  // The event loop opens permanent descriptors when it first starts a process.
  await new Promise((resolve) => spawn(process.execPath, ["--version"], { stdio: "ignore" }).once("exit", resolve))
}

export interface Counts {
  readonly fibers: number
  readonly listeners: number
  readonly descriptors: number
}

/** The counts at one moment. They exclude processes, because reading the process table takes milliseconds. */
export const now = (): Counts => ({
  fibers: fibers.alive().size,
  listeners: listeners(),
  descriptors: entriesOf("/proc/self/fd").length
})

export interface LeftProcess extends processTable.Process {
  readonly command: string
}

/** The processes that were started from here and still run. A zombie has ended. */
export const processes: Effect.Effect<ReadonlyArray<LeftProcess>> = Effect.gen(function* () {
  // Foreign processes are read once: looking at all of them after each repetition took as long as some scenarios.
  yield* processTable.learn(foreign, ({ pid }) => {
    const variables = processTable.environment(pid)
    return variables !== "" && !variables.includes(mark) && !isDescendant(pid)
  })
  const found = yield* processTable.find(
    ({ pid }) => pid !== process.pid && (isDescendant(pid) || processTable.environment(pid).includes(mark)),
    foreign
  )
  return (found ?? []).map((process) => ({ ...process, command: commandOf(process.pid) }))
})

/** Terminates what a repetition left, so that the next one starts on a clean machine. */
export const end = (left: ReadonlyArray<LeftProcess>): void => {
  for (const { pid, start } of left) {
    if (processTable.read(pid)?.start !== start) continue
    try {
      process.kill(pid, "SIGKILL")
    } catch {
      // It has ended in the meantime.
    }
  }
}

/**
 * Milliseconds of the processor for this process and, where there is `/proc`, for those that it started and that have
 * ended.
 */
export const processorTime = (): number => {
  const { system, user } = process.cpuUsage()
  const stat = fileOf(process.pid, "stat")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return (user + system) / 1000 + (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) * tickMillis
}

/** Bytes in use after a full collection. Needs `--expose-gc`; `undefined` without. */
export const heap = async (): Promise<number | undefined> => {
  const collect = globalThis.gc
  if (collect === undefined) return undefined
  collect()
  // Finalizers and what they release run between two collections.
  await turnOfLoop()
  collect()
  return process.memoryUsage().heapUsed
}

/** Lets everything that is ready run. */
export const turnOfLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

// internal

// The kernel counts processor time for programs in hundredths of a second on every architecture that codex runs on.
const tickMillis = 10

const foreign: processTable.Known = new Map()

const listeners = (): number => {
  const emitters = [process, process.stdout, process.stderr, ...(process.channel == null ? [] : [process.channel])]
  const counted = emitters.flatMap((emitter) =>
    "eventNames" in emitter ? emitter.eventNames().map((name) => emitter.listenerCount(name)) : []
  )
  return counted.reduce((sum, count) => sum + count, getEventListeners(signal, "abort").length)
}

const isDescendant = (pid: number): boolean => {
  let parent = parentOf(pid)
  // The depth is bounded, since the table changes while it is read.
  for (let depth = 0; depth < 64 && parent !== undefined && parent > 1; depth++) {
    if (parent === process.pid) return true
    parent = parentOf(parent)
  }
  return false
}

const parentOf = (pid: number): number | undefined => {
  const stat = fileOf(pid, "stat")
  const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]
  return parent === undefined || parent === "" ? undefined : Number(parent)
}

const commandOf = (pid: number): string => fileOf(pid, "cmdline").replaceAll("\0", " ").trim().slice(0, 80)

const fileOf = (pid: number, name: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1")
  } catch {
    return ""
  }
}

const entriesOf = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
