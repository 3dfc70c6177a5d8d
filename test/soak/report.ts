/**
 * A soak in words: a table of what was measured, and what ran.
 */
import type { Bound, Measure, Verdict } from "./measures.ts"
import type { Ran } from "./turns.ts"
import { type Kind, kinds } from "./plan.ts"

/** What a report is about. */
export interface Run {
  readonly date: string
  readonly versions: string
  readonly seed: number
  readonly threads: number
  readonly seconds: number
  readonly turns: number
  readonly counts: ReadonlyMap<Kind, number>
  readonly wrong: ReadonlyArray<Ran>
  readonly verdicts: ReadonlyArray<Verdict>
}

const number = (value: number): string => (Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(1))
const percent = (part: number): string => `${part >= 0 ? "+" : "−"}${(Math.abs(part) * 100).toFixed(1)} %`

const allowed = (bound: Bound | undefined, { unit }: Measure): string => {
  if (bound === undefined) return "shown only"
  if (bound.per === "run") return percent(bound.part)
  return unit === "MiB" ? `${Math.round(bound.amount * 2 ** 20)} B per turn` : `${bound.amount} ${unit} per turn`
}

const row = ({ first, flat, growth, last, line, measure }: Verdict): string =>
  `| ${[
    measure.title,
    `${number(first)} ${measure.unit}`,
    `${number(last)} ${measure.unit}`,
    percent(growth) + (measure.name === "heap" ? ` (${Math.round(line.slope * 2 ** 20)} B per turn)` : ""),
    allowed(measure.bound, measure),
    flat === undefined ? (measure.bound === undefined ? "" : "too short a run") : flat ? "yes" : "**no**"
  ].join(" | ")} |`

/** The sentence that says what ran. */
export const summary = ({ counts, date, seconds, seed, threads, turns, versions, wrong }: Run): string => {
  const ran = kinds.map((kind) => `${counts.get(kind) ?? 0} ${kind}`).join(", ")
  const rate = (turns / seconds).toFixed(1)
  return (
    `${date}, ${versions}: ${turns} turns (${ran}) on one process, ${threads} threads at once, seed ${seed}, in ` +
    `${Math.round(seconds)} s (${rate} turns a second). ${wrong.length} turns had another outcome than planned.`
  )
}

export const table = (verdicts: ReadonlyArray<Verdict>): string =>
  [
    "| measure | fit at the start | fit at the end | growth | allowed | flat |",
    "|---|---|---|---|---|---|",
    ...verdicts.map(row)
  ].join("\n")

/** The page of the guide: what a soak is, what came out, and a plot of each measure. */
export const page = (run: Run): string =>
  [
    "# A soak",
    "",
    "`npm run soak` runs many turns on one real process. Turns answer, call a tool, or ask for an approval that is",
    "accepted or declined. Some are interrupted by their handle, some lose the reader of their stream, and some fail. A",
    "seed mixes them. Each thread is replaced after 40 turns.",
    "",
    "Between two batches, when no turn runs, both processes are measured. A line is fitted through the samples",
    "(Theil–Sen), without the first fifth and the first 90 s. The command fails if a line rises by more than the bound in",
    "the table, or if a turn has another outcome than planned. On a busy machine the processes wait for its cores, so times",
    "are judged after they are multiplied by the share of the cores that the soak had. Processor time is judged as it is.",
    "",
    summary(run),
    "",
    table(run.verdicts),
    "",
    ...run.verdicts.map(({ measure }) => `![${measure.title}](images/soak-${measure.name}.svg)`),
    ""
  ].join("\n")
