/**
 * The import time of the package in addition to the Effect modules that it uses. Each run is a separate process, which
 * imports first those modules and then ours, so that one process measures both.
 */
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { built } from "./builtPackage.ts"
import { median, type Row, type Size } from "./measure.ts"
import * as nodeProcess from "./nodeProcess.ts"
import type { Sample } from "./rounds.ts"

/** Milliseconds of an import. */
export const run = (size: Size) =>
  Effect.gen(function* () {
    const { entry: fileOf, what } = built()
    const rows: Array<Row> = []
    for (const [name, entry, target] of entries) {
      const file = fileOf(entry)
      const plan = JSON.stringify([externals(file), [pathToFileURL(file).href]])
      const found: Array<readonly [effect: Sample, sdk: Sample]> = []
      for (let i = 0; i < size.rounds; i++) {
        // Type boundary: the process prints a sample for each list.
        found.push((yield* nodeProcess.run("./importProcess.ts", [plan])) as readonly [Sample, Sample])
      }
      const middle = (of: (effect: Sample, sdk: Sample) => number) =>
        median(found.map(([effect, sdk]) => of(effect, sdk)))
      const least = Math.min(...found.map(([, sdk]) => sdk.millis))
      rows.push({
        name,
        unit: "ms",
        value: middle((_, sdk) => sdk.millis),
        floor: middle((effect) => effect.millis),
        ratio: middle((effect, sdk) => sdk.millis / effect.millis),
        cpu: middle((effect, sdk) => sdk.cpu / effect.cpu),
        target,
        note: `${what}, over its Effect modules; least ${least.toFixed(0)} ms`
      })
    }
    return rows
  })

const entries = [
  ["import effect-codex", "index", { of: "ratio", atMost: 0.2 }],
  ["import effect-codex/Protocol", "Protocol", undefined]
] as const

const imported = /^(?:import|export)\s(?!type\s)[^"]*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gm

/** Returns the modules of other packages that a file needs, directly or not. */
const externals = (entry: string): ReadonlyArray<string> => {
  const found = new Set<string>()
  const seen = new Set<string>()
  const visit = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    for (const [, from, plain] of readFileSync(file, "utf8").matchAll(imported)) {
      const name = from ?? plain
      if (name === undefined) continue
      if (name.startsWith(".")) visit(resolve(dirname(file), name))
      else found.add(import.meta.resolve(name))
    }
  }
  visit(entry)
  return [...found]
}
