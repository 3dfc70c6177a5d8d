/**
 * Handlers that violate their types, or answer more than may be sent.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { stripVTControlCharacters } from "node:util"
import * as Approval from "../../src/Approval.ts"
import * as Permissions from "../../src/Permissions.ts"
import * as Elicitation from "../../src/Elicitation.ts"
import * as UserInput from "../../src/UserInput.ts"
import * as Test from "./support.ts"

const quiet = Effect.provide(Logger.layer([]))

// Type boundary: what a program in JavaScript can give.
const untyped = (value: unknown): never => value as never

const legacy = { conversationId: "01a1fd0e-0199-7dd2-a325-8b08e56c3232", callId: "c" }
const exec = { ...legacy, command: ["ls"], cwd: "/", parsedCmd: [] }
const patch = { ...legacy, fileChanges: { "/a": { type: "add", content: "x" } } }

/** The possible answers to a request for a tool's approval. */
const toolApproval = (persist: unknown) => ({
  mode: "form",
  serverName: "s",
  threadId: "thread",
  turnId: "turn",
  message: "m",
  _meta: { codex_approval_kind: "mcp_tool_call", persist },
  requestedSchema: { type: "object", properties: {} }
})

describe("a handler that does not return an Effect", () => {
  for (const [name, given] of [
    ["nothing", undefined],
    ["a promise", Promise.resolve({ decision: "accept" })],
    ["the answer itself", { decision: "accept" }]
  ] as const) {
    it.effect(`but ${name} declines, and its failure is logged`, () =>
      Effect.gen(function* () {
        const logged: Array<string> = []
        const logger = Logger.make(({ message }) => void logged.push(String(message)))
        const { ask, decisions, peer } = yield* Test.played({
          serverRequests: untyped({ [Test.command]: () => given })
        }).pipe(Effect.provide(Logger.layer([logger])))
        yield* ask(1, Test.command, Test.commandParams())
        assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { decision: "decline" } })
        assert.deepStrictEqual(decisions.map(Test.short), ["decline by defect"])
        assert.isTrue(
          logged.some((line) => line.includes(`Handler for ${Test.command} failed; the request was declined.`))
        )
      }).pipe(quiet)
    )
  }

  it.live("but a rejected promise declines, and does not end the program", () =>
    Effect.gen(function* () {
      const rejected: Array<unknown> = []
      const listen = (reason: unknown) => void rejected.push(reason)
      yield* Effect.acquireRelease(
        Effect.sync(() => process.on("unhandledRejection", listen)),
        () => Effect.sync(() => process.off("unhandledRejection", listen))
      )
      const fail = untyped(async () => Promise.reject(new Error("in the handler")))
      const questions = [{ id: "q", header: "h", question: "?", isOther: false, isSecret: false, options: null }]
      for (const [serverRequests, method, params, result] of [
        [untyped({ [Test.command]: fail }), Test.command, Test.commandParams(), { decision: "decline" }],
        [
          Approval.handlers(Approval.ask<never, never>(fail)),
          Test.command,
          Test.commandParams(),
          { decision: "decline" }
        ],
        [
          { "item/tool/requestUserInput": UserInput.handler<never, never>(fail) },
          "item/tool/requestUserInput",
          { ...Test.ids(), isBlocking: true, questions },
          { answers: {} }
        ],
        [
          { "mcpServer/elicitation/request": Elicitation.handler({ toolApproval: fail }) },
          "mcpServer/elicitation/request",
          toolApproval(undefined),
          { action: "decline", content: null }
        ]
      ] as const) {
        const { ask, peer } = yield* Test.played({ serverRequests })
        yield* ask(1, method, params)
        assert.deepStrictEqual(yield* peer.receive, { id: 1, result })
      }
      // Unhandled rejections are reported after the microtasks.
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      assert.deepStrictEqual(rejected, [])
    }).pipe(Effect.scoped, quiet)
  )

  it.effect("declines also if it is the question of a policy", () =>
    Effect.gen(function* () {
      const policy = Approval.ask<never, never>(untyped(async () => Approval.accept))
      const { ask, decisions, peer } = yield* Test.played({ serverRequests: Approval.handlers(policy) })
      yield* ask(1, Test.command, Test.commandParams())
      assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { decision: "decline" } })
      assert.deepStrictEqual(decisions.map(Test.short), ["decline by defect"])
    }).pipe(quiet)
  )
})

