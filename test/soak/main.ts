/**
 * Runs many turns on one real process and says whether memory, descriptors, fibers and latency stay flat. It fails when
 * one of them grows by more than its bound, or when a turn has another outcome than planned. Linux only.
 *
 * Run with: npm run soak                            (10,000 turns, about a quarter of an hour)
 *           npm run soak -- --turns 3000 --seed 7   (fewer, and others; what ends within 90 s is not judged)
 *           npm run soak -- --write                 (plots and table into `docs`, else into `reports/soak`)
 */
import { NodeRuntime } from "@effect/platform-node"
import { Effect } from "effect"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { judge, measures } from "./measures.ts"
import { plot } from "./plot.ts"
import * as report from "./report.ts"
import { run } from "./soak.ts"

const root = join(import.meta.dirname, "../..")

const { values } = parseArgs({
  options: {
    turns: { type: "string", default: "10000" },
    threads: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    write: { type: "boolean", default: false }
  }
})

const tell = (text: string) => Effect.sync(() => void process.stderr.write(`${text}\n`))

const effectVersion = (): string => {
  // Type boundary: the package's own description.
  const { version } = JSON.parse(readFileSync(join(root, "node_modules/effect/package.json"), "utf8")) as {
    readonly version: string
  }
  return version
}

const program = Effect.gen(function* () {
  const start = performance.now()
  const options = { turns: Number(values.turns), threads: Number(values.threads), seed: Number(values.seed) }
  const { counts, samples, server, wrong } = yield* run({
    ...options,
    onSample: (sample) =>
      tell(
        `${sample.turns} turns, ${Math.round((performance.now() - start) / 1000)} s: ` +
          measures.map((measure) => `${measure.name} ${measure.of(sample).toFixed(1)}`).join(", ")
      )
  })
  const verdicts = measures.map((measure) => judge(samples, measure))
  const result: report.Run = {
    ...options,
    date: new Date().toISOString().slice(0, 10),
    versions: `codex ${server}, effect ${effectVersion()}, Node ${process.versions.node}`,
    seconds: (performance.now() - start) / 1000,
    counts,
    wrong,
    verdicts
  }
  const images = values.write ? join(root, "docs/images") : join(root, "reports/soak")
  mkdirSync(images, { recursive: true })
  mkdirSync(join(root, "reports/soak"), { recursive: true })
  for (const verdict of verdicts) writeFileSync(join(images, `soak-${verdict.measure.name}.svg`), plot(verdict))
  writeFileSync(join(root, "reports/soak/samples.json"), JSON.stringify(samples))
  writeFileSync(join(root, values.write ? "docs/reliability-soak.md" : "reports/soak/soak.md"), report.page(result))
  yield* Effect.sync(() => void process.stdout.write(`${report.summary(result)}\n\n${report.table(verdicts)}\n`))
  for (const turn of wrong) yield* tell(`${turn.kind}: ${turn.wrong}`)
  const failed = wrong.length > 0 || verdicts.some(({ flat }) => flat === false)
  yield* Effect.sync(() => void (process.exitCode = failed ? 1 : 0))
})

NodeRuntime.runMain(program)
