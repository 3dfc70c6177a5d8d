/**
 * Runs mutants of `src` against the type checker and the nearest tests, and says which survive. It fails when fewer than 95 % are caught, or when
 * a survivor is not explained in `survivors.json`.
 *
 * Run with: npm run mutation                                         (all mutants of the five usual directories: many hours)
 *           npm run mutation -- --sample 200 --seed 1                (so many of them, chosen uniformly)
 *           npm run mutation -- src/internal/approval/describe.ts    (one file, or one directory)
 *           npm run mutation -- --fresh                              (forgets the results of earlier runs)
 *           npm run mutation -- --write                              (keeps the figures in `measured.json`, and writes the page)
 */
import { Stryker } from "@stryker-mutator/core"
import type { Mutant, MutantResult } from "@stryker-mutator/api/core"
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { chosenVariable, notChosen } from "./checker.ts"
import { all, fileOf, fromZero, keyOf, sample } from "./mutants.ts"
import * as page from "./page.ts"
import { explain, render, survived, tally, type Tally } from "./report.ts"
import { dangerous, type Part, parts, usual } from "./tests.ts"
import * as types from "./types.ts"

const root = resolve(import.meta.dirname, "../..")
process.chdir(root)
// A mutant can make Codex forget which home it was given.
const home = mkdtempSync(join(tmpdir(), "effect-codex-mutation-"))
process.env["HOME"] = home
process.once("exit", () => rmSync(home, { recursive: true, force: true }))

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    concurrency: { type: "string", default: "1" },
    fresh: { type: "boolean", default: false },
    write: { type: "boolean", default: false }
  }
})

const partOf = (path: string): Part => {
  const part = parts.find((part) => path === part.path || path.startsWith(`${part.path}/`))
  if (part === undefined) throw new Error(`No tests are named for ${path}: add it to tools/mutation/tests.ts.`)
  return part
}

const filesIn = (path: string): ReadonlyArray<string> =>
  statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => join(path, name))
    : [path]

/** Runs the chosen mutants of one part. */
const runPart = async (part: Part, chosen: ReadonlyArray<Mutant>): Promise<ReadonlyArray<MutantResult>> => {
  const name = part.path.replaceAll("/", "-")
  const chosenFile = resolve(`reports/mutation/${name}-chosen.json`)
  const incrementalFile = `reports/mutation/${name}-${values.sample ?? "all"}-${values.seed}.json`
  writeFileSync(chosenFile, JSON.stringify(chosen.map(keyOf)))
  if (values.fresh) rmSync(incrementalFile, { force: true })
  process.env[chosenVariable] = chosenFile
  process.env["MUTATION_PART"] = part.path
  const results = await new Stryker({
    testRunner: "vitest",
    vitest: { configFile: "tools/mutation/vitest.config.ts", related: false, pool: "forks" },
    plugins: ["@stryker-mutator/vitest-runner", resolve(import.meta.dirname, "checker.ts")],
    checkers: ["types"],
    mutate: [...new Set(chosen.map(({ fileName }) => fileName))],
    coverageAnalysis: "perTest",
    incremental: true,
    incrementalFile,
    concurrency: Number(values.concurrency),
    // A test of its own waits for at most 15 s.
    timeoutMS: 20_000,
    dryRunTimeoutMinutes: 30,
    disableTypeChecks: false,
    // One that isn't there: Stryker would rewrite it with the JavaScript API, which TypeScript 7 doesn't have.
    tsconfigFile: "tsconfig.none.json",
    allowConsoleColors: false,
    reporters: ["progress-append-only"],
    tempDirName: "reports/stryker",
    ignorePatterns: ["/reports", "/docs", "/dist", "/coverage", ".git"]
  }).runMutationTest()
  const checked = results.filter(({ statusReason }) => statusReason !== notChosen)
  return checked.some(survived) ? checkSurvivors(checked) : checked
}

/** A mutant that no test catches can still break the types of another file. */
const checkSurvivors = (results: ReadonlyArray<MutantResult>): ReadonlyArray<MutantResult> => {
  const checker = types.make(root)
  const checked = results.map((result): MutantResult => {
    const errors = survived(result) ? checker.checkAlone(fromZero(result)) : ""
    return errors === "" ? result : { ...result, status: "CompileError", statusReason: errors }
  })
  checker.remove()
  return checked
}

mkdirSync("reports/mutation", { recursive: true })
const paths = positionals.length === 0 ? usual : positionals
const mutants = await all(paths.flatMap(filesIn))
const sampled = values.sample === undefined ? mutants : sample(mutants, Number(values.sample), Number(values.seed))
const chosen = sampled.filter((mutant) => !dangerous.has(fileOf(mutant)))
process.stderr.write(
  `${chosen.length} of ${mutants.length} mutants; ${sampled.length - chosen.length} of dangerous files are left out\n`
)

const tallies: Array<Tally> = []
for (const part of parts) {
  const own = chosen.filter(({ fileName }) => partOf(fileName) === part)
  if (own.length === 0) continue
  const results = await runPart(part, own)
  tallies.push(tally(part.path, results))
  writeFileSync("reports/mutation/result.json", JSON.stringify(tallies, undefined, 2))
}

if (values.write) {
  const ofPart = ({ part }: Tally) => mutants.filter(({ fileName }) => partOf(fileName).path === part).length
  page.write(tallies.map((tally) => ({ tally, of: ofPart(tally), seed: values.seed })))
}
const explained = explain(tallies)
process.stdout.write(`${render(tallies, explained)}\n`)
process.exitCode = explained.isGood ? 0 : 1
