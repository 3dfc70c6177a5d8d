/**
 * What became of the mutants: counted, with each survivor and its explanation if `survivors.json` has one.
 */
import type { MutantResult } from "@stryker-mutator/api/core"
import { readFileSync } from "node:fs"
import { join } from "node:path"

/** A mutant that nothing caught. */
export interface Survivor {
  readonly file: string
  /** Counts from 1. For people: it is no part of what identifies a mutant. */
  readonly line: number
  readonly mutator: string
  /** The source that the mutant replaces, in one line. */
  readonly original: string
  readonly replacement: string
  /** Whether a test ran the code at all. */
  readonly covered: boolean
}

/** The mutants of one part. */
export interface Tally {
  readonly part: string
  readonly mutants: number
  readonly byTypes: number
  readonly byTests: number
  readonly byTimeout: number
  readonly survivors: ReadonlyArray<Survivor>
}

interface Explained extends Pick<Survivor, "file" | "original" | "replacement"> {
  readonly reason: string
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim()

const survivorOf = ({ fileName, location, mutatorName, replacement, status }: MutantResult): Survivor => {
  const file = fileName.slice(fileName.lastIndexOf("src/"))
  const lines = readFileSync(file, "utf8").split("\n")
  // Stryker's results count from 1.
  const [first, last] = [location.start.line - 1, location.end.line - 1]
  const text = lines.slice(first, last + 1)
  text[text.length - 1] = text.at(-1)?.slice(0, location.end.column - 1) ?? ""
  text[0] = text[0]?.slice(location.start.column - 1) ?? ""
  return {
    file,
    line: location.start.line,
    mutator: mutatorName,
    original: oneLine(text.join("\n")),
    replacement: oneLine(replacement ?? ""),
    covered: status !== "NoCoverage"
  }
}

/** Whether nothing caught it. */
export const survived = ({ status }: MutantResult): boolean => status === "Survived" || status === "NoCoverage"

export const tally = (part: string, results: ReadonlyArray<MutantResult>): Tally => {
  const count = (...statuses: ReadonlyArray<string>) => results.filter(({ status }) => statuses.includes(status)).length
  return {
    part,
    mutants: results.length,
    byTypes: count("CompileError"),
    byTests: count("Killed", "RuntimeError"),
    byTimeout: count("Timeout"),
    survivors: results.filter(survived).map(survivorOf)
  }
}

export interface Explanation {
  readonly reasonOf: (survivor: Survivor) => string | undefined
  /** Whether at least 95 % are caught, and each survivor is explained. */
  readonly isGood: boolean
}

export const explain = (tallies: ReadonlyArray<Tally>): Explanation => {
  // Type boundary: it is committed beside this.
  const known = JSON.parse(
    readFileSync(join(import.meta.dirname, "survivors.json"), "utf8")
  ) as ReadonlyArray<Explained>
  const reasonOf = ({ file, original, replacement }: Survivor): string | undefined =>
    known.find((one) => one.file === file && one.original === original && one.replacement === replacement)?.reason
  const mutants = tallies.reduce((sum, { mutants }) => sum + mutants, 0)
  const survivors = tallies.flatMap(({ survivors }) => survivors)
  const caught = mutants - survivors.length
  return { reasonOf, isGood: caught >= mutants * 0.95 && survivors.every((one) => reasonOf(one) !== undefined) }
}

const percent = (part: number, of: number): string => `${((part / of) * 100).toFixed(1)} %`

export const render = (tallies: ReadonlyArray<Tally>, { reasonOf }: Explanation): string => {
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((all, tally) => all + of(tally), 0)
  const row = (name: string, only: ReadonlyArray<Tally>): string => {
    const total = (of: (tally: Tally) => number): number => only.reduce((all, tally) => all + of(tally), 0)
    const mutants = total((tally) => tally.mutants)
    const survivors = total((tally) => tally.survivors.length)
    const explained = total((tally) => tally.survivors.filter((one) => reasonOf(one) !== undefined).length)
    const cells = [
      name,
      mutants,
      total((tally) => tally.byTypes),
      total((tally) => tally.byTests),
      total((tally) => tally.byTimeout),
      survivors,
      explained,
      percent(mutants - survivors, mutants)
    ]
    return `| ${cells.join(" | ")} |`
  }
  const list = tallies
    .flatMap(({ survivors }) => survivors)
    .map((one) => {
      const reason = reasonOf(one) ?? (one.covered ? "NOT EXPLAINED" : "NOT EXPLAINED, and no test runs it")
      return `${one.file}:${one.line} ${one.mutator}\n  - ${one.original}\n  + ${one.replacement}\n  ${reason}`
    })
  return [
    "| part | mutants | caught by types | by tests | by a timeout | survived | explained | caught |",
    "|---|---|---|---|---|---|---|---|",
    ...tallies.map((one) => row(`\`${one.part}\``, [one])),
    ...(sum(() => 1) > 1 ? [row("all", tallies)] : []),
    "",
    ...list
  ].join("\n")
}
