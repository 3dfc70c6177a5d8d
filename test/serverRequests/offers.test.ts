/**
 * The offers of a request about a command, and that no other answer is sent: in a table over a played server, and by
 * its effects on the real one.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Option, Stream } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Test from "./support.ts"

type Request = ServerRequests.Request<typeof Test.command>

const rule = (...words: ReadonlyArray<string>) => ({ acceptWithExecpolicyAmendment: { execpolicy_amendment: words } })
const network = (action: string, host: string) => ({
  applyNetworkPolicyAmendment: { network_policy_amendment: { action, host } }
})

/** Type boundary: what programs in JavaScript can answer. */
const unchecked = (decision: unknown) => ({ decision }) as ServerRequests.CommandAnswer

const quiet = Effect.provide(Logger.layer([]))

describe("a request about a command", () => {
  const table: ReadonlyArray<readonly [promise: string, params: object, offered: ReadonlyArray<unknown>]> = [
    [
      "offers its listed answers, in that order",
      { availableDecisions: ["cancel", rule("touch", "x"), "accept"], proposedExecpolicyAmendment: ["touch"] },
      ["cancel", rule("touch", "x"), "accept"]
    ],
    ["offers nothing if its list is empty", { availableDecisions: [] }, []],
    [
      "omits answers that this version cannot read",
      { availableDecisions: ["accept", "acceptForEver", { acceptAll: {} }] },
      ["accept"]
    ],
    [
      "without a list offers the plain decisions and its proposals",
      {
        proposedExecpolicyAmendment: ["touch", "x"],
        proposedNetworkPolicyAmendments: [
          { action: "allow", host: "a.example" },
          { action: "deny", host: "b.example" }
        ]
      },
      [
        "accept",
        "acceptForSession",
        rule("touch", "x"),
        network("allow", "a.example"),
        network("deny", "b.example"),
        "decline",
        "cancel"
      ]
    ],
    [
      "without a list and proposals offers the plain decisions",
      { availableDecisions: undefined, proposedExecpolicyAmendment: null, proposedNetworkPolicyAmendments: null },
      ["accept", "acceptForSession", "decline", "cancel"]
    ],
    [
      "that always needs a new decision offers no lasting answer",
      { kind: "humanCommand", proposedExecpolicyAmendment: ["touch"] },
      ["accept", "decline", "cancel"]
    ]
  ]
  for (const [promise, params, offered] of table) {
    it.effect(promise, () =>
      Effect.gen(function* () {
        const requests: Array<Request> = []
        const { ask, peer } = yield* Test.played({
          serverRequests: {
            [Test.command]: (request) =>
              Effect.sync(() => {
                requests.push(request)
                return { decision: "decline" }
              })
          }
        })
        yield* ask(7, Test.command, Test.commandParams({ availableDecisions: null, ...params }))
        yield* peer.receive
        const [request] = requests
        assert.isDefined(request)
        const words: ReadonlyArray<unknown> = request.offered
        assert.deepStrictEqual(words, offered)
        // Answered by name, it is the same.
        const named: ReadonlyArray<unknown> = [
          ...Option.toArray(ServerRequests.offeredForSession(request)),
          ...ServerRequests.offeredRules(request),
          ...ServerRequests.offeredNetworkRules(request)
        ]
        assert.deepStrictEqual(
          named,
          offered.filter((offer) => !["accept", "decline", "cancel"].includes(String(offer)))
        )
      })
    )
  }

  it.effect("rejects answers that another request offered", () =>
    Effect.gen(function* () {
      const kept: Array<ServerRequests.Offered> = []
      const { ask, decisions, peer } = yield* Test.played({
        serverRequests: {
          [Test.command]: (request) =>
            Effect.sync(() => {
              kept.push(...ServerRequests.offeredRules(request))
              return { decision: kept[0] ?? "decline" }
            })
        }
      })
      for (const word of ["a", "b"]) {
        yield* ask(word, Test.command, Test.commandParams({ availableDecisions: ["accept", rule(word)] }))
        const decision = word === "a" ? rule(word) : "decline"
        assert.deepStrictEqual(yield* peer.receive, { id: word, result: { decision } })
      }
      assert.deepStrictEqual(decisions.map(Test.short), [
        "acceptWithExecpolicyAmendment by handler",
        "decline by notOffered"
      ])
    }).pipe(quiet)
  )

  it.effect("offers nothing if it is about files, and neither does any other", () =>
    Effect.gen(function* () {
      const offers: Array<ReadonlyArray<unknown>> = []
      const { ask, peer } = yield* Test.played({
        serverRequests: {
          [Test.fileChange]: ({ offered }) =>
            Effect.sync(() => {
              offers.push(offered)
              return { decision: "acceptForSession" }
            })
        }
      })
      yield* ask(7, Test.fileChange, Test.fileParams({ availableDecisions: ["accept"] }))
      assert.deepStrictEqual(yield* peer.receive, { id: 7, result: { decision: "acceptForSession" } })
      assert.deepStrictEqual(offers, [[]])
    })
  )
})

