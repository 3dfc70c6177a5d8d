import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import type { Column } from "./runner.ts"
import { steps } from "./steps.ts"
import * as Table from "./table.ts"
import * as Versions from "./versions.ts"

const whole = { whole: true } as const
const not = (reason: string) => ({ whole: false, reason }) as const

const columns: ReadonlyArray<Column> = [
  { version: "0.1.0", cells: { start: whole, fork: not("no forks"), read: not("no reads") } },
  { version: "0.2.0", cells: { start: whole, fork: whole, read: not("no reads") } }
]

const names = ["start", "fork", "read"]

const empty = "# Versions\n\n<!-- npm run compat -- --write -->\n\n<!-- end -->\n\nMore.\n"

describe("the table", () => {
  it("has a row for each step, a mark for each version, and each reason once", () => {
    assert.strictEqual(
      Table.render(names, columns),
      [
        "| step | 0.1.0 | 0.2.0 |",
        "|---|:-:|:-:|",
        "| start | ✓ | ✓ |",
        "| fork | 1 | ✓ |",
        "| read | 2 | 2 |",
        "",
        "1. no forks",
        "2. no reads"
      ].join("\n")
    )
  })

  it("replaces the one in the page, and leaves the rest of the page unchanged", () => {
    const table = Table.render(names, columns)
    const page = Table.replace(empty, "another")
    assert.strictEqual(Table.replace(page, table), empty.replace("-->\n\n<!--", `-->\n\n${table}\n\n<!--`))
  })

  it("can be parsed again", () => {
    const shown = Table.read(Table.replace(empty, Table.render(names, columns)))
    assert.deepStrictEqual(
      [...shown].map(([version, cells]) => [version, Object.fromEntries(cells)]),
      [
        ["0.1.0", { start: true, fork: false, read: false }],
        ["0.2.0", { start: true, fork: true, read: false }]
      ]
    )
  })
})

describe("the promise of the page", () => {
  const shown = Table.read(Table.replace(empty, Table.render(names, columns)))

  it("holds if every step is at least as complete as the page shows", () => {
    assert.deepStrictEqual(Table.broken(shown, columns), [])
    const better = { version: "0.1.0", cells: { start: whole, fork: whole, read: whole } }
    assert.deepStrictEqual(Table.broken(shown, [better]), [])
    assert.deepStrictEqual(Table.broken(shown, [{ version: "0.3.0", cells: { start: not("new") } }]), [])
  })

  it("is broken by a step that is less complete, and by one that is missing", () => {
    assert.deepStrictEqual(
      Table.broken(shown, [{ version: "0.2.0", cells: { start: not("it hangs"), read: whole } }]),
      [
        { version: "0.2.0", step: "start", reason: "it hangs" },
        { version: "0.2.0", step: "fork", reason: "there is no such step any more" }
      ]
    )
  })
})

describe("the guide", () => {
  const shown = Table.read(readFileSync(new URL("../../docs/versions.md", import.meta.url), "utf8"))

  it("has a column for each version and a row for each step: `npm run compat -- --write`", () => {
    assert.deepStrictEqual([...shown.keys()], [...Versions.versions])
    for (const cells of shown.values())
      assert.deepStrictEqual(
        [...cells.keys()],
        steps.map(({ name }) => name)
      )
  })

  it("has versions in their order, including the pinned one", () => {
    for (const [index, version] of Versions.versions.slice(1).entries()) {
      assert.isTrue(Versions.isBefore(Versions.versions[index] ?? "", version), version)
    }
    assert.include(Versions.versions, Versions.named("pinned"))
  })
})
