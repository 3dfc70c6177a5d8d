/** The question that each approval becomes, and the answer that each decision of a policy becomes. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import type * as Approval from "../../../src/Approval.ts"
import * as combine from "../../../src/internal/approval/combine.ts"
import * as handlers from "../../../src/internal/approval/handlers.ts"
import * as modes from "../../../src/internal/approval/modes.ts"
import * as permissions from "../../../src/internal/approval/permissionGrants.ts"
import type * as policy from "../../../src/internal/approval/policy.ts"
import type { Request } from "../../../src/ServerRequests.ts"
import * as Test from "../../serverRequests/support.ts"

type Command = "item/commandExecution/requestApproval"
type Permission = "item/permissions/requestApproval"

const rule = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["git", "push"] } }
const host = { applyNetworkPolicyAmendment: { network_policy_amendment: { action: "allow", host: "example.com" } } }

// Type boundary: offers are marked in types only.
const command = (params: object = {}, offered: ReadonlyArray<unknown> = []) =>
  ({
    id: 1,
    method: Test.command,
    params: { ...Test.ids(), startedAtMs: 1, command: "git status", ...params },
    changes: [],
    offered
  }) as unknown as Request<Command>

const files = (params: object = {}, changes: Request["changes"] = []): Request<"item/fileChange/requestApproval"> => ({
  id: 1,
  method: Test.fileChange,
  params: { ...Test.ids(), startedAtMs: 1, ...params },
  changes,
  offered: []
})

const old = { conversationId: "t", callId: "c", reason: "why" }
const legacyCommand = {
  id: 1,
  method: "execCommandApproval",
  params: { ...old, command: ["git", "status"], cwd: "/w", parsedCmd: [] },
  changes: [],
  offered: []
} satisfies Request<"execCommandApproval">
// Type boundary: a later server can send any kind of change.
const legacyPatch = {
  id: 1,
  method: "applyPatchApproval",
  params: {
    ...old,
    grantRoot: "/root",
    fileChanges: {
      "/a": { type: "add", content: "new" },
      "/d": { type: "delete", content: "gone" },
      "/u": { type: "update", unified_diff: "diff" },
      "/m": { type: "update", unified_diff: "moved", move_path: "/n" },
      "/x": { type: "~unknown", raw: { type: "link" } }
    }
  },
  changes: [],
  offered: []
} as unknown as Request<"applyPatchApproval">

const every: ReadonlyArray<policy.Answer> = [
  { _tag: "accept" },
  { _tag: "acceptForSession" },
  { _tag: "decline" },
  { _tag: "cancel" }
]

/** The question that a policy is asked. */
const asked = <M extends keyof handlers.PolicyHandlers<never, never>>(method: M, request: Request<M>) => {
  const questions: Array<policy.Question> = []
  const seeing = combine.make("see", (question: policy.Question) =>
    Effect.sync(() => (questions.push(question), Option.none()))
  )
  Effect.runSync(handlers.handlers(seeing)[method](request) as Effect.Effect<unknown>)
  const [question] = questions
  const { request: _, ...rest } = question ?? assert.fail("no question")
  return rest
}

const ids = { threadId: "thread", turnId: Option.some("turn"), itemId: "item", reason: Option.none() }

