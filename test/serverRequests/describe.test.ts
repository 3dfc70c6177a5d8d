import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import * as Approval from "../../src/Approval.ts"
import * as offers from "../../src/internal/serverRequests/offers.ts"
import type { Request } from "../../src/ServerRequests.ts"
import * as Test from "./support.ts"

type CommandParams = Request<"item/commandExecution/requestApproval">["params"]

/** The question of a request for a policy. */
const asked = Effect.fnUntraced(function* (
  request: Request<"item/commandExecution/requestApproval"> | Request<"item/fileChange/requestApproval">
) {
  const seen = yield* Deferred.make<Approval.Question>()
  const handlers = Approval.handlers(
    Approval.ask((question) => Effect.as(Deferred.succeed(seen, question), Approval.decline))
  )
  // Type boundary: the handler of the request's own method.
  yield* (handlers[request.method] as (given: typeof request) => Effect.Effect<unknown>)(request)
  return yield* Deferred.await(seen)
})

const command = (change: Partial<CommandParams> = {}) => {
  const params: CommandParams = { ...Test.ids(), startedAtMs: 1, kind: "command", ...change }
  return asked({ id: 1, method: Test.command, params, changes: [], offered: offers.of(params) })
}

const files = (changes: Request["changes"], more: object = {}) =>
  asked({ id: 1, method: Test.fileChange, params: { ...Test.ids(), startedAtMs: 1, ...more }, changes, offered: [] })

const change = (path: string, diff: string, kind: Request["changes"][number]["kind"]) => ({ path, diff, kind })

describe("Approval.describe", () => {
  it.effect("shows the whole command, its folder, its reason, and what a permanent approval would allow", () =>
    Effect.gen(function* () {
      const question = yield* command({
        command: "/bin/bash -lc 'git push\nrm -rf x'",
        cwd: "/project",
        reason: "it has to be published",
        proposedExecpolicyAmendment: ["git", "push"]
      })
      assert.deepStrictEqual(Approval.describe(question), [
        "May this command run?",
        "  $ /bin/bash -lc 'git push",
        "  $ rm -rf x'",
        "  in /project",
        "  because: it has to be published",
        '  "Always" applies to every command that begins with: git push'
      ])
    })
  )

  it.effect("shows everything else that is requested, and no rule that cannot be chosen", () =>
    Effect.gen(function* () {
      const question = yield* command({
        command: "curl example.com",
        networkApprovalContext: { host: "example.com", protocol: "https" },
        proposedExecpolicyAmendment: ["curl"],
        availableDecisions: ["accept", "cancel"]
      })
      assert.deepStrictEqual(Approval.describe(question), [
        "May this command run?",
        "  $ curl example.com",
        `  It also requests: {"kind":"command","host":"example.com","protocol":"https"}`
      ])
    })
  )

  it.effect("shows the rules that can be chosen, word by word, whatever else is proposed", () =>
    Effect.gen(function* () {
      const rule = (...words: ReadonlyArray<string>) => ({
        acceptWithExecpolicyAmendment: { execpolicy_amendment: words }
      })
      const host = (action: "allow" | "deny", host: string) => ({
        applyNetworkPolicyAmendment: { network_policy_amendment: { action, host } }
      })
      const question = yield* command({
        command: "git status",
        proposedExecpolicyAmendment: ["git", "status"],
        proposedNetworkPolicyAmendments: [{ action: "allow", host: "proposed.example" }],
        availableDecisions: [
          "accept",
          rule("rm"),
          rule("git push", "it's", "", "a;b\n"),
          rule(),
          host("allow", "example.com"),
          host("deny", "example.org"),
          "cancel"
        ]
      })
      assert.deepStrictEqual(Approval.describe(question), [
        "May this command run?",
        "  $ git status",
        '  "Always" applies to every command that begins with: rm',
        "  \"Always\" applies to every command that begins with: 'git push' 'it'\\''s' '' 'a;b\\u{a}'",
        '  "Always" applies to every command that begins with: (anything)',
        "  A lasting rule would allow the host: example.com",
        "  A lasting rule would deny the host: example.org"
      ])
      // Values that are taken from the question are among these, too.
      assert.deepStrictEqual(question.type === "command" && question.amendment, Option.some(["rm"]))
      assert.deepStrictEqual(question.type === "command" && question.networkAmendments, [
        { action: "allow", host: "example.com" },
        { action: "deny", host: "example.org" }
      ])
    })
  )

  it.effect("omits rules that would be declined", () =>
    Effect.gen(function* () {
      const question = yield* command({
        command: "git status",
        proposedExecpolicyAmendment: ["git", "status"],
        proposedNetworkPolicyAmendments: [{ action: "allow", host: "proposed.example" }],
        availableDecisions: ["accept", "cancel"]
      })
      assert.lengthOf(Approval.describe(question), 2)
      assert.deepStrictEqual(question.type === "command" && question.amendment, Option.none())
      assert.deepStrictEqual(question.type === "command" && question.networkAmendments, [])
    })
  )

  it.effect("says so if the files to change are not reported", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(Approval.describe(yield* files([], { reason: "because" })), [
        "Change files? The server does not say which.",
        "  because: because"
      ])
    })
  )

  it.effect("lists moved files in linear time", () =>
    Effect.gen(function* () {
      const many = yield* files(
        Array.from({ length: 40_000 }, (_, index) =>
          change(`/project/${index}`, "", { type: "update", move_path: `/to/${index}` })
        )
      )
      const started = performance.now()
      assert.lengthOf(Approval.describe(many, { diffLines: Infinity }), 120_001)
      assert.isBelow(performance.now() - started, 2000)
    })
  )

  it.effect("names an environment other than the server's machine", () =>
    Effect.gen(function* () {
      const elsewhere = { command: "ls", environmentId: "prod-7" }
      assert.deepStrictEqual(Approval.describe(yield* command(elsewhere)), [
        "May this command run?",
        "  $ ls",
        '  in the environment "prod-7"'
      ])
      const lines = Approval.describe(yield* command({ ...elsewhere, kind: "writeStdin" }))
      assert.deepStrictEqual(lines.slice(2), [
        '  in the environment "prod-7"',
        '  It also requests: {"kind":"writeStdin"}'
      ])
      assert.lengthOf(Approval.describe(yield* command({ command: "ls", environmentId: "local" })), 2)
    })
  )

  it.effect("shows changes with their diffs, up to a number of lines, and every path", () =>
    Effect.gen(function* () {
      const question = yield* files(
        [
          change("/project/a", "one\ntwo\n", { type: "add" }),
          change("/project/b", "@@\n-x\n+y\n", { type: "update", move_path: "/project/c" })
        ],
        { reason: "you said so", grantRoot: "/project" }
      )
      assert.deepStrictEqual(Approval.describe(question), [
        "Change 3 files?",
        "  add /project/a (2 lines)",
        "    +one",
        "    +two",
        "  update /project/b (3 lines)",
        "    @@",
        "    -x",
        "    +y",
        "  to /project/c",
        "  because: you said so",
        "  Accepting applies to everything under /project, until the end of the session."
      ])
      assert.deepStrictEqual(Approval.describe(question, { diffLines: 2 }).slice(1, 8), [
        "  add /project/a (2 lines)",
        "    +one",
        "    … and 5 more lines, of these files:",
        "    /project/a",
        "    /project/b",
        "    /project/c",
        "  to /project/c"
      ])
    })
  )

  it.effect("makes visible whatever could control a terminal, change the writing direction or stay invisible", () =>
    Effect.gen(function* () {
      const question = yield* command({
        command: "echo \u001b[2K\rls \u202Ex\u2066 \u009b",
        reason: "\u0007\tno\u2028thing\u200b\u00ad\u3164\u{e0041}\ufe0f\u{e0101}\u2800"
      })
      assert.deepStrictEqual(Approval.describe(question).slice(1), [
        "  $ echo \\u{1b}[2K\\u{d}ls \\u{202e}x\\u{2066} \\u{9b}",
        "  because: \\u{7} no\\u{2028}thing\\u{200b}\\u{ad}\\u{3164}\\u{e0041}\\u{fe0f}\\u{e0101}\\u{2800}"
      ])
    })
  )
})

