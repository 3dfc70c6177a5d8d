/** The check of every answer before it is sent, kind by kind, and its logged word, without a server. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import * as answers from "../../../src/internal/serverRequests/answers.ts"
import { asEffect } from "../../../src/internal/serverRequests/asEffect.ts"
import { kindOf } from "../../../src/internal/serverRequests/kinds.ts"
import * as offers from "../../../src/internal/serverRequests/offers.ts"
import * as runners from "../../../src/internal/serverRequests/runners.ts"
import type { Request } from "../../../src/ServerRequests.ts"

const command = "item/commandExecution/requestApproval"
const files = "item/fileChange/requestApproval"
const permissions = "item/permissions/requestApproval"
const elicitation = "mcpServer/elicitation/request"
const refresh = "account/chatgptAuthTokens/refresh"

type Given = Pick<Request, "offered" | "params">

const rule = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["git", "push"] } }
const host = { applyNetworkPolicyAmendment: { network_policy_amendment: { action: "allow", host: "example.com" } } }

/** The problem of an answer to a request with these offers. */
const problem = (
  method: string,
  answer: unknown,
  given: { readonly offered?: unknown; readonly params?: unknown } = {}
) =>
  // Type boundary: only the fields that the check reads exist.
  answers.problem(
    { method, offered: [], params: {}, ...given } as unknown as Given & { method: Request["method"] },
    answer
  )

const table = (
  name: string,
  cases: ReadonlyArray<readonly [method: string, answer: unknown, problem: string | undefined, given?: object]>
): void =>
  void describe(name, () => {
    for (const [method, answer, expected, given] of cases) {
      const shown = JSON.stringify(answer) ?? String(answer)
      it(`${expected ?? "sends"}: ${method} ${shown} ${given === undefined ? "" : JSON.stringify(given)}`, () => {
        assert.strictEqual(problem(method, answer, given), expected)
      })
    }
  })

const offered = { offered: ["accept", rule, host] }

table("an answer about a command", [
  [command, { decision: "accept" }, undefined, offered],
  [command, { decision: structuredClone(rule) }, undefined, offered],
  [command, { decision: structuredClone(host) }, undefined, offered],
  [command, { decision: "decline" }, undefined],
  [command, { decision: "cancel" }, undefined],
  [command, { decision: "accept" }, "notOffered"],
  [command, { decision: "acceptForSession" }, "notOffered", offered],
  [command, { decision: { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["git"] } } }, "notOffered", offered],
  [command, { decision: "yes" }, "invalidAnswer", { offered: ["yes"] }],
  [command, { decision: { other: {} } }, "invalidAnswer", offered],
  [command, { decision: { ...rule, ...host } }, "invalidAnswer", offered],
  [command, { decision: {} }, "invalidAnswer", offered],
  [command, { decision: null }, "invalidAnswer", offered],
  [command, {}, "invalidAnswer", offered]
])

table("an answer about changes of files", [
  [files, { decision: "accept" }, undefined],
  [files, { decision: "acceptForSession" }, undefined],
  [files, { decision: "decline" }, undefined],
  [files, { decision: "cancel" }, undefined],
  [files, { decision: rule }, "invalidAnswer"],
  [files, {}, "invalidAnswer"]
])

table("an answer of the older protocol", [
  ["applyPatchApproval", { decision: "approved" }, undefined],
  ["execCommandApproval", { decision: { denied: { rejection: "no" } } }, undefined],
  ["execCommandApproval", { decision: "approved_mcp_policy_amendment" }, "notOffered"],
  ["execCommandApproval", { decision: { approved_execpolicy_amendment: {} } }, "notOffered"],
  ["execCommandApproval", { decision: { denied: {}, other: {} } }, "invalidAnswer"],
  ["execCommandApproval", { decision: 7 }, "invalidAnswer"]
])

table("an answer about permissions", [
  [permissions, { permissions: {} }, undefined],
  [permissions, { scope: null }, undefined],
  [permissions, { scope: "turn", strictAutoReview: true }, undefined],
  [permissions, { scope: "session" }, undefined],
  [permissions, { scope: "session", strictAutoReview: false }, undefined],
  [permissions, { scope: "session", strictAutoReview: true }, "invalidAnswer"],
  [permissions, { scope: "ever" }, "invalidAnswer"]
])

const persist = (value: unknown) => ({ params: { _meta: { persist: value } } })

