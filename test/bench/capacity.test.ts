import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { load, size } from "./capacity.ts"
import { closedForm, type Load, turnCost } from "./capacity/figures.ts"
import { plot, rendered, type Results } from "./capacity/page.ts"
import { run, shardsFor, simulate } from "./capacity/simulate.ts"

const root = join(import.meta.dirname, "../..")
const read = (file: string) => readFileSync(join(root, file), "utf8")
// Type boundary: `npm run capacity -- --write` wrote the file.
const results = JSON.parse(read("test/bench/capacity/results.json")) as Results

const near = (value: number, expected: number, part: number) =>
  assert.closeTo(value / expected, 1, part, `${value} instead of ${expected}`)

describe("docs/capacity.md", () => {
  it("shows what results.json has, in its tables and its plot", () => {
    assert.strictEqual(rendered(read("docs/capacity.md"), results), read("docs/capacity.md"))
    assert.strictEqual(plot(results.needs), read("docs/images/capacity.svg"))
  })

  it("has the results of the simulation with the stored costs", () => {
    for (const threads of [1e3, 1e5]) {
      assert.deepStrictEqual(
        simulate({ ...load, threads }, results.measured, size),
        results.needs.find((each) => each.load.threads === threads)
      )
    }
  })

  it("has a plot that light and dark pages show", () => {
    assert.include(read("docs/images/capacity.svg"), "prefers-color-scheme:dark")
  })
})

describe("the simulation of the busy hour", () => {
  const loads: ReadonlyArray<Partial<Load>> = [
    {},
    { turnsPerHour: 30, secondsPerTurn: 60 },
    { activeShare: 0.005, idleSeconds: 600 },
    { turnsPerHour: 2, secondsPerTurn: 300 }
  ]

  it("has the means of Little's law", () => {
    for (const each of loads) {
      const busy = { ...load, threads: 500_000, ...each }
      const expected = closedForm(busy)
      const hour = run(busy, 4, 60, 7)
      near(hour.turnsPerSecond, expected.turnsPerSecond, 0.03)
      near(hour.running.mean, expected.running, 0.05)
      near(hour.loaded.mean, expected.loaded, 0.04)
    }
    const largest = results.needs.at(-1)
    assert.isDefined(largest)
    if (largest !== undefined) near(largest.running.mean, closedForm(largest.load).running, 0.01)
  })

  it("has a peak a few standard deviations above the mean, as independent turns have", () => {
    const busy = { ...load, threads: 500_000 }
    const { mean, peak } = run(busy, 1, 60, 3).running
    const deviations = (peak - mean) / Math.sqrt(mean)
    assert.isAbove(deviations, 1.5)
    assert.isBelow(deviations, 6)
  })

  it("does the work of all turns once: the runners together have the cost times the rate", () => {
    const busy = { ...load, threads: 500_000 }
    const one = run(busy, 1, 60, 3)
    // In its busiest minute, the only runner has a little more than the mean.
    assert.isAbove(one.busiest.load, one.turnsPerSecond)
    near(one.busiest.load, one.turnsPerSecond, 0.25)
  })

  it("adds runners until the busiest one is within its size, and not many more", () => {
    for (const { busiest, cores, runners } of results.needs) {
      assert.isAtMost(busiest.cores, size.cores * size.coresUsed)
      assert.isAtMost(busiest.memory, size.memory * size.memoryUsed)
      if (runners > 1) assert.isAbove(cores / (runners * size.cores * size.coresUsed), 0.75)
    }
    const small = { ...size, cores: 1, memory: 1.5 * 2 ** 30 }
    const needs = simulate({ ...load, threads: 500_000 }, results.measured, small)
    assert.isAtMost(needs.busiest.cores, small.cores * small.coresUsed)
    assert.isAtMost(needs.busiest.memory, small.memory * small.memoryUsed)
    assert.isAbove(needs.runners, simulate({ ...load, threads: 500_000 }, results.measured, size).runners)
  })

  it("gives each runner at least ten shards, and the default to few runners", () => {
    for (const runners of [1, 6, 7, 50, 333]) assert.isAtLeast(shardsFor(runners) / runners, 10)
    assert.strictEqual(shardsFor(1), 60)
  })

  it("counts each command of a turn as the difference to a turn without one", () => {
    const { command, text } = results.measured.turn
    const cost = turnCost(results.measured, { ...load, commandsPerTurn: 2 })
    assert.closeTo(cost.serverCpuMs, text.serverCpuMs + 2 * (command.serverCpuMs - text.serverCpuMs), 1e-9)
    assert.strictEqual(turnCost(results.measured, { ...load, commandsPerTurn: 0 }).rows, text.rows)
  })
})
