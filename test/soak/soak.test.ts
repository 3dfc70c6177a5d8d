/** Runs a soak as small as can be, and proves that what grows is seen. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync } from "node:fs"
import { line } from "./fit.ts"
import { judge, measures } from "./measures.ts"
import * as plan from "./plan.ts"
import { plot } from "./plot.ts"
import * as report from "./report.ts"
import type { Sample } from "./sample.ts"
import { run } from "./soak.ts"

const MiB = 2 ** 20

const sample = (index: number, change: Partial<Sample> = {}): Sample => ({
  turns: index * 100,
  seconds: index * 10,
  heap: 50 * MiB,
  memory: 200 * MiB,
  serverMemory: 200 * MiB,
  descriptors: 28,
  serverDescriptors: 200,
  fibers: 16,
  cpu: 2,
  serverCpu: 50,
  latency: 1000,
  latencyAlone: 500,
  latency95: 2000,
  ...change
})

/** A run of a hundred samples, judged: the names of the measures that are not flat. */
const growing = (change: (turns: number) => Partial<Sample>, count = 100) => {
  const samples = Array.from({ length: count }, (_, index) => sample(index + 1, change((index + 1) * 100)))
  return measures.filter((measure) => judge(samples, measure).flat === false).map(({ name }) => name)
}

describe("soak", () => {
  it("fits a line that a few outliers do not bend", () => {
    const points = Array.from({ length: 50 }, (_, x) => ({ x, y: x % 10 === 3 ? 1000 : 7 + 2 * x }))
    const { at, slope } = line(points)
    assert.closeTo(slope, 2, 0.1)
    assert.closeTo(at(0), 7, 1)
  })

  it("reports nothing if nothing grows, and each measure that grows by more than its bound", () => {
    assert.deepStrictEqual(
      growing(() => ({})),
      []
    )
    assert.deepStrictEqual(
      growing((turns) => ({ heap: 50 * MiB + turns * 300 })),
      ["heap"]
    )
    assert.deepStrictEqual(
      growing((turns) => ({ descriptors: 28 + Math.floor(turns / 1000) })),
      ["descriptors"]
    )
    assert.deepStrictEqual(
      growing((turns) => ({ fibers: 16 + Math.floor(turns / 1000) })),
      ["fibers"]
    )
    assert.deepStrictEqual(
      growing((turns) => ({ memory: (200 + turns / 200) * MiB })),
      ["memory"]
    )
    assert.deepStrictEqual(
      growing((turns) => ({ latencyAlone: 500 + turns / 20, cpu: 2 + turns / 5000 })),
      ["latency-alone", "cpu"]
    )
  })

  it("ignores the warm-up, and a run that ends with it", () => {
    assert.deepStrictEqual(
      growing((turns) => ({ heap: Math.min(turns, 900) * MiB })),
      []
    )
    assert.deepStrictEqual(
      growing((turns) => ({ heap: turns * MiB }), 9),
      []
    )
  })

  it("plans the same turns for the same seed, and all kinds of them", () => {
    const turns = plan.make(plan.seeded(7), 500)
    assert.deepStrictEqual(plan.make(plan.seeded(7), 500), turns)
    assert.notDeepEqual(plan.make(plan.seeded(8), 500), turns)
    assert.sameMembers([...new Set(turns.map(({ kind }) => kind))], [...plan.kinds])
    for (const turn of turns) assert.deepStrictEqual(plan.read(plan.prompt(turn)), turn)
  })

  // What is measured is read from `/proc`.
  it.live.skipIf(!existsSync("/proc/self/status"))("runs every kind of turn on a real process and measures it", () =>
    Effect.gen(function* () {
      const { counts, samples, wrong } = yield* run({ turns: 48, threads: 6, seed: 2 })
      assert.deepStrictEqual(wrong, [])
      assert.sameMembers([...counts.keys()], [...plan.kinds])
      const verdicts = measures.map((measure) => judge(samples, measure))
      for (const { points } of verdicts) {
        for (const { y } of points) assert.isTrue(Number.isFinite(y) && y >= 0)
      }
      const last = samples.at(-1) ?? assert.fail("no sample")
      assert.strictEqual(last.turns, 48)
      assert.isAbove(last.fibers, 0)
      for (const verdict of verdicts) assert.match(plot(verdict), /^<svg [^]*<path class="sample" d="M[^]*<\/svg>\n$/)
      const text = report.page({
        date: "2026-01-01",
        versions: "",
        seed: 1,
        threads: 6,
        turns: 48,
        seconds: 1,
        counts,
        wrong,
        verdicts
      })
      assert.include(text, "0 turns had another outcome than planned.")
    })
  )
})