describe("on the real server", () => {
  /** Two turns that run the same command, and the decisions about its approvals. */
  const twice = (answer: (request: Request) => ServerRequests.CommandAnswer) => {
    const lists: Array<Request["params"]["availableDecisions"]> = []
    const options: Codex.Options = {
      serverRequests: {
        [Test.command]: (request) =>
          Effect.sync(() => {
            lists.push(request.params.availableDecisions)
            return answer(request)
          })
      }
    }
    return Effect.gen(function* () {
      const decisions: Array<ServerRequests.Decision> = []
      const client = yield* CodexClient.CodexClient
      yield* Effect.forkScoped(
        Stream.runForEach(client.decisions, (decision) => Effect.sync(() => void decisions.push(decision))),
        { startImmediately: true }
      )
      const model = yield* MockModel.MockModel
      const { codexHome, workspace } = yield* CodexTest.TestHome
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread({ approvalMode: "ask", sandbox: "readOnly" })
      for (const _ of [1, 2]) {
        yield* model.enqueue(
          MockModel.response([MockModel.execCommand({ cmd: "touch made", escalate: "it has to be there" })])
        )
        yield* thread.run("go")
      }
      const rules = join(codexHome, "rules", "default.rules")
      return {
        lists,
        decided: decisions.map(Test.short),
        made: existsSync(join(workspace, "made")),
        rules: existsSync(rules) ? readFileSync(rules, "utf8") : undefined
      }
    }).pipe(
      Effect.scoped,
      Effect.provide(CodexTest.layer({ codex: options, model: { fallback: () => MockModel.reply("done") } })),
      quiet
    )
  }

  it.live("stores the offered rule unchanged, and the next command runs without a request", () =>
    Effect.gen(function* () {
      const { decided, made, rules } = yield* twice((request) => ({
        decision: ServerRequests.offeredRules(request)[0] ?? "decline"
      }))
      assert.deepStrictEqual(decided, ["acceptWithExecpolicyAmendment by handler"])
      assert.isTrue(made)
      assert.include(rules, '["touch", "made"]')
    })
  )

  it.live("does not send a wider rule, and the command does not run", () =>
    Effect.gen(function* () {
      const { decided, made, rules } = yield* twice(() => unchecked(rule("touch")))
      assert.deepStrictEqual(decided, ["decline by notOffered", "decline by notOffered"])
      assert.isFalse(made)
      assert.isUndefined(rules)
    })
  )

  it.live("does not offer the session for a command, and does not accept it", () =>
    Effect.gen(function* () {
      const seen: Array<boolean> = []
      const { decided, lists, made } = yield* twice((request) => {
        seen.push(Option.isSome(ServerRequests.offeredForSession(request)))
        return unchecked("acceptForSession")
      })
      assert.deepStrictEqual(lists[0], ["accept", rule("touch", "made"), "cancel"])
      assert.deepStrictEqual(seen, [false, false])
      assert.deepStrictEqual(decided, ["decline by notOffered", "decline by notOffered"])
      assert.isFalse(made)
    })
  )
})
