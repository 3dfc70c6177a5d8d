/**
 * Computes how many tokens one turn used, from the totals of its thread.
 *
 * The server reports `total` (of the thread) and `last` (of the latest model response) once for each response, and
 * sometimes repeats a report. So the usage of a turn is the difference of totals since its start, and not a sum of
 * `last`. If the total decreases, the server has started to count again.
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

/** Tracks the usage of one turn. */
export const make = (): ((told: ThreadTokenUsage) => TurnUsage) => {
  // The total before the turn: the first reported total, without the response that it includes.
  let baseline: TokenUsageBreakdown | undefined
  let previous: TokenUsageBreakdown | undefined
  // The usage before the count started again.
  let counted: TokenUsageBreakdown | undefined

  return (told) => {
    if (baseline === undefined || previous === undefined) {
      baseline = subtract(told.total, told.last)
    } else if (told.total.totalTokens < previous.totalTokens) {
      const used = subtract(previous, baseline)
      counted = counted === undefined ? used : add(counted, used)
      baseline = subtract(told.total, told.last)
    }
    previous = told.total
    const used = subtract(told.total, baseline)
    return { ...told, turn: counted === undefined ? used : add(counted, used) }
  }
}
