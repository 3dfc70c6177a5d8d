import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as turnUsage from "../../../src/internal/turn/turnUsage.ts"

const counts = (totalTokens: number) => ({
  cacheWriteInputTokens: 0,
  cachedInputTokens: Math.floor(totalTokens / 4),
  inputTokens: Math.floor(totalTokens / 2),
  outputTokens: totalTokens - Math.floor(totalTokens / 2),
  reasoningOutputTokens: 0,
  totalTokens
})

const told = (total: number, last: number) => ({ total: counts(total), last: counts(last), modelContextWindow: 1000 })

/** The usage of the turn after each of these. */
const used = (...tellings: ReadonlyArray<readonly [total: number, last: number]>) => {
  const follow = turnUsage.make()
  return tellings.map(([total, last]) => follow(told(total, last)).turn.totalTokens)
}

describe("the usage of a turn", () => {
  it("is that of the response on a new thread, and grows with each response", () => {
    assert.deepStrictEqual(used([10, 10], [30, 20], [35, 5]), [10, 30, 35])
  })

  it("excludes the usage of earlier turns, also on a resumed thread", () => {
    assert.deepStrictEqual(used([1010, 10], [1030, 20]), [10, 30])
  })

  it("counts a repeated report once", () => {
    assert.deepStrictEqual(used([1010, 10], [1010, 10], [1030, 20], [1030, 20]), [10, 10, 30, 30])
  })

  it("continues if a compaction restarts the total", () => {
    assert.deepStrictEqual(used([1010, 10], [1030, 20], [50, 50], [60, 10]), [10, 30, 80, 90])
    assert.deepStrictEqual(used([1010, 10], [5, 5], [3, 3]), [10, 15, 18])
  })

  it("keeps all reported fields, and takes missing fields for zero", () => {
    const follow = turnUsage.make()
    const first = follow(told(10, 10))
    assert.deepStrictEqual(first, { ...told(10, 10), turn: counts(10) })
    const { cacheWriteInputTokens: _, ...some } = counts(20)
    const second = follow({ total: some, last: some, modelContextWindow: null })
    assert.deepStrictEqual(second.turn, counts(20))
  })

  it.effect.prop(
    "never shrinks, and is the sum of the responses if no report is missed",
    { parts: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 }))) },
    ({ parts }) =>
      Effect.sync(() => {
        let total = 500
        let sum = 0
        const follow = turnUsage.make()
        for (const last of parts) {
          total += last
          sum += last
          assert.strictEqual(follow(told(total, last)).turn.totalTokens, sum)
        }
      })
  )
})
