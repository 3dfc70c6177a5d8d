/** What the measurements ran on: the machine, its load, and the versions. */
import { readFileSync } from "node:fs"
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from "node:os"
import { join } from "node:path"

export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
  readonly effect: string
  readonly codex: string
  readonly package: string
  /** Processes that wanted to run, averaged over the last minute. */
  readonly load: number
}

const root = join(import.meta.dirname, "../..")

const version = (manifest: string): string => {
  const { version }: { readonly version?: string } = JSON.parse(readFileSync(join(root, manifest), "utf8"))
  return version ?? "unknown"
}

export const machine = (): Machine => ({
  processor: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${arch()}`,
  node: process.versions.node,
  effect: version("node_modules/effect/package.json"),
  codex: version("node_modules/@openai/codex/package.json"),
  package: version("package.json"),
  load: loadavg()[0] ?? Number.NaN
})

/** Returns the lines above the table. A side and its server use two cores, so anything more takes time from them. */
export const describe = (before: Machine, after: Machine): string => {
  const { codex, cores, effect, memoryGiB, node, processor, system } = before
  const busy = before.load > cores * 0.7 || after.load > cores + 1
  return [
    `${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}; Node ${node}, effect ${effect}, codex ${codex}`,
    `load ${before.load.toFixed(1)} before, ${after.load.toFixed(1)} after${busy ? ": BUSY, so trust the column cpu and not the ratios of time" : ""}`
  ].join("\n")
}
