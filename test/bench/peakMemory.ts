/** The peak memory of this process. */
import { readFileSync } from "node:fs"

/**
 * Bytes. On Linux from `/proc`, because `maxRSS` there starts with the parent's memory when it started this process.
 */
export const peakMemory = (): number => {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]
    if (kilobytes !== undefined) return Number(kilobytes) * 1024
  } catch {
    // There is no /proc here.
  }
  return process.resourceUsage().maxRSS * 1024
}
