/**
 * The promises of the README: each names scenarios of the scoreboards, and the scenarios exist. `npm run faults` and
 * `npm run attacks` run them.
 */
import { assert, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { modules as attacks } from "./attacks/scenarios.ts"
import { modules as faults } from "./faults/modules.ts"
import type { Scenario } from "./scoreboard/scenario.ts"

// Type boundary: the modules of a scoreboard export this.
const loaded = (await Promise.all([...attacks, ...faults].map((module) => import(module)))) as ReadonlyArray<{
  readonly scenarios: ReadonlyArray<Scenario>
}>
const names = new Set(loaded.flatMap(({ scenarios }) => scenarios.map(({ name }) => name)))

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8")

it("each promise of the README names existing scenarios", () => {
  const section = readme.split("## What you can rely on")[1]?.split("\n## ")[0] ?? ""
  const promises = section.split("\n- ").slice(1)
  assert.isAtLeast(promises.length, 6)
  for (const promise of promises) {
    // The last parenthesis holds the names; scenarios have names in kebab case.
    const [, held = ""] = /\(([^()]*)\)\s*$/.exec(promise) ?? []
    const named = [...held.matchAll(/`([a-z0-9-]+)`/g)].map(([, name = ""]) => name)
    assert.isNotEmpty(named, promise)
    for (const name of named) assert.isTrue(names.has(name), `there is no scenario ${name}`)
  }
})
