/**
 * Keeps the temporary files of a run in memory, on Linux. Tests create and remove some ten thousand files; on a disk,
 * that takes a tenth of the processor time of a run. The folder is removed when the run ends.
 *
 * Where memory is short, as in a container with the usual 64 MB of `/dev/shm`, the system's folder is used.
 */
import { chmodSync, mkdtempSync, rmSync, statfsSync } from "node:fs"
import { join } from "node:path"

const inMemory = "/dev/shm"

/** A run needs about 100 MB. */
const enough = 1024 ** 3

export default (): (() => void) | undefined => {
  const before = process.env["TMPDIR"]
  // Vitest asks once for each project.
  if (before?.startsWith(inMemory) === true || free() < enough) return undefined
  const folder = mkdtempSync(join(inMemory, "effect-codex-"))
  // PostgreSQL, which refuses to run as root, reaches its own folder in it.
  chmodSync(folder, 0o711)
  // Workers inherit it.
  process.env["TMPDIR"] = folder
  return () => {
    if (before === undefined) delete process.env["TMPDIR"]
    else process.env["TMPDIR"] = before
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
}

// internal

const free = (): number => {
  try {
    const { bavail, bsize } = statfsSync(inMemory)
    return bavail * bsize
  } catch {
    return 0
  }
}
