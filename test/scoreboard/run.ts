/**
 * Runs a scoreboard: distributes its scenarios to processes (`worker.ts`), prints a line for each, and returns whether
 * all are green. `repeat.ts` measures.
 */
import { Effect } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { arch, cpus, platform } from "node:os"
import { codexVersion } from "../../src/generated/version.ts"
import { parse, seeds, usage, WordsError } from "./options.ts"
import { isGreen, merge, type Row } from "./row.ts"
import { inOrder, type Scenario } from "./scenario.ts"
import * as table from "./table.ts"
import * as worker from "./worker.ts"

export interface Scoreboard {
  /** As in `npm run NAME`. */
  readonly name: string
  /**
   * The addresses of modules that export `scenarios`, such as `import.meta.resolve("./wire.ts")`. Each process loads
   * them.
   */
  readonly modules: ReadonlyArray<string>
  /** The arguments of the command line. */
  readonly argv: ReadonlyArray<string>
  /** Receives a line of output. Default: stdout. */
  readonly print?: ((line: string) => void) | undefined
}

export interface Outcome {
  readonly rows: ReadonlyArray<Row>
  readonly isGreen: boolean
}

/** Runs the scenarios that the arguments select. Invalid arguments are a defect with a message for the user. */
export const runScoreboard = (board: Scoreboard): Effect.Effect<Outcome> =>
  Effect.gen(function* () {
    const cache = yield* worker.folder
    const from = performance.now()
    const options = parse(board.argv)
    const print = board.print ?? ((line) => void process.stdout.write(`${line}\n`))
    const command = `npm run ${board.name} --`
    const all = yield* load(board.modules)
    const found = all.filter(
      ({ scenario: { group, name } }) =>
        options.only.length === 0 || options.only.includes(name) || options.only.includes(group)
    )
    const known = new Set(all.flatMap(({ scenario: { group, name } }) => [group, name]))
    const unknown = options.only.filter((name) => !known.has(name))
    if (unknown.length > 0) throw new WordsError(`No scenario or group is named ${unknown.join(", ")}`)

    const rows = new Map<string, Row>()
    const deadline = from + options.minutes * 60_000
    print(table.heading)
    for (let pass = 0; pass === 0 || performance.now() < deadline; pass++) {
      yield* share(found, cache, options.workers, seeds(options, pass), (row) => {
        const earlier = rows.get(row.name)
        rows.set(row.name, earlier === undefined ? row : merge(earlier, row))
        // One line for each pass says more than an hour of green lines.
        if (pass === 0 || !isGreen(row)) print(table.line(row, command))
      })
      if (options.minutes > 0) print(`pass ${pass + 1}: ${table.totals([...rows.values()], performance.now() - from)}`)
    }

    // In the order of the modules, not in that of their completion.
    const ordered = found.flatMap(({ scenario }) => rows.get(scenario.name) ?? [])
    const green = ordered.every(isGreen)
    print(table.totals(ordered, performance.now() - from))
    if (options.json !== undefined)
      writeFileSync(options.json, `${JSON.stringify({ ...about(), rows: ordered }, null, 2)}\n`)
    if (options.markdown !== undefined) {
      const page = readFileSync(options.markdown, "utf8")
      const { codex, cores, date, node, system } = about()
      const said = `${date}, codex ${codex}, Node ${node}, ${system}, ${cores} cores: ${table
        .totals(ordered, performance.now() - from)
        .split("\n")
        .at(-1)}.`
      writeFileSync(options.markdown, table.replace(page, board.name, table.markdown(ordered, said)))
    }
    return { rows: ordered, isGreen: green }
  }).pipe(Effect.scoped)

/** Runs it as a program: exits with 1 if a row is red, and with 2 if the arguments are invalid. */
export const main = async (board: Scoreboard): Promise<void> => {
  try {
    const { isGreen } = await Effect.runPromise(runScoreboard(board))
    if (!isGreen) process.exitCode = 1
  } catch (error) {
    process.stderr.write(
      error instanceof WordsError ? `${error.message}\n${usage}\n` : `${error instanceof Error ? error.stack : error}\n`
    )
    process.exitCode = 2
  }
}

// internal

interface Found {
  readonly scenario: Scenario
  readonly module: string
}

const load = Effect.fnUntraced(function* (modules: ReadonlyArray<string>) {
  const found: Array<Found> = []
  for (const module of modules) {
    // Type boundary: the modules of a scoreboard export this.
    const loaded = (yield* Effect.promise(() => import(module))) as { readonly scenarios: ReadonlyArray<Scenario> }
    found.push(...loaded.scenarios.map((scenario) => ({ scenario, module })))
  }
  const names = found.map(({ scenario }) => scenario.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Error(`Two scenarios are named ${twice}`)
  return found
})

/**
 * Each process takes the next scenario when it has finished one; after a red row it is replaced, because the scenario
 * may have changed its state.
 */
const share = (
  found: ReadonlyArray<Found>,
  cache: string,
  workers: number,
  seeds: ReadonlyArray<number>,
  onRow: (row: Row) => void
): Effect.Effect<void> => {
  const queue = found.toSorted((a, b) => inOrder(a.scenario, b.scenario))
  const life = Effect.scoped(
    Effect.gen(function* () {
      const process = yield* worker.make(cache)
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const row = yield* process.repeat(next.scenario, next.module, seeds)
        onRow(row)
        if (!isGreen(row)) return
      }
    })
  )
  const lives = Effect.repeat(life, { while: () => queue.length > 0 })
  return Effect.all(
    Array.from({ length: Math.min(workers, found.length) }, () => lives),
    { concurrency: "unbounded", discard: true }
  )
}

const about = () => ({
  date: new Date().toISOString().slice(0, 10),
  codex: codexVersion,
  node: process.versions.node,
  system: `${platform()} ${arch()}`,
  cores: cpus().length
})
