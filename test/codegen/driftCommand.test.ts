import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll } from "vitest"
import type { Difference } from "../../codegen/drift/differences.ts"
import type { DriftReport } from "../../codegen/drift/report.ts"
import { usesOf } from "../../codegen/drift/uses.ts"
import { asObject, unionMembers } from "../../codegen/jsonSchema.ts"
import { recorded } from "./recordProtocols.ts"
import { pinned, read, root } from "./support.ts"

const drift = (...args: ReadonlyArray<string>) =>
  spawnSync(process.execPath, ["codegen/drift/main.ts", ...args], { cwd: root, encoding: "utf8" })

let folder: string
const file = (name: string) => join(folder, `${name}.json`)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "effect-codex-drift-test-"))
  for (const version of ["0.169.0", "0.171.0"] as const) {
    writeFileSync(file(version), JSON.stringify(recorded(version)))
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("npm run drift", () => {
  it("prints the report in words, grouped by the effect on callers", () => {
    const run = drift(file("0.169.0"), file("0.171.0"))
    assert.strictEqual(run.stderr, "")
    assert.strictEqual(run.status, 0)
    assert.include(run.stdout, "27 differences; 2 of them break a program written for 0.169.0.")
    assert.deepStrictEqual(
      [...run.stdout.matchAll(/^#+ (.*)/gm)].map(([, title]) => title),
      [
        "Codex 0.169.0 → 0.171.0",
        "Methods",
        "Notifications",
        "Server requests",
        "Item types",
        "Fields",
        "Members of enums and unions",
        "Types"
      ]
    )
    for (const sentence of [
      "- `thread/search/stream` added, experimental: `(ThreadSearchParams) → ThreadSearchResponse`.",
      "- `thread/search/partial` added: `(ThreadSearchPartialNotification)`.",
      "- `ThreadListParams.includedThreadIds` added, optional: `Array<string> | null`. Sent in `thread/list` params.",
      "- `Project.position` removed, required: `number`. Received in `project/create` result, `project/import` result, " +
        "`project/list` result and 2 more. **Breaks:** The program relies on it, and the server no longer sends it."
    ]) {
      assert.include(run.stdout, sentence)
    }
  })

  it("prints the same as data with --json", () => {
    const run = drift(file("0.169.0"), file("0.171.0"), "--json")
    const { from, to, entries }: DriftReport = JSON.parse(run.stdout)
    assert.deepStrictEqual([from, to, entries.length], ["0.169.0", "0.171.0", 27])
    assert.deepStrictEqual(
      entries.filter(({ breaks }) => breaks).map(({ name }) => name),
      ["Project.position", "AgentMessageDisplay"]
    )
  })

  it("names the lines of this repository that use a name", () => {
    // A version without two methods that the SDK calls.
    const requests = unionMembers(asObject(pinned.definitions["ClientRequest"])) ?? []
    const isKept = (request: unknown) => !/"(?:turn|thread)\/start"/.test(JSON.stringify(request))
    const definitions = { ...pinned.definitions, ClientRequest: { oneOf: requests.filter(isKept) } }
    writeFileSync(file("without"), JSON.stringify({ ...pinned, codex: "9.9.9", definitions }))
    // The pinned version is known without asking the binary.
    const run = drift(pinned.codex, file("without"), "--json")
    const { entries }: DriftReport = JSON.parse(run.stdout)
    const removed = entries.filter(({ of, kind }) => of === "message" && kind === "removed")
    assert.deepStrictEqual(
      removed.map(({ name }) => name),
      ["thread/start", "turn/start"]
    )
    for (const { name, uses } of removed) {
      for (const folder of ["src/", "docs/"])
        assert.isTrue(
          uses.some((use) => use.file.startsWith(folder)),
          folder
        )
      for (const use of uses) assert.include(read(use.file).split("\n")[use.line - 1], name)
      assert.isFalse(uses.some((use) => use.file.startsWith("src/generated/")))
    }
  })

  it("rejects missing and invalid versions, and says what it expects", () => {
    for (const args of [[], ["0.169.0"], ["0.169.0", "0.170.0", "0.171.0"]]) {
      const run = drift(...args)
      assert.strictEqual(run.status, 1)
      assert.include(run.stderr, "npm run drift -- 0.169.0 0.171.0")
      assert.strictEqual(run.stdout, "")
    }
    const run = drift(pinned.codex, "newest")
    assert.strictEqual(run.status, 1)
    assert.match(run.stderr, /^"newest" is not a version such as [\d.]+\n$/)
  })
})

describe("uses of a name", () => {
  const difference = (part: Pick<Difference, "of" | "name"> & Partial<Difference>): Difference => ({
    kind: "removed",
    group: "fields",
    isExperimental: false,
    isSent: true,
    isReceived: false,
    places: [],
    ...part
  })

  const linesIn = (text: string, part: Parameters<typeof difference>[0]) =>
    usesOf([{ file: "a.ts", text }], difference(part)).map(({ line }) => line)

  it("are found for a method, but not for a longer name", () => {
    const text = `"thread/search"\n"thread/search/stream"\nthe method thread/search.\nthread/searches`
    assert.deepStrictEqual(linesIn(text, { of: "message", name: "thread/search" }), [1, 3])
    assert.deepStrictEqual(linesIn(text, { of: "field", name: "thread/search params" }), [1, 3])
  })

  it("are found for a field only in files that mention its type or its message", () => {
    const uses = `a.limit\n{ limit: 1 }\n{ limit }\nlimited, unlimited()\n"limit"`
    const part = { of: "field", name: "ThreadListParams.limit", places: ["thread/list params"] } as const
    assert.deepStrictEqual(linesIn(uses, part), [])
    assert.deepStrictEqual(linesIn(`${uses}\nThreadListParams`, part), [1, 2, 3, 5])
    assert.deepStrictEqual(linesIn(`${uses}\n"thread/list"`, part), [1, 2, 3, 5])
    assert.deepStrictEqual(linesIn(`${uses}\n"thread/list/more"`, part), [])
  })

  it("are found for a field of one member of a union only in files that mention the member", () => {
    const part = { of: "field", name: "ThreadItem#plan.text", places: ["turn/start result"] } as const
    assert.deepStrictEqual(linesIn(`item.text\nThreadItem`, part), [])
    assert.deepStrictEqual(linesIn(`item.text\nitem.type === "plan"`, part), [1])
  })

  it("are found for a literal only in quotes, and for a definition in both of its forms", () => {
    assert.deepStrictEqual(
      linesIn(`"never"\nnever\n\`never\``, { of: "literal", name: "AskForApproval#never" }),
      [1, 3]
    )
    const text = "UserInput\nUserInputParam\nMyUserInput\nUserInputs"
    assert.deepStrictEqual(linesIn(text, { of: "type", name: "UserInput" }), [1, 2])
  })
})
