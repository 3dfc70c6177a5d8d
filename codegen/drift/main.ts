/**
 * Compares the protocols of two published codex versions, in either order:
 *
 *     npm run drift -- 0.169.0 0.171.0           the report in words
 *     npm run drift -- 0.169.0 0.171.0 --json    the same as data
 *
 * A version that is not installed yet is installed into the cache of `runtimes.ts` first. Instead of a version, a file
 * in the form of `codegen/schema.json` can be given.
 */
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { printReport } from "./print.ts"
import { load } from "./protocol.ts"
import type { DriftReport } from "./report.ts"
import { reportOf } from "./report.ts"
import { readSources } from "./uses.ts"

const root = fileURLToPath(new URL("../../", import.meta.url))

/** The report on two versions, with the uses in this repository. */
export const drift = (from: string, to: string): DriftReport => reportOf(load(from), load(to), readSources(root))

const main = (args: ReadonlyArray<string>): void => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: "boolean" } },
    allowPositionals: true
  })
  const [from, to] = positionals
  if (from === undefined || to === undefined || positionals.length > 2) {
    throw new Error("expected two versions, such as `npm run drift -- 0.169.0 0.171.0`")
  }
  const report = drift(from, to)
  process.stdout.write(values.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : printReport(report))
}

if (import.meta.main) {
  try {
    main(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
