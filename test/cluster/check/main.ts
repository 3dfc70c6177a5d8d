/**
 * Kills, stops and restarts the machines of a cluster of real processes, and counts what the model was asked.
 *
 * Run with: npm run cluster:check                         (about half an hour)
 *           npm run cluster:check -- --repetitions 1      (a few minutes)
 *           npm run cluster:check -- --only NAME
 *           npm run cluster:check -- --json FILE --markdown docs/how-to-cluster.md
 */
import { Effect } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { codexVersion } from "../../../src/generated/version.ts"
import * as row from "./row.ts"
import { scenarios } from "./scenarios.ts"

const { values } = parseArgs({
  options: {
    repetitions: { type: "string", default: "20" },
    only: { type: "string", multiple: true, default: [] },
    json: { type: "string" },
    markdown: { type: "string" }
  }
})
const repetitions = Number(values.repetitions)
if (!Number.isSafeInteger(repetitions) || repetitions < 1) throw new Error("--repetitions must be an integer above 0")
const chosen = scenarios.filter(({ name }) => values.only.length === 0 || values.only.includes(name))
if (chosen.length === 0) throw new Error(`--only must be one of ${scenarios.map(({ name }) => name).join(", ")}`)

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const from = performance.now()
const rows: Array<row.Row> = []
print(row.heading)
for (const { run } of chosen) {
  const measured = await Effect.runPromise(Effect.scoped(run(repetitions)))
  rows.push(measured)
  print(row.line(measured))
}
const right = rows.filter(row.isRight).length
print(`${right} of ${rows.length} scenarios, ${((performance.now() - from) / 1000).toFixed(0)} s`)

if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, undefined, 2)}\n`)
if (values.markdown !== undefined) {
  const [start, end] = ["<!-- cluster:check -->", "<!-- /cluster:check -->"]
  const page = readFileSync(values.markdown, "utf8")
  const [before, after] = [page.indexOf(start), page.indexOf(end)]
  if (before === -1 || after === -1) throw new Error(`${values.markdown} has no block ${start}`)
  const about = `Codex ${codexVersion}, Node ${process.version}, three runners on one computer.`
  const block = `${start}\n\n${about}\n\n${row.markdown(rows)}\n\n`
  writeFileSync(values.markdown, page.slice(0, before) + block + page.slice(after))
}
process.exitCode = right === rows.length ? 0 : 1
