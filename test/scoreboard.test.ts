/** The runner of scoreboards reports the problems of scenarios that are wrong on purpose, each in one way. */
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { modules } from "./faults/modules.ts"
import { parse, seeds } from "./scoreboard/options.ts"
import { isGreen, merge, type Row } from "./scoreboard/row.ts"
import { runScoreboard } from "./scoreboard/run.ts"
import { inOrder, type Scenario } from "./scoreboard/scenario.ts"
import * as seeded from "./scoreboard/seeded.ts"
import * as table from "./scoreboard/table.ts"

const wrong = [import.meta.resolve("./scoreboard/wrong/scenarios.ts")]

const program = (...args: ReadonlyArray<string>) =>
  spawnSync(
    process.execPath,
    [
      "--conditions=effect-codex/source",
      fileURLToPath(new URL("./scoreboard/wrong/main.ts", import.meta.url)),
      ...args
    ],
    { encoding: "utf8" }
  )

const linux = process.platform === "linux"

describe("a scoreboard", () => {
  const lines: Array<string> = []
  let rows: ReadonlyMap<string, Row> = new Map()
  let isAllGreen = true

  beforeAll(async () => {
    const argv = ["--repetitions", "12", "--workers", "4"]
    const outcome = await Effect.runPromise(
      runScoreboard({ name: "wrong", modules: wrong, argv, print: (line) => lines.push(line) })
    )
    rows = new Map(outcome.rows.map((row) => [row.name, row]))
    isAllGreen = outcome.isGreen
  }, 120_000)

  const row = (name: string): Row => {
    const found = rows.get(name)
    if (found === undefined) throw new Error(`no row is named ${name}`)
    return found
  }

  const kinds = (name: string) => [...new Set(row(name).faults.map(({ kind }) => kind))]

  it("starts long scenarios first, and then those that start processes", () => {
    const scenario = (name: string, on: Scenario["on"], isLong = false): Scenario => ({
      name,
      group: "g",
      title: "t",
      expected: "e",
      within: "1 second",
      on,
      isLong,
      run: () => Effect.void
    })
    const given = [
      scenario("a", "memory"),
      scenario("b", "peer"),
      scenario("c", "binary"),
      scenario("d", "memory", true)
    ]
    assert.deepStrictEqual(
      given.toSorted(inOrder).map(({ name }) => name),
      ["d", "c", "b", "a"]
    )
  })

  it("says how long all repetitions took, and how much processor time", () => {
    const { cpuMillis, totalMillis, worstMillis } = row("heap")
    assert.isAbove(totalMillis, worstMillis)
    assert.isAbove(cpuMillis, 0)
  })

  it("is red if one row is", () => assert.isFalse(isAllGreen))

  it("reports a right scenario as green, without remains", () => {
    const { faults, right, repetitions, ...rest } = row("right")
    assert.deepStrictEqual([faults, right, repetitions], [[], 12, 12])
    assert.deepInclude(rest, { processes: 0, fibers: 0, listeners: 0, descriptors: 0 })
    assert.isTrue(isGreen(row("right")))
  })

  it("reports a wrong outcome, with the seed that repeats it", () => {
    const { faults, right } = row("outcome")
    assert.deepStrictEqual(faults.map(({ kind, seed }) => [kind, seed]).slice(0, 2), [
      ["outcome", 2],
      ["outcome", 4]
    ])
    assert.include(faults[0]?.what, "seed 2 is even")
    assert.isBelow(right, 12)
    assert.include(lines.join("\n"), "npm run wrong -- --only outcome --seed 2")
  })

  it("reports a defect", () => assert.deepStrictEqual(kinds("defect"), ["outcome"]))

  it("reports a late repetition", () => {
    assert.deepStrictEqual(kinds("late"), ["late"])
    assert.isAtLeast(row("late").worstMillis, 60)
  })

  it("reports a repetition that never ends, and continues with the next scenario", () => {
    assert.include(kinds("hung"), "hung")
    assert.strictEqual(row("hung").repetitions, 1)
  })

  it("reports an unhandled rejection", () => assert.include(kinds("rejection"), "crashed"))

  it("reports a scenario that ends its process", () => {
    assert.deepStrictEqual(kinds("crashed"), ["crashed"])
    assert.include(row("crashed").faults[0]?.what, "9")
  })

  it.runIf(linux)("reports a remaining process, also one whose parent has ended", () => {
    for (const name of ["processes", "orphans"]) {
      assert.include(kinds(name), "processes")
      assert.include(row(name).faults[0]?.what, "sleep")
      assert.strictEqual(row(name).right, 12)
      assert.isFalse(isGreen(row(name)))
    }
  })

  it("reports a remaining fiber, by its span", () => {
    assert.include(kinds("fibers"), "fibers")
    assert.include(row("fibers").faults[0]?.what, "a fiber of the test")
  })

  it("reports a remaining listener", () => {
    assert.deepStrictEqual(kinds("listeners"), ["listeners"])
    assert.strictEqual(row("listeners").listeners, 11)
  })

  it.runIf(linux)("reports a remaining descriptor", () => {
    assert.deepStrictEqual(kinds("descriptors"), ["descriptors"])
    assert.strictEqual(row("descriptors").descriptors, 11)
  })

  it("reports a heap that grows", () => {
    assert.deepStrictEqual(kinds("heap"), ["heap"])
    assert.isAbove(row("heap").heapBytes ?? 0, 10 * 2 ** 20)
  })
})