table("an answer to an elicitation", [
  [elicitation, { action: "accept" }, undefined],
  [elicitation, { action: "decline" }, undefined],
  [elicitation, { action: "cancel" }, undefined],
  [elicitation, { action: "yes" }, "invalidAnswer"],
  [elicitation, {}, "invalidAnswer"],
  [elicitation, { action: "accept", _meta: null }, undefined],
  [elicitation, { action: "accept", _meta: {} }, undefined],
  [elicitation, { action: "accept", _meta: { persist: "session" } }, undefined, persist(["session", "always"])],
  [elicitation, { action: "accept", _meta: { persist: "session" } }, undefined, persist("session")],
  [elicitation, { action: "accept", _meta: { persist: "always" } }, "notOffered", persist(["session"])],
  [elicitation, { action: "accept", _meta: { persist: "session" } }, "notOffered"],
  [elicitation, { action: "accept", _meta: { persist: "session" } }, "notOffered", { params: { _meta: "x" } }],
  [elicitation, { action: "accept", _meta: { persist: "session" } }, "notOffered", { params: null }]
])

table("fresh tokens", [
  [refresh, { chatgptAccountId: "a" }, undefined, { params: { previousAccountId: "a" } }],
  [refresh, { chatgptAccountId: "b" }, "invalidAnswer", { params: { previousAccountId: "a" } }],
  [refresh, { chatgptAccountId: "b" }, undefined, { params: { previousAccountId: null } }],
  [refresh, { chatgptAccountId: "b" }, undefined, { params: {} }]
])

table("an answer of any kind", [
  ["attestation/generate", { token: "t" }, undefined],
  ["attestation/generate", null, "invalidAnswer"],
  ["attestation/generate", undefined, "invalidAnswer"],
  ["attestation/generate", ["t"], "invalidAnswer"],
  ["attestation/generate", "t", "invalidAnswer"]
])

it("an answer that JSON cannot hold is not sent", () => {
  assert.strictEqual(problem("attestation/generate", { token: 1n }), "invalidAnswer")
})

describe("the logged word of an answer", () => {
  const words: ReadonlyArray<readonly [word: string, method: string, answer: unknown]> = [
    ["accept", command, { decision: "accept" }],
    ["acceptWithExecpolicyAmendment", command, { decision: rule }],
    ["answer", command, { decision: { ...rule, ...host } }],
    ["answer", command, {}],
    ["cancel", files, { decision: "cancel" }],
    ["denied", "execCommandApproval", { decision: { denied: {} } }],
    ["decline", permissions, {}],
    ["decline", permissions, { permissions: {} }],
    ["decline", permissions, { permissions: { fileSystem: { read: null }, network: { enabled: false } } }],
    ["decline", permissions, { permissions: { network: "all" } }],
    ["grant", permissions, { permissions: { fileSystem: { read: ["/a"], write: null } } }],
    ["grant", permissions, { permissions: { network: { enabled: true } } }],
    ["decline", "item/tool/requestUserInput", {}],
    ["decline", "item/tool/requestUserInput", { answers: {} }],
    ["answer", "item/tool/requestUserInput", { answers: { q: { answers: [] } } }],
    ["answer", "item/tool/call", { success: true }],
    ["failed", "item/tool/call", { success: false }],
    ["failed", "item/tool/call", {}],
    ["accept", elicitation, { action: "accept" }],
    ["answer", elicitation, {}],
    ["answer", "attestation/generate", { token: "t" }],
    ["answer", "unknown", { token: "t" }],
    ["answer", command, ["accept"]],
    ["answer", command, null]
  ]
  for (const [word, method, result] of words) {
    it(`is ${word} for ${JSON.stringify(result)} to ${method}`, () => {
      assert.strictEqual(answers.inAWord(method, { result }), word)
    })
  }

  it("is empty without a reply, and refuse for an error", () => {
    assert.strictEqual(answers.inAWord(command, undefined), "none")
    assert.strictEqual(answers.inAWord(command, { error: { code: 1, message: "no" } }), "refuse")
  })
})

describe("the decline", () => {
  it.effect("says whether there was no handler, or no answer from it", () =>
    Effect.gen(function* () {
      const text = (reply: unknown) => JSON.stringify(reply)
      assert.include(text(answers.declineFailed("item/tool/call")), "The client's handler failed")
      assert.include(text(yield* answers.decline("item/tool/call")), "This client has no handler for the request")
      const unknown = { error: { code: -32601, message: "Method not found" } }
      assert.deepStrictEqual(answers.declineFailed("toString"), unknown)
      assert.deepStrictEqual(yield* answers.decline("toString"), unknown)
    })
  )

  it("exists for every request of this version, and of older ones", () => {
    for (const method of [command, files, permissions, elicitation, refresh, "currentTime/read"]) {
      assert.isTrue(answers.isKnown(method), method)
    }
    for (const method of ["toString", "", "currentTime"]) assert.isFalse(answers.isKnown(method), method)
  })
})

