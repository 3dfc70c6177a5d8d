import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import { serverRequestParams } from "../../src/generated/methods.ts"
import type { Notification } from "../../src/internal/client/notifications.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { connect } from "./support.ts"

describe("server requests without a handler", () => {
  const nobody = "This client has no handler for the request"
  const declined: { readonly [method: string]: object } = {
    "item/commandExecution/requestApproval": { result: { decision: "decline" } },
    "item/fileChange/requestApproval": { result: { decision: "decline" } },
    "item/permissions/requestApproval": { result: { permissions: {}, scope: "turn" } },
    "item/tool/requestUserInput": { result: { answers: {} } },
    "item/tool/call": { result: { success: false, contentItems: [{ type: "inputText", text: nobody }] } },
    "mcpServer/elicitation/request": { result: { action: "decline", content: null } },
    "account/chatgptAuthTokens/refresh": { error: { code: -32603, message: nobody } },
    "attestation/generate": { error: { code: -32603, message: nobody } },
    applyPatchApproval: { result: { decision: { denied: { rejection: nobody } } } },
    execCommandApproval: { result: { decision: { denied: { rejection: nobody } } } }
  }

  it("cover all requests of the protocol", () => {
    assert.sameMembers([...serverRequestParams.keys()], Object.keys(declined))
  })

  it.effect("are declined in the form of their method", () =>
    Effect.gen(function* () {
      const { peer } = yield* connect()
      for (const [method, reply] of Object.entries(declined)) {
        yield* peer.send({ id: method, method, params: {} })
        assert.deepStrictEqual(yield* peer.receive, { id: method, ...reply })
      }
    })
  )

  it.effect("are rejected with -32601 if their method is unknown", () =>
    Effect.gen(function* () {
      const { peer } = yield* connect()
      for (const method of ["future/ask", "toString", "__proto__", "constructor"]) {
        yield* peer.send({ id: 0, method, params: {} })
        assert.deepStrictEqual(yield* peer.receive, { id: 0, error: { code: -32601, message: "Method not found" } })
      }
    })
  )
})

const assertDeclined = (events: ReadonlyArray<Notification>) => {
  const items = events.flatMap((event) => (event.method === "item/completed" ? [event.params.item] : []))
  const command = items.find((item) => item.type === "commandExecution") ?? assert.fail("no command")
  assert.strictEqual(command.status, "declined")
  assert.isTrue(events.some(({ method }) => method === "serverRequest/resolved"))
  const last = events.at(-1)
  assert.strictEqual(last?.method === "turn/completed" ? last.params.turn.status : undefined, "completed")
}

describe("on the real server", () => {
  const user = { approvalPolicy: "on-request", settings: { approvals_reviewer: "user" } } as const
  const input = [{ type: "text", text: "hi", text_elements: [] }] as const

  /**
   * Runs a turn on this thread in which the model wants to write a file, and returns the end of the turn and what the
   * model read.
   */
  const runCommand = Effect.fnUntraced(function* (threadId: string) {
    const client = yield* CodexClient.CodexClient
    const model = yield* MockModel.MockModel
    const { workspace } = yield* CodexTest.TestHome
    const before = (yield* model.requests).length
    yield* model.enqueue(
      MockModel.response([MockModel.execCommand({ cmd: "touch x", escalate: "please" })]),
      MockModel.reply("done")
    )
    const events = yield* client.subscribe
    yield* client.request("turn/start", { threadId, input })
    const all = yield* Stream.runCollect(Stream.takeUntil(events, (event) => event.method === "turn/completed"))
    assert.isFalse(existsSync(join(workspace, "x")), "the command ran")
    assert.strictEqual((yield* model.requests).length, before + 2)
    return all
  })

  it.live("an approval without a handler is declined: the command does not run, and the turn completes", () =>
    Effect.gen(function* () {
      const client = yield* CodexClient.CodexClient
      const { thread } = yield* client.request("thread/start", {})
      assertDeclined(yield* runCommand(thread.id))
    }).pipe(Effect.scoped, Effect.provide(CodexTest.layer({ config: user })))
  )

  it.live("an approval of a resumed thread without a mode is declined, too", () =>
    Effect.gen(function* () {
      const { codexHome, env, workspace } = yield* CodexTest.TestHome
      const earlier = Codex.layer({ codexHome, cwd: workspace, env, inheritEnv: false })
      const threadId = yield* Effect.gen(function* () {
        const client = yield* CodexClient.CodexClient
        const { thread } = yield* client.request("thread/start", {
          approvalsReviewer: "user",
          approvalPolicy: "on-request"
        })
        assertDeclined(yield* runCommand(thread.id))
        return thread.id
      }).pipe(Effect.scoped, Effect.provide(earlier), Effect.provide(NodeServices.layer))
      const codex = yield* Codex.Codex
      yield* codex.resumeThread(threadId)
      assertDeclined(yield* runCommand(threadId))
    }).pipe(Effect.scoped, Effect.provide(CodexTest.layer()))
  )
})
