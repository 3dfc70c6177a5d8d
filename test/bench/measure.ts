/**
 * What a measurement is: a row of the table, its target, the size of the work, and the median.
 *
 * How two sides are compared is `paired.ts`; how rows are shown is `table.ts`.
 */

/** One line of the table. */
export interface Row {
  readonly name: string
  readonly unit: string
  /** Absent if the row could not be measured; the note says why. */
  readonly value?: number | undefined
  /** What the floor needs or does, in the same unit; absent without a floor. */
  readonly floor?: number | undefined
  /** Value to floor: the median of the ratios of each round. */
  readonly ratio?: number | undefined
  /**
   * The processor time of the side's process relative to the floor's. It is valid even if other processes run at the
   * same time.
   */
  readonly cpu?: number | undefined
  readonly target?: Target | undefined
  /** Facts that are needed to read the row. */
  readonly note?: string | undefined
}

/** The target of a row; `difference` is the value minus the floor. */
export interface Target {
  readonly of: "ratio" | "value" | "difference"
  readonly atLeast?: number
  readonly atMost?: number
}

/** The amount of work. */
export interface Size {
  /** Share of the work of one round: 1 for a full run, less for a trial. */
  readonly scale: number
  /** Rounds that count, for all processes of a side together. */
  readonly rounds: number
  /** Warm-up rounds of each process. */
  readonly warmup: number
  /** How many processes each side gets, one after the other. */
  readonly launches: number
  /** The folder for the plots; absent without plots. */
  readonly plots?: string | undefined
}

export const full: Size = { scale: 1, rounds: 15, warmup: 4, launches: 3 }

/** A run that is as small as possible. It finds errors, but its figures mean nothing. */
export const quick: Size = { scale: 0.005, rounds: 1, warmup: 0, launches: 1 }

/** Returns a number of repetitions at this size, at least one. */
export const times = (size: Size, count: number): number => Math.max(1, Math.round(count * size.scale))

/** The figures that a target compares. */
export const figure = ({ floor, ratio, target, value }: Row): number | undefined => {
  switch (target?.of) {
    case "ratio":
      return ratio
    case "difference":
      return value === undefined || floor === undefined ? undefined : value - floor
    default:
      return value
  }
}

/** Returns whether a row reaches its target; `undefined` without a target or without a value. */
export const reaches = (row: Row): boolean | undefined => {
  const found = figure(row)
  if (row.target === undefined || row.value === undefined) return undefined
  return found !== undefined && found >= (row.target.atLeast ?? -Infinity) && found <= (row.target.atMost ?? Infinity)
}

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
