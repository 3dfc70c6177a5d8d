/**
 * The list of attacks is complete, and `SECURITY.md` names no other. `npm run attacks` runs the attacks.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Logger } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { modules } from "./attacks/scenarios.ts"
import { assertAbsent } from "./attacks/support/attack.ts"
import { assertLinear } from "./attacks/support/ratio.ts"
import * as Asked from "./attacks/support/asked.ts"
import * as Approval from "../src/Approval.ts"
import type { Scenario } from "./scoreboard/scenario.ts"

// Type boundary: the modules of a scoreboard export this.
const loaded = (await Promise.all(modules.map((module) => import(module)))) as ReadonlyArray<{
  readonly scenarios: ReadonlyArray<Scenario>
}>
const scenarios = loaded.flatMap(({ scenarios }) => scenarios)
const names = new Set(scenarios.map(({ name }) => name))
const security = readFileSync(join(import.meta.dirname, "../SECURITY.md"), "utf8")

/**
 * The rows of the table of attacks: a boundary, and the names of the attacks on it. A name that ends with `*` matches
 * all names that start with it.
 */
const rows = (() => {
  const [, section = ""] = security.split("\n## Attacks\n")
  return (section.split("\n## ")[0] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("| ") && line.includes("`"))
    .map((line) => {
      const [, boundary = "", cell = ""] = line.split("|")
      return { boundary: boundary.trim(), attacks: [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name) }
    })
})()

const matches = (pattern: string): ReadonlyArray<string> =>
  pattern.endsWith("*")
    ? [...names].filter((name) => name.startsWith(pattern.slice(0, -1)))
    : names.has(pattern)
      ? [pattern]
      : []

describe("attacks", () => {
  it("have distinct names in kebab case, and describe the attempt and the expected outcome", () => {
    assert.strictEqual(names.size, scenarios.length)
    assert.isAtLeast(scenarios.length, 120)
    for (const { expected, group, name, title } of scenarios) {
      assert.match(name, /^[a-z]+(?:-[a-z0-9]+)*$/)
      assert.include(["approvals", "secrets", "server", "process", "package"], group)
      assert.isAbove(title.length, 20, name)
      assert.isAbove(expected.length, 10, name)
    }
  })

  it("named in SECURITY.md exist, and SECURITY.md names all of them", () => {
    assert.isAbove(rows.length, 5)
    const linked = new Set<string>()
    for (const { attacks } of rows) {
      for (const pattern of attacks) {
        const found = matches(pattern)
        assert.isAbove(found.length, 0, `SECURITY.md names ${pattern}`)
        for (const name of found) linked.add(name)
      }
    }
    assert.deepStrictEqual(
      [...names].filter((name) => !linked.has(name)),
      []
    )
  })

  it("are linked from every boundary that SECURITY.md promises", () => {
    const promised = security
      .split("| boundary | promise | held by |")[1]
      ?.split("\n\n")[0]
      ?.split("\n")
      .slice(2)
      .map((line) => line.split("|")[1]?.trim() ?? "")
    assert.deepStrictEqual(
      rows.map(({ boundary }) => boundary),
      promised
    )
  })
})

describe("the checks of attacks", () => {
  it("detect a forbidden word, and show no more than its surroundings", () => {
    assertAbsent(["nothing", ""], ["secret"])
    assert.throws(() => assertAbsent(["x".repeat(10_000) + "secret"], ["secret"]), /"secret" is in/)
  })

  it("distinguish quadratic work from linear work", () => {
    const work = (steps: number) => {
      let sum = 0
      for (let step = 0; step < steps; step++) sum += Math.sqrt(step)
      return sum
    }
    assertLinear("linear", 4_000_000, work)
    assert.throws(() => assertLinear("quadratic", 24_000, (size) => work(size * size)), /quadratic/)
  }, 120_000)

  it.live("fail for a policy that accepts too much, and for one that accepts nothing", () =>
    Effect.gen(function* () {
      const askings = { accepted: [Asked.command({ command: "a" })], refused: [Asked.command({ command: "b" })] }
      const policies: ReadonlyArray<Approval.Policy> = [Approval.allowCommands(() => true), Approval.denyAll]
      for (const policy of policies) {
        assert.isTrue(Exit.isFailure(yield* Effect.exit(Asked.assertDecides(policy, askings))))
      }
      yield* Asked.assertDecides(
        Approval.allowCommands(({ command }) => command === "a"),
        askings
      )
    }).pipe(Effect.scoped, Effect.provide(Logger.layer([])))
  )
})
