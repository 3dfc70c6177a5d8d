/**
 * Kills, stops and restarts the machines of a cluster of real processes, and counts what the model was asked.
 *
 * Run with: npm run cluster:check                         (about a quarter of an hour)
 *           npm run cluster:check -- --repetitions 1      (two minutes)
 *           npm run cluster:check -- --workers 1          (scenarios one after the other; default: three at a time)
 *           npm run cluster:check -- --only NAME
 *           npm run cluster:check -- --json FILE --markdown docs/how-to-cluster.md   (with --only: these rows of it)
 */
import { Effect } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { parseArgs } from "node:util"
import { codexVersion } from "../../../src/generated/version.ts"
import * as row from "./row.ts"
import { scenarios } from "./scenarios.ts"

const { values } = parseArgs({
  options: {
    repetitions: { type: "string", default: "20" },
    workers: { type: "string", default: "3" },
    only: { type: "string", multiple: true, default: [] },
    json: { type: "string" },
    markdown: { type: "string" }
  }
})
const numberOf = (name: "repetitions" | "workers"): number => {
  const number = Number(values[name])
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} must be an integer above 0`)
  return number
}
const [repetitions, workers] = [numberOf("repetitions"), numberOf("workers")]
const chosen = scenarios.filter(({ name }) => values.only.length === 0 || values.only.includes(name))
if (chosen.length === 0) throw new Error(`--only must be one of ${scenarios.map(({ name }) => name).join(", ")}`)

const print = (line: string): void => void process.stdout.write(`${line}\n`)

// Otherwise an interrupted check would leave databases behind.
const stopped = new AbortController()
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopped.abort())

const from = performance.now()
print(row.heading)
const rows = await Effect.runPromise(
  Effect.forEach(
    chosen,
    ({ run }) =>
      Effect.tap(Effect.scoped(run(repetitions)), (measured) => Effect.sync(() => print(row.line(measured)))),
    { concurrency: workers }
  ),
  { signal: stopped.signal }
)
const right = rows.filter(row.isRight).length
print(`${right} of ${rows.length} scenarios, ${((performance.now() - from) / 1000).toFixed(0)} s`)

if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, undefined, 2)}\n`)
if (values.markdown !== undefined) {
  const [start, end] = ["<!-- cluster:check -->", "<!-- /cluster:check -->"]
  const page = readFileSync(values.markdown, "utf8")
  const [before, after] = [page.indexOf(start), page.indexOf(end)]
  if (before === -1 || after === -1) throw new Error(`${values.markdown} has no block ${start}`)
  const about = `Codex ${codexVersion}, Node ${process.version}, three runners on one computer with ${cpus().length} cores, ${workers} scenarios at a time.`
  // With `--only`, the other rows of the page stay.
  const earlier = values.only.length === 0 ? [] : row.read(page.slice(before, after))
  const block = `${start}\n\n${about}\n\n${row.table(row.merge(earlier, rows.map(row.cells)))}\n\n`
  writeFileSync(values.markdown, page.slice(0, before) + block + page.slice(after))
}
process.exitCode = right === rows.length ? 0 : 1
