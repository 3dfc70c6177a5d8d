/**
 * Reads `/proc` on Linux: which processes run, their groups, start times and variables. On other systems nothing can
 * be read, and each function returns `undefined` or `false`.
 *
 * The files are read synchronously. They are not on a disk, and a process must not be replaced by another one between
 * two reads. A scan of all processes yields to other fibers regularly.
 */
import * as Effect from "effect/Effect"
import { readdirSync, readFileSync } from "node:fs"

/** A running process. The system can reuse `pid`, but never the pair of `pid` and `start`. */
export interface Process {
  readonly pid: number
  readonly group: number
  readonly session: number
  /** Its start time, in system ticks. */
  readonly start: number
}

/** Returns the process with this id, if it runs. A zombie counts as ended. */
export const read = (pid: number): Process | undefined => {
  const stat = fileOf(pid, "stat")
  // The line is "pid (name) state ppid pgrp session … start"; the name may contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  const [state, group, session, start] = [fields[0], fields[2], fields[3], fields[19]]
  return start === undefined || state === "Z" || state === "X"
    ? undefined
    : { pid, group: Number(group), session: Number(session), start: Number(start) }
}

/** Whether the same process still runs. */
export const isRunning = ({ pid, start }: Process): boolean => read(pid)?.start === start

/** Returns every running process that satisfies the predicate, or `undefined` if there is no `/proc`. */
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

/**
 * Whether the text occurs in the variables with which a process was started. `false` if this program may not read
 * them.
 */
export const hasInEnvironment = (pid: number, text: string): boolean => fileOf(pid, "environ").includes(text)

// internal

// Takes about a millisecond.
const scanned = 100

// As Latin-1, because variables can contain any bytes.
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
