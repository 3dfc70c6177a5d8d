/**
 * Rows as lines of text, and as a table for a page.
 */
import { isGreen, type Row } from "./row.ts"

export const heading =
  "                                                          outcome    worst of limit       left: proc. fibers list. descr.  heap"

/** One line, followed by its problems. */
export const line = (row: Row, command: string): string => {
  const cells = [
    isGreen(row) ? "✓" : "✗",
    `${row.group}: ${row.name}`.padEnd(54),
    `${row.right} of ${row.repetitions}`.padStart(10),
    `${seconds(row.worstMillis)} of ${seconds(row.withinMillis)}`.padStart(18),
    String(row.processes).padStart(12),
    String(row.fibers).padStart(6),
    String(row.listeners).padStart(6),
    String(row.descriptors).padStart(6),
    heap(row).padStart(10)
  ]
  return [
    cells.join(" "),
    ...distinct(row.faults).map(
      ({ kind, seed, what }) => `    ${kind}: ${what}\n      ${command} --only ${row.name} --seed ${seed}`
    )
  ].join("\n")
}

/** The summary of all rows. */
export const totals = (rows: ReadonlyArray<Row>, millis: number): string => {
  const groups = [...Map.groupBy(rows, ({ group }) => group)]
  const repetitions = rows.reduce((sum, row) => sum + row.repetitions, 0)
  const right = rows.reduce((sum, row) => sum + row.right, 0)
  const green = rows.filter(isGreen).length
  return [
    ...groups.map(([group, rows]) => `${group}: ${rows.filter(isGreen).length} of ${rows.length} scenarios`),
    `${green} of ${rows.length} scenarios, ${right} of ${repetitions} repetitions, ${(millis / 1000).toFixed(0)} s`
  ].join("\n")
}

/** A table in Markdown, one for each group. */
export const markdown = (rows: ReadonlyArray<Row>, about: string): string =>
  [
    about,
    ...[...Map.groupBy(rows, ({ group }) => group)].map(([group, rows]) =>
      [
        `### ${group}`,
        "",
        "| scenario | what happens | what must come out | on | outcome | worst time | processes | fibers | listeners | descriptors | heap |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
        ...rows.map((row) =>
          [
            "",
            `\`${row.name}\``,
            cell(row.title),
            cell(row.expected),
            row.on,
            `${isGreen(row) ? "" : "✗ "}${row.right} of ${row.repetitions}`,
            `${seconds(row.worstMillis)} of ${seconds(row.withinMillis)}`,
            row.processes,
            row.fibers,
            row.listeners,
            row.descriptors,
            heap(row),
            ""
          ]
            .join(" | ")
            .trim()
        )
      ].join("\n")
    )
  ].join("\n\n")

/** A page with the text between its marks replaced. */
export const replace = (page: string, name: string, text: string): string => {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from === -1 || to < from) throw new Error(`The page has no block between ${begin} and ${end}`)
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`
}

// internal

/** The first of equal problems, three at most; JSON has them all. */
const distinct = (faults: Row["faults"]): Row["faults"] =>
  [...new Map(faults.toReversed().map((fault) => [`${fault.kind} ${fault.what}`, fault])).values()]
    .toReversed()
    .slice(0, 3)

const seconds = (millis: number): string => `${(millis / 1000).toFixed(millis < 10_000 ? 2 : 1)} s`

const heap = ({ heapBytes }: Row): string =>
  heapBytes === null ? "–" : `${heapBytes < 0 ? "−" : "+"}${(Math.abs(heapBytes) / 2 ** 20).toFixed(2)} MiB`

const cell = (text: string): string => text.replaceAll("|", "\\|")
