/**
 * The table of `docs/reliability-mutants.md`, from the latest measurement of each part. `measured.json` keeps the measurements, so that a run of
 * one part leaves those of the others as they are. The text around the table is written by hand.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { explain, render, type Tally } from "./report.ts"

/** A measurement of one part. */
export interface Measured {
  readonly tally: Tally
  /** How many mutants the part has, all told. */
  readonly of: number
  readonly seed: string
}

const measuredFile = join(import.meta.dirname, "measured.json")
const page = join(import.meta.dirname, "../../docs/reliability-mutants.md")
const [begin, end] = ["<!-- measured -->\n", "<!-- end of measured -->"]

// Type boundary: it is committed beside this.
const read = (): ReadonlyArray<Measured> => JSON.parse(readFileSync(measuredFile, "utf8")) as ReadonlyArray<Measured>

const cell = (text: string): string => text.replaceAll("|", "\\|")

/** Keeps measurements in place of earlier ones of the same parts, and writes the page. */
export const write = (measured: ReadonlyArray<Measured>): void => {
  const parts = new Set(measured.map(({ tally }) => tally.part))
  const all = [...read().filter(({ tally }) => !parts.has(tally.part)), ...measured].sort((a, b) =>
    a.tally.part.localeCompare(b.tally.part)
  )
  writeFileSync(measuredFile, `${JSON.stringify(all, undefined, 2)}\n`)
  const tallies = all.map(({ tally }) => tally)
  const explanation = explain(tallies)
  const [table = ""] = render(tallies, explanation).split("\n\n")
  // Tables, because their rows may be long.
  const samples = all.map(({ of, seed, tally }) => `| \`${tally.part}\` | ${tally.mutants} | ${of} | ${seed} |`)
  const survivors = tallies
    .flatMap(({ survivors }) => survivors)
    .map((one) => {
      const reason = explanation.reasonOf(one) ?? "Not explained."
      return `| \`${one.file}\` | \`${cell(one.original)}\` | \`${cell(one.replacement)}\` | ${cell(reason)} |`
    })
  const text = readFileSync(page, "utf8")
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from === -1 || to === -1) throw new Error("The page has no place for the table.")
  const sections = [
    table,
    ["| part | sampled | of | seed |", "|---|---|---|---|", ...samples].join("\n"),
    ["| survivor in | before | after | why |", "|---|---|---|---|", ...survivors].join("\n")
  ]
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n${sections.join("\n\n")}\n\n${text.slice(to)}`)
}