describe("the question about a command", () => {
  const plain = {
    ...ids,
    type: "command",
    answers: [{ _tag: "decline" }, { _tag: "cancel" }],
    command: "git status",
    words: Option.some(["git", "status"]),
    cwd: Option.none(),
    actions: [],
    environment: Option.none(),
    wantsMore: false,
    amendment: Option.none(),
    networkAmendments: []
  }

  it("has what the request says, and the answers that the server always takes", () => {
    assert.deepStrictEqual<unknown>(asked(Test.command, command()), plain)
    assert.deepStrictEqual<unknown>(
      asked(Test.command, command({ reason: "why", cwd: "/w" }, ["accept", "cancel", rule, host])),
      {
        ...plain,
        reason: Option.some("why"),
        cwd: Option.some("/w"),
        answers: [
          { _tag: "accept" },
          { _tag: "cancel" },
          { _tag: "acceptAndRemember", amendment: ["git", "push"] },
          { _tag: "applyNetworkAmendment", amendment: { action: "allow", host: "example.com" } },
          { _tag: "decline" }
        ],
        amendment: Option.some(["git", "push"]),
        networkAmendments: [{ action: "allow", host: "example.com" }]
      }
    )
  })

  it("has words only if the server parsed the same command", () => {
    const words = (commandActions: unknown) => handlers.commandQuestion(command({ commandActions })).words
    assert.deepStrictEqual(words(null), Option.some(["git", "status"]))
    assert.deepStrictEqual(words([{ type: "unknown", command: "git status" }]), Option.some(["git", "status"]))
    assert.isTrue(Option.isNone(words([{ type: "unknown", command: "git push" }])))
    assert.isTrue(Option.isNone(words([{ type: "~unknown", raw: {} }])))
    assert.isTrue(Option.isNone(handlers.commandQuestion(command({ command: null })).words))
    assert.strictEqual(handlers.commandQuestion(command({ command: null })).command, "")
  })

  it("wants more than a command if any field says so", () => {
    const wantsMore = (params: object, change: object = {}) =>
      handlers.commandQuestion({ ...command(params), ...change }).wantsMore
    for (const params of [{}, { kind: "command" }, { environmentId: "local" }, { networkApprovalContext: null }]) {
      assert.isFalse(wantsMore(params), JSON.stringify(params))
    }
    for (const params of [
      { kind: "writeStdin" },
      { environmentId: "prod" },
      { networkApprovalContext: { host: "h", protocol: "https" } },
      { additionalPermissions: {} }
    ]) {
      assert.isTrue(wantsMore(params), JSON.stringify(params))
    }
    assert.isTrue(wantsMore({}, { unknownFields: ["a"] }))
  })

  it("of the older API has its words, and no rules", () => {
    assert.deepStrictEqual<unknown>(asked("execCommandApproval", legacyCommand), {
      ...plain,
      threadId: "t",
      turnId: Option.none(),
      itemId: "c",
      reason: Option.some("why"),
      answers: every,
      cwd: Option.some("/w")
    })
  })
})

describe("the question about files", () => {
  it("has the changes, and every path that they touch", () => {
    const changes: Request["changes"] = [
      { path: "/a", kind: { type: "add" }, diff: "x" },
      { path: "/b", kind: { type: "update", move_path: "/c" }, diff: "y" },
      { path: "/d", kind: { type: "update", move_path: null }, diff: "z" }
    ]
    assert.deepStrictEqual<unknown>(asked(Test.fileChange, files({ grantRoot: "/root" }, changes)), {
      ...ids,
      type: "fileChange",
      answers: every,
      changes,
      paths: ["/a", "/b", "/c", "/d"],
      grantRoot: Option.some("/root"),
      wantsMore: false
    })
    assert.isTrue(handlers.fileQuestion({ ...files(), unknownFields: ["a"] }).wantsMore)
  })

  it("of the older API has its changes in the current form", () => {
    assert.deepStrictEqual<unknown>(asked("applyPatchApproval", legacyPatch), {
      type: "fileChange",
      threadId: "t",
      turnId: Option.none(),
      itemId: "c",
      reason: Option.some("why"),
      answers: every,
      changes: [
        { path: "/a", diff: "new", kind: { type: "add" } },
        { path: "/d", diff: "gone", kind: { type: "delete" } },
        { path: "/u", diff: "diff", kind: { type: "update", move_path: null } },
        { path: "/m", diff: "moved", kind: { type: "update", move_path: "/n" } },
        { path: "/x", diff: "", kind: { type: "~unknown", raw: { type: "link" } } }
      ],
      paths: ["/a", "/d", "/u", "/m", "/n", "/x"],
      grantRoot: Option.some("/root"),
      wantsMore: false
    })
  })
})