describe("the offered answers of a question", () => {
  const tags = (question: Approval.Question) => question.answers.map(({ _tag }) => _tag)

  it.effect("are those of the request, and a decline", () =>
    Effect.gen(function* () {
      const question = yield* command({
        availableDecisions: [
          "accept",
          { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch"] } },
          {
            applyNetworkPolicyAmendment: { network_policy_amendment: { action: "allow", host: "example.com" } }
          },
          "cancel"
        ]
      })
      assert.deepStrictEqual(question.answers, [
        Approval.accept,
        Approval.acceptAndRemember(["touch"]),
        Approval.applyNetworkAmendment({ action: "allow", host: "example.com" }),
        Approval.cancel,
        Approval.decline
      ])
    })
  )

  it.effect("are the plain decisions if the request lists none, and for changes of files", () =>
    Effect.gen(function* () {
      const plain = ["accept", "acceptForSession", "decline", "cancel"]
      assert.deepStrictEqual(tags(yield* command()), plain)
      assert.deepStrictEqual(tags(yield* files([])), plain)
    })
  )
})

it.effect("Approval.oneAtATime asks the next question after the current one is answered or withdrawn", () =>
  Effect.gen(function* () {
    const open: Array<string> = []
    const gates = new Map<string, Deferred.Deferred<void>>()
    for (const name of ["a", "b", "c"]) gates.set(name, yield* Deferred.make<void>())
    const policy = Approval.oneAtATime(
      Approval.ask((question) => {
        const name = question.type === "command" ? question.command : ""
        open.push(name)
        return Effect.as(Deferred.await(gates.get(name) ?? Deferred.makeUnsafe<void>()), Approval.accept)
      }).pipe(Approval.withTimeout("1 minute"))
    )
    const [a, b, c] = yield* Effect.forEach(["a", "b", "c"], (name) =>
      Effect.flatMap(command({ command: name }), (question) =>
        Effect.forkChild(policy.decide(question), { startImmediately: true })
      )
    )
    assert.isDefined(a)
    assert.isDefined(b)
    assert.isDefined(c)
    assert.deepStrictEqual(open, ["a"])
    // The turn of the second ends while it waits.
    yield* Fiber.interrupt(b)
    yield* TestClock.adjust("59 seconds")
    yield* Deferred.succeed(gates.get("a") ?? Deferred.makeUnsafe<void>(), undefined)
    assert.deepStrictEqual(
      Option.map(yield* Fiber.join(a), ({ answer }) => answer),
      Option.some(Approval.accept)
    )
    yield* TestClock.adjust(0)
    assert.deepStrictEqual(open, ["a", "c"])
    // Its time started with its turn.
    yield* TestClock.adjust("59 seconds")
    assert.isUndefined(c.pollUnsafe())
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual(
      Option.map(yield* Fiber.join(c), ({ answer }) => answer),
      Option.some(Approval.decline)
    )
  })
)
