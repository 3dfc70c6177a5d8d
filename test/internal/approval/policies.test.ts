import { assert, describe, it } from "@effect/vitest"
import * as NodePath from "@effect/platform-node/NodePath"
import { Effect, FileSystem, Option, Pipeable, PlatformError } from "effect"
import * as Approval from "../../../src/Approval.ts"
import * as handlers from "../../../src/internal/approval/handlers.ts"
import * as policies from "../../../src/internal/approval/policies.ts"
import type { Request } from "../../../src/ServerRequests.ts"
import * as Test from "../../serverRequests/support.ts"

describe("the name of a policy", () => {
  it("is the name of its constructor by default, or the caller's", () => {
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
    it(`are rejected as ${JSON.stringify(folders) ?? "undefined"}`, () => {
      // Type boundary: JavaScript programs can pass anything.
      const given = folders as ReadonlyArray<string>
      assert.throws(
        () => policies.allowWritesUnder(given, "docs"),
        TypeError,
        "docs: expected an array of non-empty paths"
      )
    })
  }

  it("may be an empty list, or have blanks in their names", () => {
    policies.allowWritesUnder([])
    policies.allowWritesUnder([" a "])
  })
})

describe("the words of a command", () => {
  for (const words of ["git", [7], null, undefined]) {
    it(`are rejected as ${JSON.stringify(words) ?? "undefined"}`, () => {
      // Type boundary: JavaScript programs can pass anything.
      const given = words as unknown as ReadonlyArray<string>
      const message = 'the words of a command: expected an array of strings, such as ["gh", "pr", "view"]'
      assert.throws(() => policies.startsWith(given), TypeError, message)
      assert.throws(() => policies.equals(given), TypeError, message)
    })
  }
})

describe("an unknown kind of change", () => {
  const nothing = PlatformError.systemError({ _tag: "NotFound", module: "FileSystem", method: "lstat" })
  const decide = (...kinds: ReadonlyArray<Request["changes"][number]["kind"]>) =>
    policies
      .allowWritesUnder(["/work"])
      .decide(
        handlers.fileQuestion({
          id: 1,
          method: Test.fileChange,
          params: { ...Test.ids(), startedAtMs: 1 },
          changes: kinds.map((kind, index) => ({ path: `/work/${index}`, diff: "", kind })),
          offered: []
        })
      )
      .pipe(
        Effect.map(Option.isSome),
        Effect.provide(NodePath.layerPosix),
        Effect.provideService(FileSystem.FileSystem, FileSystem.makeNoop({ lstat: () => Effect.fail(nothing) }))
      )

  it.effect("makes the policy abstain from the whole question, also beside a known one", () =>
    Effect.gen(function* () {
      const later = { type: "~unknown", raw: { type: "later" } } as const
      assert.isTrue(yield* decide({ type: "add" }, { type: "delete" }))
      assert.isFalse(yield* decide(later))
      assert.isFalse(yield* decide({ type: "add" }, later))
    })
  )
})

describe("a policy that is an object of a class", () => {
  class Scheduled extends Pipeable.Class implements Approval.Policy {
    get name() {
      return "scheduled"
    }
    decide() {
      return Effect.succeedSome({ answer: Approval.accept, by: this.name })
    }
  }

  it.effect("has its name, its pipe and its answers after each combinator", () =>
    Effect.gen(function* () {
      const policy = new Scheduled()
        .pipe(Approval.oneAtATime)
        .pipe(Approval.withTimeout("1 minute"))
        .pipe(Approval.orElse(Approval.denyAll))
      assert.strictEqual(policy.name, "scheduled, denyAll")
      const question = handlers.commandQuestion({
        id: 1,
        method: Test.command,
        params: { ...Test.ids(), startedAtMs: 1, command: "ls" },
        changes: [],
        offered: []
      })
      assert.deepStrictEqual(yield* policy.decide(question), Option.some({ answer: Approval.accept, by: "scheduled" }))
    })
  )
})
