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

/** The rows as a table in Markdown. */
export const markdown = (rows: ReadonlyArray<Row>): string =>
  [
    "| what happens | times | what the callers get | requests for a key, at most | median | worst |",
    "|---|---|---|---|---|---|",
    ...rows.map((row) =>
      [
        "",
        row.title,
        `${row.millis.length}`,
        `${isRight(row) ? "" : "✗ "}${outcomes(row)}`,
        `${row.requests}`,
        seconds(median(row.millis)),
        seconds(Math.max(...row.millis)),
        ""
      ]
        .join(" | ")
        .trim()
    )
  ].join("\n")

// internal

const outcomes = (row: Row): string =>
  Object.entries(row.outcomes)
    .map(([outcome, count]) => `${outcome}: ${count}`)
    .join(", ")

const seconds = (millis: number): string => `${(millis / 1000).toFixed(1)} s`

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
