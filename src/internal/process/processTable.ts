/**
 * Reads `/proc`: which processes run, in which group, since when, and with which variables (Linux). Elsewhere there is nothing to read, and
 * every function says so.
 *
 * The files are read synchronously: they are not on a disk, and a process must not be replaced by another between two reads of it. A scan of
 * all processes lets other fibers run now and then.
 */
import * as Effect from "effect/Effect"
import { readdirSync, readFileSync } from "node:fs"

/** A process that runs. `pid` can be given to another one later; `pid` and `start` together can't. */
export interface Process {
  readonly pid: number
  readonly group: number
  readonly session: number
  /** When it started, in the system's ticks. */
  readonly start: number
}

/** The process with this id, if it runs. A zombie has ended. */
export const read = (pid: number): Process | undefined => {
  const stat = fileOf(pid, "stat")
  // pid (name) state ppid pgrp session … start; the name may contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  const [state, group, session, start] = [fields[0], fields[2], fields[3], fields[19]]
  return start === undefined || state === "Z" || state === "X"
    ? undefined
    : { pid, group: Number(group), session: Number(session), start: Number(start) }
}

/** Whether the same process still runs. */
export const isRunning = ({ pid, start }: Process): boolean => read(pid)?.start === start

/** Every process that runs and satisfies the predicate; `undefined` where there is no `/proc`. */
export const find = Effect.fnUntraced(function* (
  predicate: (process: Process) => boolean
): Effect.fn.Return<ReadonlyArray<Process> | undefined> {
  const pids = entries().flatMap((entry) => (/^\d+$/.test(entry) ? [Number(entry)] : []))
  if (pids.length === 0) return undefined
  const found: Array<Process> = []
  for (const [index, pid] of pids.entries()) {
    if (index % scanned === scanned - 1) yield* Effect.yieldNow
    const process = read(pid)
    if (process !== undefined && predicate(process)) found.push(process)
  }
  return found
})

/** Whether the text occurs among the variables that a process was started with. False where this program may not read them. */
export const hasInEnvironment = (pid: number, text: string): boolean => fileOf(pid, "environ").includes(text)

// internal

// About a millisecond.
const scanned = 100

// As Latin-1, since variables can be any bytes.
const fileOf = (pid: number, name: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1")
  } catch {
    return ""
  }
}

const entries = (): ReadonlyArray<string> => {
  try {
    return readdirSync("/proc")
  } catch {
    return []
  }
}