describe("a policy with invalid arguments", () => {
  it("throws when it is created: a string in place of a list would allow its letters, and no working folder", () => {
    for (const folders of ["/nope", [""], [" "], undefined, [1]]) {
      assert.throws(
        () => Approval.allowWritesUnder(untyped(folders)),
        TypeError,
        "expected an array of non-empty paths"
      )
    }
    for (const words of ["touch made", undefined, [1]]) {
      assert.throws(() => Approval.command.startsWith(untyped(words)), TypeError, "expected an array of strings")
      assert.throws(() => Approval.command.equals(untyped(words)), TypeError, "expected an array of strings")
    }
    for (const policy of [undefined, null, () => {}, Approval.withTimeout("1 minute"), { name: "none" }]) {
      assert.throws(() => Approval.handlers(untyped(policy)), TypeError, "Approval.handlers: expected a policy")
      assert.throws(() => Permissions.handler(untyped(policy)), TypeError, "Permissions.handler: expected a policy")
      assert.throws(() => Approval.oneAtATime(untyped(policy)), TypeError, "oneAtATime: expected a policy")
      assert.throws(() => Approval.orElse(Approval.denyAll, untyped(policy)), TypeError, "orElse: expected a policy")
      assert.throws(
        () => Approval.withTimeout(untyped(policy), "1 minute"),
        TypeError,
        "withTimeout: expected a policy"
      )
    }
    for (const timeout of ["soon", undefined, 0, -1, Number.NaN]) {
      assert.throws(
        () => Approval.withTimeout(Approval.denyAll, untyped(timeout)),
        RangeError,
        /^withTimeout: .*`timeout`/
      )
    }
    assert.doesNotThrow(() => Approval.withTimeout(Approval.denyAll, "Infinity"))
  })

  for (const [name, predicate] of [
    ["a promise", async () => true],
    ["an Effect", () => Effect.succeed(true)],
    ["a string", () => "yes"]
  ] as const) {
    it.effect(`does not take ${name} of a predicate for a yes`, () =>
      Effect.gen(function* () {
        const policy = Approval.allowCommands(untyped(predicate))
        const { ask, decisions, peer } = yield* Test.played({ serverRequests: Approval.handlers(policy) })
        yield* ask(1, Test.command, Test.commandParams())
        assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { decision: "decline" } })
        assert.deepStrictEqual(decisions.map(Test.short), ["decline by defect"])
      }).pipe(quiet)
    )
  }
})

describe("an answer that cannot be sent", () => {
  it.effect("declines if JSON cannot hold it, and the decision says so", () =>
    Effect.gen(function* () {
      const { ask, decisions, peer } = yield* Test.played({
        serverRequests: { [Test.command]: () => Effect.succeed(untyped({ decision: "accept", more: 5n })) }
      })
      yield* ask(1, Test.command, Test.commandParams())
      assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { decision: "decline" } })
      assert.deepStrictEqual(decisions.map(Test.short), ["decline by invalidAnswer"])
    }).pipe(quiet)
  )

  it.effect(
    "declines if it has a rule for one of the older approvals, which propose none: by a policy, and by a handler",
    () =>
      Effect.gen(function* () {
        const denied = { decision: { denied: { rejection: "The client's policy declined it" } } }
        for (const answer of [
          Approval.acceptAndRemember(["rm"]),
          Approval.applyNetworkAmendment({ action: "allow", host: "example.org" })
        ]) {
          const policy = Approval.ask(() => Effect.succeed(answer))
          const { ask, peer } = yield* Test.played({ serverRequests: Approval.handlers(policy) })
          yield* ask(1, "execCommandApproval", exec)
          yield* ask(2, "applyPatchApproval", patch)
          assert.deepStrictEqual((yield* peer.receive).result, denied)
          assert.deepStrictEqual((yield* peer.receive).result, denied)
        }
        const rule = { approved_execpolicy_amendment: { proposed_execpolicy_amendment: ["rm"] } }
        for (const [decision, by] of [
          [rule, "notOffered"],
          ["approved_mcp_policy_amendment", "notOffered"],
          [{ a: 1, b: 2 }, "invalidAnswer"]
        ] as const) {
          const { ask, decisions, peer } = yield* Test.played({
            serverRequests: { execCommandApproval: () => Effect.succeed(untyped({ decision })) }
          })
          yield* ask(1, "execCommandApproval", exec)
          assert.notInclude(JSON.stringify(yield* peer.receive), "approved")
          assert.deepStrictEqual(
            decisions.map(({ rule }) => rule),
            [by]
          )
        }
      }).pipe(quiet)
  )

  it.effect("declines if it is for the session and the request does not offer that, as a list or as a word", () =>
    Effect.gen(function* () {
      const outcomes: Array<string> = []
      for (const persist of [["session", "always"], "session", "always", undefined]) {
        const handler = Elicitation.handler({ toolApproval: () => Effect.succeed(Elicitation.acceptForSession) })
        const { ask, decisions, peer } = yield* Test.played({
          serverRequests: { "mcpServer/elicitation/request": handler }
        })
        yield* ask(1, "mcpServer/elicitation/request", toolApproval(persist))
        yield* peer.receive
        outcomes.push(...decisions.map(({ decision }) => decision))
      }
      assert.deepStrictEqual(outcomes, ["accept", "accept", "decline", "decline"])
    }).pipe(quiet)
  )
})

describe("a method name that the server chooses", () => {
  for (const [name, method] of [
    ["line breaks and escape sequences", "evil\n[11:00:00.000] INFO: accept \u001b]0;title\u0007"],
    ["a megabyte", "m".repeat(2 ** 20)]
  ] as const) {
    it.effect(`like ${name} is one short line in the log`, () =>
      Effect.gen(function* () {
        const logged: Array<string> = []
        const logger = Logger.make(({ message }) => void logged.push([message].flat().map(String).join(" ")))
        const { ask, peer } = yield* Test.played().pipe(Effect.provide(Logger.layer([logger])))
        yield* ask(1, method, {})
        assert.deepInclude(yield* peer.receive, { id: 1, error: { code: -32601, message: "Method not found" } })
        assert.isAbove(logged.length, 0)
        for (const line of logged) {
          assert.isBelow(line.length, 300)
          assert.strictEqual(line, stripVTControlCharacters(line.replaceAll("\n", "")))
        }
      })
    )
  }
})
