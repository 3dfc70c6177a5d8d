/**
 * Tells where the ids of this program's processes are valid: on this machine since its start, in this namespace.
 * Containers and machines can share a directory, but not their process ids.
 *
 * Read synchronously: the files are not on a disk. On systems other than Linux each part is empty, and a directory
 * belongs to one machine.
 */
import { readFileSync, readlinkSync } from "node:fs"

/** Where ids of processes are valid. A part that cannot be read is empty. */
export interface Place {
  readonly machine: string
  /** The start of the machine. */
  readonly boot: string
  readonly namespace: string
}

/** The place of this program. */
export const here = (): Place => ({
  machine: attempt(() => readFileSync("/proc/sys/kernel/hostname", "latin1").trim()),
  boot: attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()),
  namespace: attempt(() => readlinkSync("/proc/self/ns/pid"))
})

// internal

const attempt = (read: () => string): string => {
  try {
    return read()
  } catch {
    return ""
  }
}
