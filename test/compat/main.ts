/**
 * Tries what users do first on several versions of the runtime, and prints a table of steps by versions:
 *
 *     npm run compat [-- version … [--json] [--write]]
 *
 * A version is a number, or `oldest`, `pinned` or `newest`; without one all of the table are tried. `--json` prints
 * data instead, and `--write` writes the table into the guide. Exits with 1 if a step is not whole that the guide
 * promises.
 */
import { Effect } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import * as runtimes from "../../codegen/runtimes.ts"
import { codexVersion } from "../../src/generated/version.ts"
import * as Runner from "./runner.ts"
import { steps } from "./steps.ts"
import * as Table from "./table.ts"
import * as Versions from "./versions.ts"

const guide = new URL("../../docs/versions.md", import.meta.url)

const words = process.argv.slice(2)
const flags = new Set(words.filter((word) => word.startsWith("--")))
const asked = words.filter((word) => !word.startsWith("--")).map(Versions.named)
const versions: ReadonlyArray<string> = asked.length === 0 ? Versions.versions : [...new Set(asked)]

const tell = (line: string): void => void process.stderr.write(`${line}\n`)

const column = Effect.fnUntraced(function* (version: string) {
  const executable = version === codexVersion ? runtimes.pinned() : runtimes.install(version)
  const from = performance.now()
  const column = yield* Runner.run({ version, executable }, steps)
  const whole = Object.values(column.cells).filter((cell) => cell.whole).length
  tell(`${version}: ${whole} of ${steps.length} whole, ${((performance.now() - from) / 1000).toFixed(1)} s`)
  return column
})

const unknown = [...flags].filter((flag) => flag !== "--json" && flag !== "--write")
if (unknown.length > 0) throw new Error(`unknown option ${unknown.join(", ")}`)
if (flags.has("--write") && asked.length > 0) throw new Error("--write needs the columns of all versions: name none")

const columns = await Effect.runPromise(Effect.forEach(versions, column))
const page = readFileSync(guide, "utf8")
const table = Table.render(
  steps.map(({ name }) => name),
  columns
)
process.stdout.write(`${flags.has("--json") ? JSON.stringify(columns, null, 2) : table}\n`)
if (flags.has("--write")) writeFileSync(guide, Table.replace(page, table))
const broken = Table.broken(Table.read(page), columns)
for (const { reason, step, version } of broken) tell(`${version} promises "${step}": ${reason}`)
// Writing the table changes the promise, in a change that is reviewed.
if (broken.length > 0 && !flags.has("--write")) process.exitCode = 1
