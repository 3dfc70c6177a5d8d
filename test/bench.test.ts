/** Runs every benchmark once, as small as possible: to see that they work, not how fast they are. */
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { benchmarks } from "./bench/benchmarks.ts"
import { slope } from "./bench/growth.ts"
import { figure, median, quick, reaches, type Row } from "./bench/measure.ts"
import { against } from "./bench/paired.ts"
import { render } from "./bench/table.ts"
import * as Peer from "./support/peer.ts"

describe("bench", () => {
  const plots = mkdtempSync(join(tmpdir(), "plots-"))
  afterAll(() => rmSync(plots, { recursive: true }))

  for (const [name, benchmark] of Object.entries(benchmarks)) {
    it.live(
      `${name} returns plausible numbers`,
      () =>
        Effect.gen(function* () {
          const rows = yield* benchmark({ ...quick, plots })
          assert.isAbove(rows.length, 0)
          for (const row of rows) {
            // A row without a value says what is missing.
            if (row.value === undefined) assert.match(row.note ?? "", /npm install/)
            else assert.isTrue(Number.isFinite(row.value), `${row.name}: ${row.value}`)
            for (const found of [row.floor, row.ratio, row.cpu])
              if (found !== undefined) assert.isAbove(found, 0, row.name)
          }
          assert.strictEqual(render(rows).split("\n").length, rows.length + 1)
          if (name !== "growth") return
          const files = readdirSync(plots).sort()
          assert.deepStrictEqual(files, ["growth-events-of-a-turn.svg", "growth-threads-started.svg"])
          for (const file of files) assert.notInclude(readFileSync(join(plots, file), "utf8"), "NaN")
        }),
      // Some benchmarks start a dozen processes.
      120_000
    )
  }

  it.live("reports the output of a side's process that exited too early", () =>
    Effect.gen(function* () {
      const task = { work: "run", count: 1, server: { command: Peer.command({ on: {} }) } } as const
      const exit = yield* Effect.exit(
        against(
          quick,
          (millis) => millis,
          { module: "./floorSide.ts", task: { ...task, server: { command: ["false"] } } },
          { sdk: { module: "./sdkSide.ts", task } }
        )
      )
      assert.include(String(exit), "app-server ended with 1")
    })
  )

  it("takes the median", () => {
    assert.strictEqual(median([3, 1, 2]), 2)
    assert.strictEqual(median([4, 1, 2, 3]), 2.5)
  })

  it("fits linear and quadratic growth", () => {
    const numbers = [1, 10, 100]
    assert.closeTo(slope(numbers.map((x) => ({ x, y: 3 * x }))), 1, 1e-9)
    assert.closeTo(slope(numbers.map((x) => ({ x, y: 3 * x * x }))), 2, 1e-9)
  })

  it("marks missed targets", () => {
    const row: Row = { name: "a", unit: "ms", value: 10, floor: 5, ratio: 2 }
    assert.isUndefined(reaches(row))
    assert.isTrue(reaches({ ...row, target: { of: "ratio", atLeast: 2 } }))
    const missed: Row = { ...row, target: { of: "value", atMost: 9 } }
    assert.isFalse(reaches(missed))
    assert.include(render([missed]), "MISSED")
    assert.notInclude(render([row]), "MISSED")
    const over: Row = { ...row, target: { of: "difference", atMost: 5 } }
    assert.strictEqual(figure(over), 5)
    assert.isTrue(reaches(over))
    assert.isFalse(reaches({ ...over, target: { of: "difference", atMost: 4 } }))
    assert.isUndefined(reaches({ name: "a", unit: "ms", target: { of: "ratio", atLeast: 1 } }))
  })
})