describe("the command line of a scoreboard", () => {
  it("exits with 0 for green rows, 1 for a red one, and 2 for invalid arguments", () => {
    assert.strictEqual(program("--only", "right", "--repetitions", "3").status, 0)
    const red = program("--only", "defect", "--seed", "7")
    assert.strictEqual(red.status, 1)
    assert.include(red.stdout, "0 of 2")
    const unknown = program("--only", "nonsense")
    assert.strictEqual(unknown.status, 2)
    assert.include(unknown.stderr, "No scenario or group is named nonsense")
    assert.strictEqual(program("--seed", "x").status, 2)
  }, 60_000)

  it("has its own seeds for each pass of the long form, and one seed twice", () => {
    const options = parse(["--repetitions", "3", "--long"])
    assert.strictEqual(options.minutes, 60)
    assert.deepStrictEqual(
      [seeds(options, 0), seeds(options, 1)],
      [
        [1, 2, 3],
        [4, 5, 6]
      ]
    )
    assert.deepStrictEqual(seeds(parse(["--seed", "9"]), 0), [9, 9])
  })
})

describe("rows", () => {
  const green: Row = {
    name: "a",
    group: "g",
    title: "t | u",
    expected: "e",
    on: "memory",
    withinMillis: 1000,
    repetitions: 20,
    right: 20,
    worstMillis: 500,
    totalMillis: 800,
    cpuMillis: 300,
    processes: 0,
    fibers: 0,
    listeners: 0,
    descriptors: 0,
    heapBytes: -1024,
    heapRepetitions: 15,
    faults: []
  }

  it("keep the worst of several passes", () => {
    const fault = { kind: "late", seed: 21, what: "w" } as const
    const merged = merge(green, { ...green, right: 19, worstMillis: 1500, fibers: 2, faults: [fault] })
    assert.deepInclude(merged, {
      repetitions: 40,
      right: 39,
      worstMillis: 1500,
      totalMillis: 1600,
      cpuMillis: 600,
      fibers: 2
    })
    assert.isFalse(isGreen(merged))
  })

  it("become a table for a page", () => {
    const page = table.replace("a\n<!-- x -->\nold\n<!-- /x -->\nb", "x", table.markdown([green], "About."))
    assert.notInclude(page, "old")
    assert.include(page, "| `a` | t \\| u | e | memory | 20 of 20 | 0.50 s of 1.00 s | 0 | 0 | 0 | 0 |")
    assert.throws(() => table.replace("nothing", "x", "y"))
  })
})

describe("seeds", () => {
  it("repeat themselves, and differ from neighboring ones", () => {
    const numbers = (seed: number) => {
      const source = seeded.make(seed)
      return Array.from({ length: 20 }, () => source.int(1, 1_000_000))
    }
    assert.deepStrictEqual(numbers(5), numbers(5))
    assert.strictEqual(new Set([1, 2, 3, 4].map((seed) => numbers(seed).join())).size, 4)
    assert.isTrue(numbers(6).every((number) => number >= 1 && number <= 1_000_000))
    assert.throws(() => seeded.make(1).pick([]))
  })
})

describe("the faults", () => {
  it("are at least 80 scenarios in four groups, with distinct names", async () => {
    const scenarios: Array<Scenario> = []
    for (const module of modules)
      scenarios.push(...((await import(module)) as { scenarios: Array<Scenario> }).scenarios)
    assert.isAtLeast(scenarios.length, 80)
    assert.strictEqual(new Set(scenarios.map(({ name }) => name)).size, scenarios.length)
    assert.deepStrictEqual([...new Set(scenarios.map(({ group }) => group))].sort(), [
      "load",
      "process",
      "program",
      "wire"
    ])
    for (const { name } of scenarios) assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/)
  })
})
