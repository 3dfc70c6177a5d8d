/** Runs every benchmark once, as small as can be: that they work, not how fast anything is. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { benchmarks } from "./bench/benchmarks.ts"
import { against, median, reaches } from "./bench/measure.ts"
import { render } from "./bench/table.ts"

describe("bench", () => {
  for (const [name, benchmark] of Object.entries(benchmarks)) {
    it.live(`${name} gives sane numbers`, () =>
      Effect.gen(function* () {
        const rows = yield* benchmark({ scale: 0.005, rounds: 1 })
        assert.isAbove(rows.length, 0)
        for (const row of rows) {
          assert.isTrue(Number.isFinite(row.value), `${row.name}: ${row.value}`)
          if (row.floor !== undefined) assert.isAbove(row.floor, 0, row.name)
          if (row.ratio !== undefined) assert.isAbove(row.ratio, 0, row.name)
        }
        assert.strictEqual(render(rows).split("\n").length, rows.length + 1)
      })
    )
  }

  it.effect("compares within each round and leaves the first one out", () =>
    Effect.gen(function* () {
      let calls = 0
      const floor = Effect.sync(() => [1000, 10, 100, 20][calls++] ?? 0)
      const found = yield* against({ scale: 1, rounds: 3 }, floor, {
        double: Effect.sync(() => ([1000, 10, 100, 20][calls - 1] ?? 0) * 2)
      })
      assert.deepInclude(found.double, { value: 40, floor: 20, ratio: 2 })
    })
  )

  it("takes the middle", () => {
    assert.strictEqual(median([3, 1, 2]), 2)
    assert.strictEqual(median([4, 1, 2, 3]), 2.5)
  })

  it("marks missed targets", () => {
    const row = { name: "a", unit: "ms", value: 10, floor: 5, ratio: 2 }
    assert.isUndefined(reaches(row))
    assert.isTrue(reaches({ ...row, target: { of: "ratio", atLeast: 2 } }))
    const missed = { ...row, target: { of: "value", atMost: 9 } } as const
    assert.isFalse(reaches(missed))
    assert.include(render([missed]), "MISSED")
    assert.notInclude(render([row]), "MISSED")
  })
})