describe("a kind of request", () => {
  const limit = (method: string) => {
    const found = kindOf(method)?.serverLimit
    return found === undefined ? undefined : Duration.toMillis(found)
  }

  it("has the server's own timeout, and is a secret, if it asks for tokens", () => {
    assert.strictEqual(limit(refresh), 12_000)
    assert.strictEqual(limit("attestation/generate"), 1000)
    assert.isUndefined(limit(command))
    for (const method of [refresh, "attestation/generate"]) assert.isTrue(kindOf(method)?.isSecret)
    for (const method of [command, files, elicitation]) assert.isUndefined(kindOf(method)?.isSecret)
  })

  it("belongs to a turn without its id only in the older protocol", () => {
    for (const method of ["applyPatchApproval", "execCommandApproval"]) assert.isTrue(kindOf(method)?.isOfTurn)
    assert.isUndefined(kindOf(command)?.isOfTurn)
  })

  it("shares its run by account", () => {
    const key = (params: object) => kindOf(refresh)?.sharedBy?.(params as Request["params"])
    assert.strictEqual(key({ previousAccountId: "a" }), "a")
    assert.strictEqual(key({ previousAccountId: null }), "")
    assert.strictEqual(key({}), "")
    assert.isUndefined(kindOf(command)?.sharedBy)
  })
})

describe("the offered answers of a request about a command", () => {
  it("are its list, without unknown ones", () => {
    const given = ["accept", rule, host, "later", { other: {} }, "decline"]
    assert.deepStrictEqual<unknown>(offers.of({ availableDecisions: given }), ["accept", rule, host, "decline"])
    assert.deepStrictEqual(offers.of({ availableDecisions: [] }), [])
  })

  it("are all decisions and its proposals if it has no list, and only yes or no for a user's command", () => {
    const plain = ["accept", "acceptForSession", "decline", "cancel"]
    assert.deepStrictEqual<unknown>(offers.of({}), plain)
    assert.deepStrictEqual<unknown>(
      offers.of({
        proposedExecpolicyAmendment: ["git", "push"],
        proposedNetworkPolicyAmendments: [{ action: "allow", host: "example.com" }]
      }),
      ["accept", "acceptForSession", rule, host, "decline", "cancel"]
    )
    assert.deepStrictEqual<unknown>(
      offers.of({ proposedExecpolicyAmendment: null, proposedNetworkPolicyAmendments: null }),
      plain
    )
    assert.deepStrictEqual<unknown>(offers.of({ kind: "humanCommand", proposedExecpolicyAmendment: ["git"] }), [
      "accept",
      "decline",
      "cancel"
    ])
  })

  it("are found by kind", () => {
    // Type boundary: the marks of offers exist in types only.
    const request = { offered: ["accept", "acceptForSession", rule, host] } as unknown as Given
    assert.deepStrictEqual<unknown>(offers.offeredRules(request), [rule])
    assert.deepStrictEqual<unknown>(offers.offeredNetworkRules(request), [host])
    assert.isTrue(offers.offeredForSession(request)._tag === "Some")
    assert.isTrue(offers.offeredForSession({ offered: [] })._tag === "None")
  })
})

describe("a handlers object", () => {
  it("has functions by request names", () => {
    for (const handlers of [null, undefined, 7, [], () => Effect.void]) {
      assert.match(String(runners.fault(handlers)), /expected handlers by request name/)
    }
    assert.match(String(runners.fault({ toString: () => Effect.void })), /unknown request "toString"/)
    assert.match(String(runners.fault({ [command]: {} })), /must be a function/)
    assert.isUndefined(runners.fault({ [command]: undefined, [files]: () => Effect.void }))
    assert.isUndefined(runners.fault({}))
  })

  it("keeps a shared answer for less than two seconds, in whichever direction the clock moves", () => {
    assert.isTrue(runners.stillHolds(1000, 2999))
    assert.isFalse(runners.stillHolds(1000, 3000))
    assert.isTrue(runners.stillHolds(3000, 1001))
    assert.isFalse(runners.stillHolds(3000, 1000))
  })
})

describe("the value that a handler returns", () => {
  const died = (given: unknown) =>
    // Type boundary: programs in JavaScript can return anything.
    Effect.map(Effect.exit(asEffect(given as Effect.Effect<never>)), (exit) => String(exit))

  it.effect("runs if it is an Effect, and otherwise becomes a defect that describes it", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* asEffect(Effect.succeed(7)), 7)
      assert.include(yield* died(Promise.resolve(7)), "returned a promise")
      assert.include(yield* died(Promise.reject(new Error("no"))), "returned a promise")
      for (const given of [undefined, null, 7, {}, () => 7])
        assert.include(yield* died(given), "returned a value that is not an Effect")
    })
  )
})
