import { assert, describe, it } from "@effect/vitest"
import { DateTime, Deferred, Duration, Effect, type Layer, Logger, Option } from "effect"
import { TestClock } from "effect/testing"
import * as clientOptions from "../../src/internal/client/clientOptions.ts"
import * as Elicitation from "../../src/Elicitation.ts"
import { retired } from "../../src/internal/serverRequests/retired.ts"
import * as Protocol from "../../src/Protocol.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"
import * as Test from "./support.ts"

type Requests = Protocol.ServerRequests

interface Kind<M extends keyof Requests> {
  readonly params: object
  /** An answer of a handler, and its logged word. */
  readonly answer: Requests[M]["result"]
  readonly word: string
  /** The response if the handler fails. */
  readonly declined: object
}

const failed = "The client's handler failed"
const refused = { error: { code: -32603, message: failed } }
const denied = { result: { decision: { denied: { rejection: failed } } } }
const conversationId = "01a1fd0e-0199-7dd2-a325-8b08e56c3232"

const kinds: { readonly [M in keyof Requests]: Kind<M> } = {
  "item/commandExecution/requestApproval": {
    params: Test.commandParams(),
    answer: { decision: "accept" },
    word: "accept",
    declined: { result: { decision: "decline" } }
  },
  "item/fileChange/requestApproval": {
    params: Test.fileParams(),
    answer: { decision: "acceptForSession" },
    word: "acceptForSession",
    declined: { result: { decision: "decline" } }
  },
  "item/permissions/requestApproval": {
    params: { ...Test.ids(), startedAtMs: 1, cwd: "/", permissions: { network: { enabled: true } } },
    answer: { permissions: { network: { enabled: true } }, scope: "turn" },
    word: "grant",
    declined: { result: { permissions: {}, scope: "turn" } }
  },
  "item/tool/requestUserInput": {
    params: {
      ...Test.ids(),
      isBlocking: true,
      questions: [{ id: "q", header: "h", question: "Which?", options: [{ label: "a", description: "b" }] }]
    },
    answer: { answers: { q: { answers: ["a"] } } },
    word: "answer",
    declined: { result: { answers: {} } }
  },
  "item/tool/call": {
    params: { threadId: "thread", turnId: "turn", callId: "c", tool: "t", arguments: {} },
    answer: { success: true, contentItems: [{ type: "inputText", text: "x" }] },
    word: "answer",
    declined: { result: { success: false, contentItems: [{ type: "inputText", text: failed }] } }
  },
  "mcpServer/elicitation/request": {
    params: {
      threadId: "thread",
      turnId: "turn",
      serverName: "s",
      mode: "form",
      message: "m",
      requestedSchema: { type: "object", properties: {} }
    },
    answer: { action: "accept", content: {} },
    word: "accept",
    declined: { result: { action: "decline", content: null } }
  },
  "account/chatgptAuthTokens/refresh": {
    params: { reason: "unauthorized", previousAccountId: "a" },
    answer: { accessToken: "t", chatgptAccountId: "a", chatgptPlanType: null },
    word: "answer",
    declined: refused
  },
  "attestation/generate": { params: {}, answer: { token: "t" }, word: "answer", declined: refused },
  applyPatchApproval: {
    params: { conversationId, callId: "c", fileChanges: {} },
    answer: { decision: "approved" },
    word: "approved",
    declined: denied
  },
  execCommandApproval: {
    params: { conversationId, callId: "c", command: ["ls"], cwd: "/", parsedCmd: [] },
    answer: { decision: "approved_for_session" },
    word: "approved_for_session",
    declined: denied
  }
}

describe("every request", () => {
  for (const [method, { answer, declined, params, word }] of Object.entries(kinds)) {
    it.effect(`${method} is answered by its handler, and declined if that fails`, () =>
      Effect.gen(function* () {
        let fails = false
        const { ask, decisions, peer } = yield* Test.played({
          serverRequests: { [method]: () => (fails ? Effect.fail("no") : Effect.succeed(answer)) }
        })
        yield* ask(7, method, params)
        assert.deepStrictEqual(yield* peer.receive, { id: 7, result: answer })
        fails = true
        // New tokens stay valid for a while.
        yield* TestClock.adjust("1 minute")
        yield* ask("8", method, params)
        assert.deepStrictEqual(yield* peer.receive, { id: "8", ...declined })
        assert.deepStrictEqual(
          decisions.map(({ decision, rule }) => [decision, rule]),
          [
            [word, "handler"],
            ["error" in declined ? "refuse" : decisions[1]?.decision, "failure"]
          ]
        )
      }).pipe(Effect.provide(Logger.layer([])))
    )
  }

  it.effect("is rejected if its method is unknown, whatever its name", () =>
    Effect.gen(function* () {
      const { ask, decisions, peer } = yield* Test.played({ serverRequests: {} })
      for (const method of ["new/request", "toString", "__proto__"]) {
        yield* ask(1, method, {})
        assert.deepStrictEqual(yield* peer.receive, { id: 1, error: { code: -32601, message: "Method not found" } })
      }
      assert.deepStrictEqual(decisions.map(Test.short), Array(3).fill("refuse by unknownMethod"))
    }).pipe(Effect.provide(Logger.layer([])))
  )

  it.effect("is declined if a JavaScript handler returns a wrong shape", () =>
    Effect.gen(function* () {
      for (const answer of [undefined, null, "accept", ["accept"], 5]) {
        const { ask, decisions, peer } = yield* Test.played({
          // Type boundary: what programs in JavaScript can answer.
          serverRequests: { "item/tool/requestUserInput": () => Effect.succeed(answer as never) }
        })
        yield* ask(1, "item/tool/requestUserInput", kinds["item/tool/requestUserInput"].params)
        assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { answers: {} } })
        assert.deepStrictEqual(decisions.map(Test.short), ["decline by invalidAnswer"])
      }
    }).pipe(Effect.provide(Logger.layer([])))
  )
})

