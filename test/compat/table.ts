/**
 * The table of compatibility as text: written, and parsed from the guide that contains it. A complete step in the guide
 * is a promise.
 */
import type { Cell, Column } from "./runner.ts"

const whole = "✓"
const from = "<!-- npm run compat -- --write -->"
const to = "<!-- end -->"

/** Steps by versions, followed by the numbered reasons, in the order of the table. */
export const render = (steps: ReadonlyArray<string>, columns: ReadonlyArray<Column>): string => {
  const reasons: Array<string> = []
  const mark = (cell: Cell | undefined): string => {
    if (cell === undefined) return ""
    if (cell.whole) return whole
    if (!reasons.includes(cell.reason)) reasons.push(cell.reason)
    return String(reasons.indexOf(cell.reason) + 1)
  }
  const row = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`
  const rows = steps.map((step) => row([step, ...columns.map(({ cells }) => mark(cells[step]))]))
  return [
    row(["step", ...columns.map(({ version }) => version)]),
    `|---|${":-:|".repeat(columns.length)}`,
    ...rows,
    ...(reasons.length === 0 ? [] : ["", ...reasons.map((reason, index) => `${index + 1}. ${reason}`)])
  ].join("\n")
}

/** The page with another table between its marks. */
export const replace = (page: string, table: string): string => {
  const [before, after] = around(page)
  return `${before}${from}\n\n${table}\n\n${to}${after}`
}

/** The content of a table for each version: its steps, and whether each is complete. */
export type Shown = ReadonlyMap<string, ReadonlyMap<string, boolean>>

/** Reads the table of a page. */
export const read = (page: string): Shown => {
  const [before, after] = around(page)
  const [head = [], , ...rows] = page
    .slice(before.length, page.length - after.length)
    .split("\n")
    .flatMap((line) =>
      line.startsWith("|")
        ? [
            line
              .split("|")
              .slice(1, -1)
              .map((cell) => cell.trim())
          ]
        : []
    )
  return new Map(
    head
      .slice(1)
      .map((version, index) => [version, new Map(rows.map(([step = "", ...cells]) => [step, cells[index] === whole]))])
  )
}

/** A step that differs from the page. */
export interface Broken {
  readonly version: string
  readonly step: string
  readonly reason: string
}

/** The steps that are complete on the page and not in the run. */
export const broken = (shown: Shown, columns: ReadonlyArray<Column>): ReadonlyArray<Broken> =>
  columns.flatMap(({ cells, version }) =>
    [...(shown.get(version) ?? [])].flatMap(([step, isWhole]) => {
      const cell = cells[step]
      if (!isWhole || cell?.whole === true) return []
      return [{ version, step, reason: cell?.reason ?? "there is no such step any more" }]
    })
  )

// internal

const around = (page: string): readonly [before: string, after: string] => {
  const [start, end] = [page.indexOf(from), page.indexOf(to)]
  if (start === -1 || end < start) throw new Error(`the page has no table between ${from} and ${to}`)
  return [page.slice(0, start), page.slice(end + to.length)]
}
