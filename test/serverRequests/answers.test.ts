import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { TestClock } from "effect/testing"
import type * as ServerRequests from "../../src/ServerRequests.ts"
import * as Test from "./support.ts"

const quiet = Effect.provide(Logger.layer([]))

const elicitation = "mcpServer/elicitation/request"
const permissions = "item/permissions/requestApproval"

const params: { readonly [method: string]: object } = {
  [elicitation]: {
    threadId: "thread",
    turnId: "turn",
    serverName: "s",
    mode: "form",
    message: "m",
    requestedSchema: { type: "object", properties: {} },
    _meta: { codex_approval_kind: "mcp_tool_call", persist: ["session"] }
  },
  [permissions]: { ...Test.ids(), startedAtMs: 1, cwd: "/", permissions: { network: { enabled: true } } }
}

/** Handlers with answers of the protocol, which can be anything in a JavaScript program. */
const raw = (method: string, answer: unknown): ServerRequests.Handlers =>
  Object.fromEntries([[method, () => Effect.succeed(answer)]])

describe("an answer in the form of the protocol", () => {
  const network = { network: { enabled: true } }
  const cases: ReadonlyArray<readonly [promise: string, method: string, answer: object, decision: string]> = [
    ["accepts an elicitation", elicitation, { action: "accept", content: {} }, "accept by handler"],
    [
      "accepts one for the offered time",
      elicitation,
      { action: "accept", content: {}, _meta: { persist: "session" } },
      "accept by handler"
    ],
    [
      "for a longer time is not sent",
      elicitation,
      { action: "accept", content: {}, _meta: { persist: "always" } },
      "decline by notOffered"
    ],
    ["that an elicitation cannot have is not sent", elicitation, { action: "yes" }, "decline by invalidAnswer"],
    ["grants permissions for the turn", permissions, { permissions: network }, "grant by handler"],
    ["grants permissions for the session", permissions, { permissions: network, scope: "session" }, "grant by handler"],
    [
      "that grants permissions for an unknown time is not sent",
      permissions,
      { permissions: network, scope: "ever" },
      "decline by invalidAnswer"
    ],
    [
      "with a grant that the server would ignore is not sent",
      permissions,
      { permissions: network, scope: "session", strictAutoReview: true },
      "decline by invalidAnswer"
    ],
    ["without permissions declines", permissions, { permissions: {} }, "decline by handler"],
    [
      "with empty permissions declines, too",
      permissions,
      { permissions: { fileSystem: {}, network: { enabled: false } } },
      "decline by handler"
    ]
  ]
  for (const [promise, method, answer, expected] of cases) {
    it.effect(promise, () =>
      Effect.gen(function* () {
        const { ask, decisions, peer } = yield* Test.played({ serverRequests: raw(method, answer) })
        yield* ask(1, method, params[method])
        const reply = yield* peer.receive
        assert.deepStrictEqual(decisions.map(Test.short), [expected])
        if (expected.endsWith("by handler")) assert.deepStrictEqual<object>(reply, { id: 1, result: answer })
        else assert.notDeepEqual<object>(reply, { id: 1, result: answer })
      }).pipe(quiet)
    )
  }
})

it.effect("a request with a time limit on the server is given up silently when that passes", () =>
  Effect.gen(function* () {
    const refresh = "account/chatgptAuthTokens/refresh"
    const serverRequests = { [refresh]: () => Effect.never, "attestation/generate": () => Effect.never }
    const { ask, client, decisions, peer } = yield* Test.played({ serverRequests })
    yield* ask(1, "attestation/generate", {})
    yield* ask(2, refresh, { reason: "unauthorized", previousAccountId: "a" })
    yield* TestClock.adjust("999 millis")
    assert.strictEqual((yield* client.openRequests).length, 2)
    yield* TestClock.adjust("1 millis")
    assert.deepStrictEqual((yield* peer.receive).id, 1)
    yield* TestClock.adjust("11 seconds")
    assert.deepStrictEqual((yield* peer.receive).id, 2)
    assert.deepStrictEqual(decisions.map(Test.short), ["refuse by timeout", "refuse by timeout"])
  }).pipe(quiet)
)
