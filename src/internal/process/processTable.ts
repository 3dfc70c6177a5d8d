/**
 * Reads `/proc` on Linux: which processes run, their groups, start times and variables. On other systems nothing can
 * be read, and each function returns `undefined` or `false`.
 *
 * The files are read synchronously. They are not on a disk, and a process must not be replaced by another one between
 * two reads. A scan of all processes yields to other fibers regularly. It is expensive where many processes run, so
 * it can leave out known ones: recognizing a process takes a sixth of the time of reading its file.
 */
import * as Effect from "effect/Effect"
import { readdirSync, readFileSync, statSync } from "node:fs"

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

/** Processes that are known already. They are recognized without reading their files. */
export type Known = Map<number, Identity>

/** Returns the processes that exist. The result is empty if there is no `/proc`. */
export const existing: Effect.Effect<Known> = Effect.gen(function* () {
  const found: Known = new Map()
  for (const [index, pid] of pids().entries()) {
    if ((index + 1) % recognized === 0) yield* Effect.yieldNow
    const identity = identify(pid)
    if (identity !== undefined) found.set(pid, identity)
  }
  return found
})

/**
 * Returns every running process that satisfies the predicate, or `undefined` if there is no `/proc`. Known processes
 * are left out.
 */
export const find = Effect.fnUntraced(function* (
  predicate: (process: Process) => boolean,
  known: Known = new Map()
): Effect.fn.Return<ReadonlyArray<Process> | undefined> {
  const all = pids()
  if (all.length === 0) return undefined
  const found: Array<Process> = []
  yield* scan(all, known, (pid) => {
    const process = read(pid)
    if (process !== undefined && predicate(process)) found.push(process)
  })
  return found
})

/**
 * Adds the running processes that satisfy the predicate to the known ones. For a moment, a scan then recognizes each
 * known process by its id alone.
 */
export const learn = (known: Known, predicate: (process: Process) => boolean): Effect.Effect<void> =>
  Effect.suspend(() => {
    const seenMs = isIdSpaceLarge() ? performance.now() : never
    return scan(
      pids(),
      known,
      (pid) => {
        // First, so that the files are not those of an earlier process with this id.
        const identity = identify(pid)
        const process = read(pid)
        if (identity !== undefined && process !== undefined && predicate(process)) {
          known.set(pid, { ...identity, seenMs })
        }
      },
      seenMs
    )
  })

/**
 * Returns the variables with which a process was started, as `NAME=value` separated by NUL. The result is empty if
 * this program may not read them.
 */
export const environment = (pid: number): string => fileOf(pid, "environ")

// internal

// Each takes about a millisecond.
const scanned = 100
const recognized = 600

const scan = Effect.fnUntraced(function* (
  pids: ReadonlyArray<number>,
  known: Known,
  look: (pid: number) => void,
  seenMs?: number
) {
  let cost = 0
  for (const pid of pids) {
    if (cost >= recognized) {
      cost = 0
      yield* Effect.yieldNow
    }
    if (isKnown(pid, known, seenMs)) cost++
    else {
      cost += recognized / scanned
      look(pid)
    }
  }
})

// Linux creates the inode of a directory in `/proc` for one process. Another process with the same id gets a new one,
// and so does the same process when the kernel is short of memory. Then its file is read, which is only slower.
interface Identity {
  readonly inode: number
  readonly createdMs: number
  /** When `learn` has seen the process last, on the monotonic clock. */
  readonly seenMs: number
}

const never = -Infinity

// The system gives out ids in order. No system starts tens of thousands of processes within this time, so until then
// an id still belongs to the same process, or to none.
const momentMs = 100
const leastIds = 32_768

const isIdSpaceLarge = (): boolean => Number(textOf("/proc/sys/kernel/pid_max")) >= leastIds

const identify = (pid: number): Identity | undefined => {
  try {
    const stats = statSync(`/proc/${pid}`, { throwIfNoEntry: false })
    return stats === undefined ? undefined : { inode: stats.ino, createdMs: stats.ctimeMs, seenMs: never }
  } catch {
    return undefined
  }
}

const isKnown = (pid: number, known: Known, seenMs?: number): boolean => {
  const before = known.get(pid)
  if (before === undefined) return false
  if (seenMs === undefined && performance.now() - before.seenMs < momentMs) return true
  const now = identify(pid)
  if (now === undefined || now.inode !== before.inode || now.createdMs !== before.createdMs) return false
  if (seenMs !== undefined) known.set(pid, { ...before, seenMs })
  return true
}

const fileOf = (pid: number, name: string): string => textOf(`/proc/${pid}/${name}`)

// As Latin-1, because variables can contain any bytes.
const textOf = (path: string): string => {
  try {
    return readFileSync(path, "latin1")
  } catch {
    return ""
  }
}

const pids = (): ReadonlyArray<number> => {
  try {
    return readdirSync("/proc").flatMap((entry) => (/^\d+$/.test(entry) ? [Number(entry)] : []))
  } catch {
    return []
  }
}