describe("requests of older servers only", () => {
  it.effect("are answered as before: the time is the program's", () =>
    Effect.gen(function* () {
      const { ask, decisions, peer } = yield* Test.played()
      yield* TestClock.adjust("90 seconds")
      yield* ask(1, "currentTime/read", { threadId: "thread" })
      assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { currentTimeAt: 90 } })
      assert.deepStrictEqual(decisions.map(Test.short), ["answer by default"])
    })
  )

  it("are not in the protocol of the pinned runtime", () => {
    for (const method of retired.keys()) assert.isFalse(Protocol.methods.serverRequestParams.has(method), method)
  })
})

describe("the refresh of tokens", () => {
  const method = "account/chatgptAuthTokens/refresh"
  const params = (previousAccountId: string) => ({ reason: "unauthorized", previousAccountId })
  const tokens = (chatgptAccountId: string) => ({ accessToken: "t", chatgptAccountId, chatgptPlanType: null })

  it.effect("runs once for all requests within two seconds, and again for later ones and other accounts", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const calls: Array<string> = []
      const { ask, peer, settle } = yield* Test.played({
        serverRequests: {
          [method]: ({ params }) =>
            Effect.suspend(() => {
              calls.push(String(params.previousAccountId))
              return Effect.as(Deferred.await(gate), tokens(String(params.previousAccountId)))
            })
        }
      })
      yield* ask(1, method, params("a"))
      yield* ask(2, method, params("a"))
      yield* ask(3, method, params("b"))
      yield* settle
      // The first requester may leave: the others still wait.
      yield* peer.send(Test.resolved(1, "any"))
      yield* settle
      yield* Deferred.succeed(gate, undefined)
      const answers = [yield* peer.receive, yield* peer.receive].sort((a, b) => Number(a.id) - Number(b.id))
      assert.deepStrictEqual(answers, [
        { id: 2, result: tokens("a") },
        { id: 3, result: tokens("b") }
      ])
      yield* TestClock.adjust("1999 millis")
      yield* ask(4, method, params("a"))
      assert.deepStrictEqual(yield* peer.receive, { id: 4, result: tokens("a") })
      assert.deepStrictEqual(calls, ["a", "b"])
      yield* TestClock.adjust("1 millis")
      yield* ask(5, method, params("a"))
      yield* peer.receive
      assert.deepStrictEqual(calls, ["a", "b", "a"])
    })
  )

  it.effect("is retried immediately after a failure", () =>
    Effect.gen(function* () {
      let calls = 0
      const { ask, peer } = yield* Test.played({
        serverRequests: {
          [method]: () => Effect.suspend(() => (++calls === 1 ? Effect.fail("no") : Effect.succeed(tokens("a"))))
        }
      })
      yield* ask(1, method, params("a"))
      assert.property(yield* peer.receive, "error")
      yield* ask(2, method, params("a"))
      assert.deepStrictEqual(yield* peer.receive, { id: 2, result: tokens("a") })
    }).pipe(Effect.provide(Logger.layer([])))
  )

  it.effect("uses a login's function in preference to that of the handlers object", () =>
    Effect.gen(function* () {
      const recorded = { ...tokens("a"), accessToken: "recorded" }
      const { ask, client, decisions, peer } = yield* Test.played({
        serverRequests: { [method]: () => Effect.succeed(recorded) }
      })
      client["~session"].logins.refresh = () => Effect.succeed({ result: tokens("login") })
      yield* ask(1, method, params("a"))
      assert.deepStrictEqual(yield* peer.receive, { id: 1, result: tokens("login") })
      client["~session"].logins.refresh = undefined
      yield* ask(2, method, params("a"))
      assert.deepStrictEqual(yield* peer.receive, { id: 2, result: recorded })
      assert.deepStrictEqual(decisions.map(Test.short), ["answer by login", "answer by handler"])
    })
  )

  it.effect("of a login answers no other request, and is not run for a request that has ended", () =>
    Effect.gen(function* () {
      const { ask, client, decisions, peer, settle } = yield* Test.played({
        serverRequests: { [Test.command]: () => Effect.succeed({ decision: "accept" as const }) }
      })
      let calls = 0
      client["~session"].logins.refresh = () => Effect.sync(() => (calls++, { result: tokens("login") }))
      yield* ask(1, Test.command, Test.commandParams())
      assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { decision: "accept" } })
      // What is sent without a pause is read in one batch.
      yield* Effect.all([ask(2, method, params("a")), peer.send(Test.resolved(2))])
      assert.deepStrictEqual([...(yield* settle), ...(yield* settle)], [])
      assert.strictEqual(calls, 0)
      assert.deepStrictEqual(decisions.map(Test.short), ["accept by handler", "none by resolved"])
    })
  )
})