describe("the answer of a policy", () => {
  const denied = { denied: { rejection: "The client's policy declined it" } }
  const rows: ReadonlyArray<readonly [answer: policy.Answer, ofCommand: unknown, ofFiles: unknown, ofOld: unknown]> = [
    [{ _tag: "accept" }, "accept", "accept", "approved"],
    [{ _tag: "acceptForSession" }, "acceptForSession", "acceptForSession", "approved_for_session"],
    [{ _tag: "decline" }, "decline", "decline", denied],
    [{ _tag: "cancel" }, "cancel", "cancel", "abort"],
    [{ _tag: "acceptAndRemember", amendment: ["git", "push"] }, rule, "decline", denied],
    [{ _tag: "applyNetworkAmendment", amendment: { action: "allow", host: "example.com" } }, host, "decline", denied]
  ]
  const decisions = (of: policy.Policy) =>
    Effect.gen(function* () {
      const each = handlers.handlers(of)
      return [
        (yield* each[Test.command](command())).decision,
        (yield* each[Test.fileChange](files())).decision,
        (yield* each.execCommandApproval(legacyCommand)).decision,
        (yield* each.applyPatchApproval(legacyPatch)).decision
      ]
    })
  for (const [answer, ofCommand, ofFiles, ofOld] of rows) {
    it.effect(`${answer._tag} is sent in the form of each request`, () =>
      Effect.gen(function* () {
        const always = combine.make("always", () => Effect.succeed(Option.some(answer)))
        assert.deepStrictEqual<unknown>(yield* decisions(always), [ofCommand, ofFiles, ofOld, ofOld])
      })
    )
  }

  it.effect("is a decline if all policies abstain", () =>
    Effect.gen(function* () {
      const never = combine.make("never", () => Effect.succeed(Option.none()))
      assert.deepStrictEqual<unknown>(yield* decisions(never), ["decline", "decline", denied, denied])
    })
  )
})

describe("the question about permissions", () => {
  // Type boundary: only what is read is there.
  const question = (asked: object, params: object = {}) => {
    const request = { params: { ...Test.ids(), cwd: "/w", permissions: asked, ...params } }
    const { request: _, ...rest } = permissions.toQuestion(request as unknown as Request<Permission>)
    return rest
  }
  const plain = {
    threadId: "thread",
    turnId: "turn",
    itemId: "item",
    reason: Option.none(),
    cwd: "/w",
    environment: Option.none(),
    network: false,
    reads: [],
    writes: [],
    others: []
  }
  const entry = (access: string, path: string) => ({ access, path: { type: "path", path } })

  it("has only what is asked for", () => {
    assert.deepStrictEqual<unknown>(question({}), plain)
    assert.deepStrictEqual<unknown>(question({ fileSystem: null, network: null }), plain)
    assert.deepStrictEqual<unknown>(question({ fileSystem: { read: null, write: null } }), plain)
    assert.deepStrictEqual<unknown>(question({ network: { enabled: false } }), plain)
    assert.deepStrictEqual<unknown>(
      question({ network: { enabled: true } }, { reason: "why", environmentId: "prod" }),
      {
        ...plain,
        reason: Option.some("why"),
        environment: Option.some("prod"),
        network: true
      }
    )
  })

  it("has paths from lists and from entries, and keeps what is neither read nor written apart", () => {
    const both = { ...plain, reads: ["/r"], writes: ["/w1", "/w2"] }
    assert.deepStrictEqual<unknown>(question({ fileSystem: { read: ["/r"], write: ["/w1", "/w2"] } }), both)
    const entries = [entry("read", "/r"), entry("write", "/w1"), entry("write", "/w2")]
    assert.deepStrictEqual<unknown>(question({ fileSystem: { entries, read: ["/no"] } }), both)
    const others = [entry("deny", "/d"), { access: "read", path: { type: "glob", pattern: "*" } }]
    assert.deepStrictEqual<unknown>(question({ fileSystem: { entries: [...entries, ...others] } }), { ...both, others })
  })
})

describe("the mode of approvals", () => {
  it.effect("is sent in the protocol's fields", () =>
    Effect.gen(function* () {
      const reviewed = { approvalPolicy: "on-request", approvalsReviewer: "auto_review" } as const
      assert.deepStrictEqual(yield* modes.toParams("autoReview"), reviewed)
      assert.deepStrictEqual(yield* modes.toParams("denyAll"), { approvalPolicy: "never" })
      assert.deepStrictEqual(yield* modes.toParams("ask"), { ...reviewed, approvalsReviewer: "user" })
      assert.deepStrictEqual(yield* modes.toParams("inherit"), {})
      assert.deepStrictEqual(yield* modes.toParams(undefined), {})
    })
  )

  it.effect("is one of four", () =>
    Effect.gen(function* () {
      for (const mode of ["always", "toString", ""]) {
        // Type boundary: a program in JavaScript can pass anything.
        const error = yield* Effect.flip(modes.toParams(mode as Approval.Mode))
        assert.strictEqual(
          error.message,
          "Invalid argument `approvalMode`: expected one of autoReview, denyAll, ask, inherit."
        )
      }
    })
  )
})
