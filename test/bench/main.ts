/**
 * Measures the SDK against the floor, which is plain `child_process`, split and `JSON.parse`, and prints a table with a
 * verdict for each row that has a target. It ends with 0 also when targets are missed, and with another status only
 * when something breaks.
 *
 * Run with: npm run bench                            (everything)
 *           npm run bench -- deltas roundtrips       (these)
 *           npm run bench -- --json FILE             (the rows to a file, too)
 *           npm run bench -- --plots FOLDER          (plots of the growth, as SVG)
 *           npm run bench -- --quick                 (a trial, whose figures mean nothing)
 */
import { NodeRuntime } from "@effect/platform-node"
import { Effect } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { benchmarks } from "./benchmarks.ts"
import { describe, machine } from "./machine.ts"
import { full, quick, reaches, type Row } from "./measure.ts"
import { render } from "./table.ts"

const tell = (text: string) => Effect.sync(() => void process.stderr.write(`${text}\n`))

const program = Effect.gen(function* () {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "string" }, plots: { type: "string" }, quick: { type: "boolean" } }
  })
  const names = positionals.length === 0 ? Object.keys(benchmarks) : positionals
  if (values.plots !== undefined) mkdirSync(values.plots, { recursive: true })
  const size = { ...(values.quick === true ? quick : full), plots: values.plots }
  const before = machine()
  const rows: Array<Row> = []
  for (const name of names) {
    const benchmark = benchmarks[name]
    if (benchmark === undefined) {
      return yield* Effect.fail(new Error(`There is no ${name}: choose from ${Object.keys(benchmarks).join(", ")}`))
    }
    yield* tell(`${name} …`)
    rows.push(...(yield* benchmark(size)))
  }
  yield* Effect.sync(() => {
    process.stdout.write(`${describe(before, machine())}\n\n${render(rows)}\n`)
    if (values.json !== undefined) {
      const found = {
        date: new Date().toISOString(),
        machine: before,
        rows: rows.map((row) => ({ ...row, met: reaches(row) }))
      }
      writeFileSync(values.json, `${JSON.stringify(found, null, 2)}\n`)
    }
  })
})

NodeRuntime.runMain(program)
