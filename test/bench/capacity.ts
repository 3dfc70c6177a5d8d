/**
 * What a number of threads needs: measures the cost of a turn, a thread and a runner, and simulates the busy hour.
 *
 * Run with: npm run capacity                                     (for 1,000, 100,000 and 10,000,000 threads)
 *           npm run capacity -- --threads 50000 --seconds 45     (for a load of your own)
 *           npm run capacity -- --measure                        (measures again: three minutes, with PostgreSQL)
 *           npm run capacity -- --write                          (writes docs/capacity.md and its plot)
 *
 * Further options of a load: --active SHARE, --turns-per-hour N, --commands N, --idle SECONDS; of a runner: --cores N,
 * --memory GIB.
 */
import { Effect } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import type { Load, Measured, RunnerSize } from "./capacity/figures.ts"
import * as Page from "./capacity/page.ts"
import { simulate } from "./capacity/simulate.ts"

const root = join(import.meta.dirname, "../..")
const files = {
  results: join(import.meta.dirname, "capacity/results.json"),
  page: join(root, "docs/capacity.md"),
  plot: join(root, "docs/images/capacity.svg")
}

/** The load of the page. */
export const load: Load = {
  threads: 1000,
  activeShare: 0.02,
  turnsPerHour: 6,
  secondsPerTurn: 30,
  commandsPerTurn: 5,
  idleSeconds: 60,
  busyHoursPerDay: 8
}

/** The runner of the page. A busy runner keeps some of its cores and memory free. */
export const size: RunnerSize = { cores: 4, memory: 8 * 2 ** 30, coresUsed: 0.6, memoryUsed: 0.75 }

const main = async () => {
  const text = { type: "string" } as const
  const { values } = parseArgs({
    options: {
      measure: { type: "boolean" },
      write: { type: "boolean" },
      threads: text,
      active: text,
      "turns-per-hour": text,
      seconds: text,
      commands: text,
      idle: text,
      cores: text,
      memory: text
    }
  })
  const number = (value: string | undefined, otherwise: number) => (value === undefined ? otherwise : Number(value))
  // Type boundary: this program wrote the file.
  const stored = JSON.parse(readFileSync(files.results, "utf8")) as Page.Results
  const measured: Measured =
    values.measure === true ? await Effect.runPromise((await import("./capacity/measure.ts")).measure) : stored.measured
  const own: Load = {
    ...load,
    activeShare: number(values.active, load.activeShare),
    turnsPerHour: number(values["turns-per-hour"], load.turnsPerHour),
    secondsPerTurn: number(values.seconds, load.secondsPerTurn),
    commandsPerTurn: number(values.commands, load.commandsPerTurn),
    idleSeconds: number(values.idle, load.idleSeconds)
  }
  const runner: RunnerSize = {
    ...size,
    cores: number(values.cores, size.cores),
    memory: number(values.memory, size.memory / 2 ** 30) * 2 ** 30
  }
  const counts = values.threads === undefined ? [1e3, 1e4, 1e5, 1e6, 1e7] : [Number(values.threads)]
  const needs = counts.map((threads) => simulate({ ...own, threads }, measured, runner))
  const [first] = needs
  process.stdout.write(
    `${Page.measuredTable(measured)}\n\n${first === undefined ? "" : Page.loadText(first)}\n\n${Page.needsTable(needs)}\n`
  )
  if (values.write !== true) return
  const results: Page.Results = { measured, needs }
  writeFileSync(files.results, `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(files.page, Page.rendered(readFileSync(files.page, "utf8"), results))
  writeFileSync(files.plot, Page.plot(needs))
}

if (import.meta.main) await main()
