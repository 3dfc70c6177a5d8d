/** The most memory that this process ever held. */
import { readFileSync } from "node:fs"

/** Bytes. On Linux from `/proc`, since `maxRSS` there begins with what the parent held when it started this process. */
export const peakMemory = (): number => {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]
    if (kilobytes !== undefined) return Number(kilobytes) * 1024
  } catch {
    // There is no /proc here.
  }
  return process.resourceUsage().maxRSS * 1024
}