describe("an elicitation", () => {
  it.effect("has another kind for the approval of a tool than for a form", () =>
    Effect.gen(function* () {
      const seen: Array<boolean> = []
      const { ask, peer } = yield* Test.played({
        serverRequests: {
          "mcpServer/elicitation/request": ({ params }) =>
            Effect.sync(() => {
              const isTool = Elicitation.isToolApproval(params)
              seen.push(isTool)
              return { action: isTool ? "accept" : "cancel", content: isTool ? {} : null }
            })
        }
      })
      const form = kinds["mcpServer/elicitation/request"].params
      const metas = [undefined, null, { codex_approval_kind: "mcp_tool_call" }, { codex_approval_kind: "other" }, "x"]
      for (const _meta of metas) {
        yield* ask(1, "mcpServer/elicitation/request", { ...form, _meta })
        yield* peer.receive
      }
      assert.deepStrictEqual(seen, [false, false, true, false, false])
    })
  )

  it.effect("outside of a turn survives the end of a turn", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const { ask, peer, settle } = yield* Test.played({
        serverRequests: {
          "mcpServer/elicitation/request": () =>
            Effect.as(Deferred.await(gate), { action: "cancel" as const, content: null })
        }
      })
      yield* ask(1, "mcpServer/elicitation/request", { ...kinds["mcpServer/elicitation/request"].params, turnId: null })
      yield* settle
      yield* peer.send(Test.turnCompleted())
      assert.deepStrictEqual(yield* settle, [])
      yield* Deferred.succeed(gate, undefined)
      assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { action: "cancel", content: null } })
    })
  )
})

describe("handlers", () => {
  const accepting = { [Test.command]: () => Effect.succeed({ decision: "accept" as const }) }
  const declining = { [Test.command]: () => Effect.succeed({ decision: "decline" as const }) }

  it.effect("in the options take precedence over those of the layer, one by one", () =>
    Effect.gen(function* () {
      const layer = ServerRequests.layer({
        ...declining,
        [Test.fileChange]: () => Effect.succeed({ decision: "cancel" as const })
      })
      const { ask, peer } = yield* Test.played({ serverRequests: accepting }, layer)
      yield* ask(1, Test.command, Test.commandParams())
      assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { decision: "accept" } })
      yield* ask(2, Test.fileChange, Test.fileParams())
      assert.deepStrictEqual(yield* peer.receive, { id: 2, result: { decision: "cancel" } })
    })
  )

  it.effect("have the timeout of their layer, unless the option has another", () =>
    Effect.gen(function* () {
      const layer = ServerRequests.layer({ [Test.command]: () => Effect.never }, { timeout: "1 minute" })
      for (const [serverRequestLimit, seconds] of [
        [undefined, 60],
        ["5 seconds", 5]
      ] as const) {
        const { ask, decisions, peer, settle } = yield* Test.played({ serverRequestTimeout: serverRequestLimit }, layer)
        yield* ask(1, Test.command, Test.commandParams())
        yield* settle
        yield* TestClock.adjust("10 minutes")
        assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { decision: "decline" } })
        assert.deepStrictEqual(
          decisions.map(({ duration: millis }) => millis),
          [Duration.seconds(seconds)]
        )
      }
    }).pipe(Effect.provide(Logger.layer([])))
  )

  it.effect("with an invalid timeout fail before anything is sent", () =>
    Effect.gen(function* () {
      const wrong = [
        clientOptions.check({ serverRequestTimeout: "0 seconds" }),
        Effect.provide(clientOptions.check({}), ServerRequests.layer({}, { timeout: "-1 seconds" }))
      ]
      for (const check of wrong) {
        const { reason } = yield* Effect.flip(check)
        assert.deepInclude(reason, { _tag: "InvalidOptions", option: "serverRequestTimeout" })
      }
    })
  )

  it.effect("are listed as open, with their requester", () =>
    Effect.gen(function* () {
      const layer: Layer.Layer<never> = ServerRequests.layer({ [Test.command]: () => Effect.never })
      const { ask, client, settle } = yield* Test.played(undefined, layer)
      yield* TestClock.adjust("3 seconds")
      yield* ask(1, Test.command, Test.commandParams())
      yield* settle
      assert.deepStrictEqual(yield* client.openRequests, [
        {
          id: 1,
          method: Test.command,
          threadId: Option.some("thread"),
          turnId: Option.some("turn"),
          itemId: Option.some("item"),
          openedAt: DateTime.makeUnsafe(3000)
        }
      ])
    })
  )
})
