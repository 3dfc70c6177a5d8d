/**
 * A row of the table of `npm run cluster:check`, as text and in Markdown.
 */

/** What one scenario measured. */
export interface Row {
  readonly name: string
  /** What happens. */
  readonly title: string
  /** What must come out. */
  readonly expected: string
  /** What came out, with how often. */
  readonly outcomes: { readonly [outcome: string]: number }
  /** The most model requests for one key. */
  readonly requests: number
  /** Milliseconds of each repetition. */
  readonly millis: ReadonlyArray<number>
  /** What did not come out as expected. */
  readonly problems: ReadonlyArray<string>
}

export const isRight = ({ problems }: Row): boolean => problems.length === 0

export const heading =
  "                                              outcome                                     requests   median    worst"

/** One line, followed by its problems. */
export const line = (row: Row): string =>
  [
    [
      isRight(row) ? "✓" : "✗",
      row.name.padEnd(42),
      outcomes(row).padEnd(46),
      String(row.requests).padStart(5),
      seconds(median(row.millis)).padStart(8),
      seconds(Math.max(...row.millis)).padStart(8)
    ].join(" "),
    ...row.problems.map((problem) => `    ${problem}`)
  ].join("\n")

/** A row of the table in Markdown, which begins with its title. */
export const cells = (row: Row): ReadonlyArray<string> => [
  row.title,
  `${row.millis.length}`,
  `${isRight(row) ? "" : "✗ "}${outcomes(row)}`,
  `${row.requests}`,
  seconds(median(row.millis)),
  seconds(Math.max(...row.millis))
]

/** Reads the rows of a table in Markdown. */
export const read = (page: string): ReadonlyArray<ReadonlyArray<string>> =>
  page
    .split("\n")
    .filter((text) => text.startsWith("| "))
    .slice(1)
    .map((text) => text.slice(2, -2).split(" | "))

/** Replaces the rows with the same titles, and adds the others. */
export const merge = (
  earlier: ReadonlyArray<ReadonlyArray<string>>,
  rows: ReadonlyArray<ReadonlyArray<string>>
): ReadonlyArray<ReadonlyArray<string>> => {
  const byTitle = new Map(rows.map((one) => [one[0], one]))
  const kept = earlier.map((one) => byTitle.get(one[0]) ?? one)
  return [...kept, ...rows.filter((one) => !kept.includes(one))]
}

/** Rows as a table in Markdown. */
export const table = (rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [
    "| what happens | times | what the callers get | requests for a key, at most | median | worst |",
    "|---|---|---|---|---|---|",
    ...rows.map((one) => `| ${one.join(" | ")} |`)
  ].join("\n")

// internal

const outcomes = (row: Row): string =>
  Object.entries(row.outcomes)
    .map(([outcome, count]) => `${outcome}: ${count}`)
    .join(", ")

const seconds = (millis: number): string => `${(millis / 1000).toFixed(1)} s`

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
