/**
 * Measures the SDK against the floor, which is plain `child_process`, split and `JSON.parse`, and prints a table. It gives no verdict: it ends
 * with 0 also when targets are missed, and with another status only when something breaks.
 *
 * Run with: npm run bench                            (everything)
 *           npm run bench -- deltas roundtrips       (these)
 *           npm run bench -- --json                  (rows as JSON)
 */
import { NodeRuntime } from "@effect/platform-node"
import { Effect } from "effect"
import { parseArgs } from "node:util"
import { benchmarks } from "./benchmarks.ts"
import { full, reaches, type Row } from "./measure.ts"
import { render } from "./table.ts"

const tell = (text: string) => Effect.sync(() => void process.stderr.write(`${text}\n`))

const program = Effect.gen(function* () {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } })
  const names = positionals.length === 0 ? Object.keys(benchmarks) : positionals
  const rows: Array<Row> = []
  for (const name of names) {
    const benchmark = benchmarks[name]
    if (benchmark === undefined) {
      return yield* Effect.fail(new Error(`There is no ${name}: choose from ${Object.keys(benchmarks).join(", ")}`))
    }
    yield* tell(`${name} …`)
    rows.push(...(yield* benchmark(full)))
  }
  const text = values.json === true ? JSON.stringify(rows.map((row) => ({ ...row, met: reaches(row) }))) : render(rows)
  yield* Effect.sync(() => void process.stdout.write(`${text}\n`))
})

NodeRuntime.runMain(program)
