/**
 * What importing the package costs on top of the Effect modules that it stands on. Each run is a process of its own, which imports first those
 * modules and then ours, so that the two are told apart without comparing processes.
 */
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { built } from "./builtPackage.ts"
import { median, type Row, type Size } from "./measure.ts"
import * as nodeProcess from "./nodeProcess.ts"

/** Milliseconds of an import. */
export const run = (size: Size) =>
  Effect.gen(function* () {
    const { entry: fileOf, what } = built()
    const rows: Array<Row> = []
    for (const [name, entry, target] of entries) {
      const file = fileOf(entry)
      const plan = JSON.stringify([externals(file), [pathToFileURL(file).href]])
      const found: Array<readonly [number, number]> = []
      for (let i = 0; i < size.rounds; i++) {
        const answer = yield* nodeProcess.run("./importProcess.ts", [plan])
        if (!Array.isArray(answer)) return yield* Effect.die("the process told no times")
        found.push([Number(answer[0]), Number(answer[1])])
      }
      const floor = median(found.map(([first]) => first))
      const value = median(found.map(([, second]) => second))
      const least = Math.min(...found.map(([, second]) => second))
      const ratio = median(found.map(([first, second]) => second / first))
      const note = `${what}, over its Effect modules; least ${least.toFixed(0)} ms`
      rows.push({ name, unit: "ms", value, floor, ratio, target, note })
    }
    return rows
  })

const entries = [
  ["import effect-codex", "index", { of: "ratio", atMost: 0.2 }],
  ["import effect-codex/Protocol", "Protocol", undefined]
] as const

const imported = /^(?:import|export)\s(?!type\s)[^"]*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gm

/** The modules of other packages that a file needs, directly or not. */
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
