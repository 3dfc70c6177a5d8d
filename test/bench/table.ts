/** Rows as a table for people. */
import { reaches, type Row } from "./measure.ts"

const number = (value: number | undefined): string => {
  if (value === undefined) return ""
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

const goal = ({ target, unit }: Row): string => {
  if (target === undefined) return ""
  const limit = target.atLeast === undefined ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`
  switch (target.of) {
    case "ratio":
      return `${limit} ×`
    case "value":
      return `${limit} ${unit}`.trimEnd()
    case "difference":
      return `${limit.replace(" ", " +")} ${unit}`
  }
}

const sign = { true: "✓", false: "✗ MISSED", undefined: "" } as const

const heading = ["", "SDK", "floor", "", "ratio", "cpu", "target", "", ""]

/** A table with aligned columns; missed targets are marked. */
export const render = (rows: ReadonlyArray<Row>): string => {
  const cells = [
    heading,
    ...rows.map((row) => [
      row.name,
      number(row.value),
      number(row.floor),
      row.unit,
      number(row.ratio),
      number(row.cpu),
      goal(row),
      sign[`${reaches(row)}`],
      row.note ?? ""
    ])
  ]
  const widths = heading.map((_, column) => Math.max(...cells.map((line) => (line[column] ?? "").length)))
  const numeric = new Set([1, 2, 4, 5])
  return cells
    .map((line) =>
      line
        .map((cell, column) =>
          numeric.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)
        )
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}
