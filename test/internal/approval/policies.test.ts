import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as policies from "../../../src/internal/approval/policies.ts"

describe("the name of a policy", () => {
  it("is that of its constructor by default, or the caller's", () => {
    const yes = () => true
    assert.strictEqual(policies.allowCommands(yes).name, "allowCommands")
    assert.strictEqual(policies.allowCommands(yes, "git").name, "git")
    assert.strictEqual(policies.allowWritesUnder(["/a"]).name, "allowWritesUnder")
    assert.strictEqual(policies.allowWritesUnder(["/a"], "docs").name, "docs")
    assert.strictEqual(policies.denyAll.name, "denyAll")
    const handler = () => Effect.die("not asked")
    assert.strictEqual(policies.ask(handler).name, "ask")
    assert.strictEqual(policies.ask(handler, "person").name, "person")
  })
})

describe("the folders of allowWritesUnder", () => {
  for (const folders of ["/a", [""], ["/a", " \t"], [7], null, undefined, {}]) {
    it(`can't be ${JSON.stringify(folders) ?? "undefined"}`, () => {
      // Programs in JavaScript can pass anything.
      const given = folders as ReadonlyArray<string>
      assert.throws(
        () => policies.allowWritesUnder(given, "docs"),
        TypeError,
        "docs: the folders must be a list of paths, none of which is empty"
      )
    })
  }

  it("can be none, or a folder with blanks in its name", () => {
    policies.allowWritesUnder([])
    policies.allowWritesUnder([" a "])
  })
})

describe("the words of a command", () => {
  for (const words of ["git", [7], null, undefined]) {
    it(`can't be ${JSON.stringify(words) ?? "undefined"}`, () => {
      // Programs in JavaScript can pass anything.
      const given = words as unknown as ReadonlyArray<string>
      const message = 'the words of a command must be a list of texts, such as ["gh", "pr", "view"]'
      assert.throws(() => policies.startsWith(given), TypeError, message)
      assert.throws(() => policies.equals(given), TypeError, message)
    })
  }
})
