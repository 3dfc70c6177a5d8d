/**
 * How many tokens one turn used, from the totals of its thread. Pure.
 *
 * The server tells `total` (of the thread) and `last` (of the latest model response) once for each response, and sometimes tells the same
 * again. So what a turn used is the difference of totals since its start, not a sum of `last`. Where totals go down, they were counted anew.
 */
import type { ThreadTokenUsage, TokenUsageBreakdown } from "../../generated/types.ts"
import type { TurnUsage } from "./turnResult.ts"

type Counts = Required<TokenUsageBreakdown>

const fields = [
  "cacheWriteInputTokens",
  "cachedInputTokens",
  "inputTokens",
  "outputTokens",
  "reasoningOutputTokens",
  "totalTokens"
] as const

const combine = (a: TokenUsageBreakdown, b: TokenUsageBreakdown, f: (a: number, b: number) => number): Counts => {
  const counts: { -readonly [K in keyof Counts]: number } = {
    cacheWriteInputTokens: 0,
    cachedInputTokens: 0,
    inputTokens: 0,
    outputTokens: 0,
    reasoningOutputTokens: 0,
    totalTokens: 0
  }
  for (const field of fields) counts[field] = f(a[field] ?? 0, b[field] ?? 0)
  return counts
}

const subtract = (a: TokenUsageBreakdown, b: TokenUsageBreakdown) => combine(a, b, (x, y) => Math.max(0, x - y))
const add = (a: TokenUsageBreakdown, b: TokenUsageBreakdown) => combine(a, b, (x, y) => x + y)

/** Follows the usage of one turn. */
export const make = (): ((told: ThreadTokenUsage) => TurnUsage) => {
  // The total before the turn: before its first response, that is the first total without that response.
  let baseline: TokenUsageBreakdown | undefined
  let previous: TokenUsageBreakdown | undefined
  // What was used before totals were counted anew.
  let settled: TokenUsageBreakdown | undefined

  return (told) => {
    if (baseline === undefined || previous === undefined) {
      baseline = subtract(told.total, told.last)
    } else if (told.total.totalTokens < previous.totalTokens) {
      const used = subtract(previous, baseline)
      settled = settled === undefined ? used : add(settled, used)
      baseline = subtract(told.total, told.last)
    }
    previous = told.total
    const used = subtract(told.total, baseline)
    return { ...told, turn: settled === undefined ? used : add(settled, used) }
  }
}
