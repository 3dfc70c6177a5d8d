import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Option, Redacted, Stream } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../src/Codex.ts"
import { CodexClient } from "../src/CodexClient.ts"
import type { Reason } from "../src/CodexError.ts"
import * as CodexTest from "../src/testing/CodexTest.ts"
import * as MockModel from "../src/testing/MockModel.ts"

const id = "019c0000-0000-7000-8000-000000000000"

type Tag = Reason["_tag"]

const expectTag = (method: string, params: unknown, tag: Tag) =>
  Effect.gen(function* () {
    const client = yield* CodexClient
    const error = yield* Effect.flip(client.requestRaw(method, params))
    assert.strictEqual(error.reason._tag, tag, `${method}: ${error.message}`)
    return error.reason
  }).pipe(Effect.catch(() => Effect.die(`${method} succeeded`)))

describe("the real server", () => {
  const startThread = Effect.flatMap(CodexClient, (client) =>
    Effect.map(client.request("thread/start", {}), ({ thread }) => thread.id)
  )

  const input = [{ type: "text", text: "hi" }]

  /** Runs one turn to its end. */
  const runTurn = Effect.fnUntraced(function* (threadId: string) {
    const client = yield* CodexClient
    const events = yield* client.subscribe
    yield* client.requestRaw("turn/start", { threadId, input })
    yield* Stream.runHead(Stream.filter(events, ({ method }) => method === "turn/completed"))
  })

  it.live("reports unknown threads as not found, and records nothing about them", () =>
    Effect.gen(function* () {
      yield* expectTag("turn/start", { threadId: id, input }, "ThreadNotFound")
      yield* expectTag("thread/read", { threadId: id }, "ThreadNotFound")
      for (const method of ["thread/resume", "thread/fork", "thread/archive", "thread/unarchive", "thread/delete"]) {
        yield* expectTag(method, { threadId: id }, "RolloutNotFound")
      }
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live(
    "reports that a thread without a turn has no history, cannot be resumed, and has no turn to stop or steer",
    () =>
      Effect.gen(function* () {
        const threadId = yield* startThread
        yield* expectTag("thread/turns/list", { threadId }, "NoTurnsYet")
        yield* expectTag("thread/read", { threadId, includeTurns: true }, "NoTurnsYet")
        yield* expectTag("thread/resume", { threadId }, "NoTurnsYet")
        yield* expectTag("turn/interrupt", { threadId, turnId: id }, "NoActiveTurn")
        yield* expectTag("turn/steer", { threadId, expectedTurnId: id, input }, "NoActiveTurn")
        const reason = yield* expectTag(
          "turn/start",
          { threadId, input: [{ type: "text", text: "x".repeat(2 ** 20 + 1) }] },
          "InputTooLarge"
        )
        assert.deepInclude(reason, { maxChars: 2 ** 20, actualChars: 2 ** 20 + 1 })
      }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live("rejects a steer for another turn, or for a turn without input, with a specific reason", () =>
    Effect.gen(function* () {
      const client = yield* CodexClient
      const model = yield* MockModel.MockModel
      const gate = yield* MockModel.gate
      const threadId = yield* startThread
      yield* model.enqueue(MockModel.reply("done"))
      yield* runTurn(threadId)

      yield* model.enqueue(MockModel.hold(MockModel.reply("held"), gate))
      const { turn } = yield* client.request("turn/start", {
        threadId,
        input: [{ type: "text", text: "hi", text_elements: [] }]
      })
      const reason = yield* expectTag("turn/steer", { threadId, expectedTurnId: id, input }, "TurnMismatch")
      assert.deepInclude(reason, { expected: id, actual: turn.id })
      const ended = yield* client.subscribe
      yield* gate.release
      yield* Stream.runHead(Stream.filter(ended, ({ method }) => method === "turn/completed"))

      const events = yield* client.subscribe
      yield* model.enqueue(MockModel.hold(MockModel.reply("held"), yield* MockModel.gate))
      yield* client.request("thread/compact/start", { threadId })
      const started = yield* Stream.runHead(Stream.filter(events, ({ method }) => method === "turn/started"))
      const compaction = Option.getOrThrow(started)
      if (compaction.method !== "turn/started") return assert.fail(compaction.method)
      yield* expectTag("turn/steer", { threadId, expectedTurnId: compaction.params.turn.id, input }, "TurnNotSteerable")
    }).pipe(Effect.scoped, Effect.provide(CodexTest.layer()))
  )

  it.live("reports a thread that is archived, or open in another process", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const { codexHome, env, workspace } = yield* CodexTest.TestHome
      const threadId = yield* startThread
      yield* model.enqueue(MockModel.reply("done"))
      yield* runTurn(threadId)

      const other = yield* Layer.build(
        Codex.layer({ codexHome, cwd: workspace, env, inheritEnv: false }).pipe(Layer.provide(NodeServices.layer))
      )
      const there = Effect.provideService(CodexClient, Context.get(other, CodexClient))
      yield* there(expectTag("thread/resume", { threadId }, "ActiveWriter"))
      yield* there(expectTag("turn/start", { threadId, input }, "ThreadNotFound"))

      const client = yield* CodexClient
      yield* client.request("thread/archive", { threadId })
      yield* expectTag("thread/resume", { threadId }, "ThreadArchived")
      yield* expectTag("thread/fork", { threadId }, "ThreadArchived")
    }).pipe(Effect.scoped, Effect.provide(CodexTest.layer()))
  )

  it.live("rejects invalid calls with the field or kind, and unknown methods as such", () =>
    Effect.gen(function* () {
      const refused = (method: string, params: unknown) =>
        Effect.map(expectTag(method, params, "RequestRejected"), (reason) => reason.message)
      yield* expectTag("no/such", {}, "MethodNotSupported")
      yield* expectTag("toString", {}, "MethodNotSupported")
      yield* expectTag("initialize", { clientInfo: { name: "x", version: "1" } }, "NotInitialized")
      assert.include(yield* refused("thread/read", {}), "missing field `threadId`")
      assert.include(yield* refused("thread/list", undefined), "missing field `params`")
      assert.include(
        yield* refused("thread/start", { sandbox: "sentinel" }),
        "unknown variant, expected one of `read-only`"
      )
      assert.include(yield* refused("thread/start", { cwd: 5 }), "invalid type: integer, expected a string")
      assert.include(yield* refused("command/exec", { command: [] }), "serverMessage")
      yield* expectTag("thread/resume", { threadId: "no-uuid" }, "InvalidInput")
      yield* expectTag("thread/read", { threadId: "no-uuid" }, "InvalidInput")
      assert.include(yield* refused("fs/readFile", { path: "/no/such/file" }), "No such file or directory")
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live("names experimental features if the capability is off", () =>
    Effect.gen(function* () {
      const method = yield* expectTag("project/list", {}, "ExperimentalApiRequired")
      assert.deepInclude(method, { feature: "project/list" })
      const field = yield* expectTag("thread/start", { dynamicTools: [] }, "ExperimentalApiRequired")
      assert.deepInclude(field, { feature: "thread/start.dynamicTools" })
    }).pipe(Effect.provide(CodexTest.layer({ codex: { experimentalApi: false } })))
  )

  it.live("requires a login for calls that need an account", () =>
    Effect.gen(function* () {
      yield* expectTag("account/rateLimits/read", undefined, "LoginRequired")
      yield* expectTag("account/usage/read", {}, "LoginRequired")
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live("reports an invalid configuration from any source", () =>
    Effect.gen(function* () {
      const { codexHome } = yield* CodexTest.TestHome
      yield* expectTag("thread/start", { modelProvider: "nobody" }, "ConfigurationInvalid")
      yield* expectTag("thread/start", { config: { sandbox_mode: "none" } }, "ConfigurationInvalid")
      yield* expectTag(
        "config/value/write",
        { keyPath: "model", value: 5, mergeStrategy: "replace" },
        "ConfigurationInvalid"
      )
      writeFileSync(join(codexHome, "config.toml"), "model = [\n")
      const reason = yield* expectTag("thread/start", {}, "ConfigurationInvalid")
      if (reason._tag !== "ConfigurationInvalid") return assert.fail(reason._tag)
      assert.include(Redacted.value(reason.serverMessage), "config.toml:1")
      yield* expectTag("config/read", {}, "ConfigurationInvalid")
    }).pipe(Effect.provide(CodexTest.layer()))
  )
})
