/**
 * The processes of this machine: which one runs, its parent, and the members of its group.
 */
import { assert } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"

// Reads from /proc which process runs which program. The other tests run anywhere.
export const linux = process.platform === "linux"

export const stat = (pid: number | string) => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8")
    const [state, parent, group] = text.slice(text.lastIndexOf(")") + 2).split(" ")
    return { running: state !== "Z" && state !== "X", parent: Number(parent), group: Number(group) }
  } catch {
    return undefined
  }
}

export const exists = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Whether a process runs. A zombie does not. */
export const isRunning = (pid: number) => exists(pid) && (!linux || stat(pid)?.running === true)

export const processes = () => (linux ? readdirSync("/proc").filter((entry) => /^\d+$/.test(entry)) : [])

/** The running members of a process group. */
export const groupOf = (pid: number) =>
  processes().filter((entry) => {
    const found = stat(entry)
    return found?.group === pid && found.running
  })

export const children = () =>
  processes().filter((entry) => {
    const found = stat(entry)
    return found?.parent === process.pid && found.running
  })

export const assertGone = (pid: number) => {
  assert.isAbove(pid, 0)
  assert.isFalse(isRunning(pid), `${pid} still runs`)
  assert.deepStrictEqual(groupOf(pid), [])
}

export const pidIn = (path: string) => Number(readFileSync(path, "utf8"))
