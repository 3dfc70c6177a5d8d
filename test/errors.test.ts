import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Option, Redacted, Schema, Stream } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../src/Codex.ts"
import { CodexClient } from "../src/CodexClient.ts"
import { CodexError, ConnectionClosed, type ConnectionEnd, Reason } from "../src/CodexError.ts"
import * as CodexErrors from "../src/CodexError.ts"
import { classify, readError, type WireError } from "../src/internal/errors/classify.ts"
import * as CodexTest from "../src/testing/CodexTest.ts"
import * as MockModel from "../src/testing/MockModel.ts"

const id = "019c0000-0000-7000-8000-000000000000"
const id2 = "019c0000-0000-7000-8000-000000000001"

type Tag = Reason["_tag"]

const tagOf = (message: string, rest: Partial<WireError> = {}): Tag => classify({ code: -32600, message, ...rest })._tag

const messageOf = (message: string): string => classify({ code: -32600, message }).message

describe("classifying", () => {
  const methods = "`initialize`, `thread/start`, `thread/unarchive`, `account/login/start`"

  const refusals: ReadonlyArray<readonly [Tag, string, Partial<WireError>?]> = [
    ["Overloaded", "Server overloaded; retry later.", { code: -32001 }],
    ["Overloaded", "in other words", { code: -32001 }],
    ["Overloaded", "Server is overloaded"],
    ["ThreadNotFound", `thread not found: ${id}`],
    ["ThreadNotFound", `thread not loaded: ${id}`],
    ["ThreadNotFound", `Thread ${id} was not found`],
    ["RolloutNotFound", `no rollout found for thread id ${id}`],
    ["RolloutNotFound", `no archived rollout found for thread id ${id}`],
    ["RolloutNotFound", "rollout at /home/me/x.jsonl is empty"],
    ["ThreadArchived", `session ${id} is archived. Run \`codex unarchive ${id}\` to unarchive it first.`],
    ["ThreadArchived", `thread ${id} is archived`],
    ["ActiveWriter", `thread ${id} already has an active writer`],
    ["NoTurnsYet", "list_turns is not supported yet", { code: -32601 }],
    ["NoActiveTurn", "no active turn to interrupt"],
    ["NoActiveTurn", "no active turn to steer"],
    ["TurnMismatch", `expected active turn id \`${id}\` but found \`${id2}\``],
    ["TurnMismatch", `Expected active turn ${id}, but found ${id2}`],
    ["TurnNotSteerable", "cannot steer a compact turn"],
    ["TurnNotSteerable", "in other words", { data: { codexErrorInfo: { activeTurnNotSteerable: {} } } }],
    ["NotInitialized", "Not initialized"],
    ["NotInitialized", "Already initialized"],
    ["ExperimentalApiRequired", "thread/start.dynamicTools requires experimentalApi capability"],
    ["MethodNotSupported", `Invalid request: unknown variant \`no/such\`, expected one of ${methods}`],
    [
      "InputTooLarge",
      "in other words",
      { code: -32602, data: { input_error_code: "input_too_large", max_chars: 1, actual_chars: 2 } }
    ],
    ["ConfigurationInvalid", "failed to load configuration: config.toml:1:2: unclosed array"],
    ["ConfigurationInvalid", "failed to read configuration layers: config.toml:1:2", { code: -32603 }],
    ["ConfigurationInvalid", "x", { data: { config_write_error_code: "configValidationError" } }],
    ["LoginRequired", "codex account authentication required to read rate limits"],
    ["LoginRequired", "chatgpt authentication required to read rate limits"],
    ["LoginRequired", "Not logged in"],
    ["RequestRejected", "Invalid request: missing field `threadId`"],
    ["RequestRejected", "something new"],
    ["RequestRejected", "Method not found", { code: -32601 }],
    ["RequestRejected", "", { code: 0 }]
  ]

  for (const [tag, message, rest] of refusals) {
    it(`${tag}: ${message}${rest === undefined ? "" : ` ${JSON.stringify(rest)}`}`, () => {
      assert.strictEqual(tagOf(message, rest), tag)
    })
  }

  it("what a message quotes is never taken for its meaning", () => {
    const quotations = [
      "no active turn",
      "Already initialized",
      "thread not found",
      `session ${id} is archived`,
      "no rollout found",
      "login required",
      "Server overloaded",
      "list_turns is not supported yet"
    ]
    for (const text of quotations) {
      assert.strictEqual(
        tagOf(`Invalid request: unknown variant \`${text}\`, expected \`a\` or \`b\``),
        "RequestRejected"
      )
      assert.strictEqual(tagOf(`Invalid request: invalid type: string "${text}", expected u32`), "RequestRejected")
      assert.strictEqual(
        tagOf(`failed to load configuration: Model provider \`${text}\` not found`),
        "ConfigurationInvalid"
      )
      assert.strictEqual(tagOf(`can't open /home/me/${text}`), "RequestRejected")
    }
  })

  it("an error of any shape is read, and wire keys are no properties of objects", () => {
    for (const error of [null, undefined, 1, "text", [], {}, { code: "x", message: 1 }]) {
      assert.strictEqual(classify(readError(error))._tag, "RequestRejected")
    }
    for (const data of [null, 1, [], "overloaded", { __proto__: null }, { codexErrorInfo: "toString" }]) {
      assert.strictEqual(tagOf("x", { data }), "RequestRejected")
    }
  })

  it("a refusal tells code, and its own words and data to those who ask", () => {
    const reason = classify({ code: -32603, message: "secret words", data: { secret: 1 } })
    if (reason._tag !== "RequestRejected") return assert.fail(reason._tag)
    assert.strictEqual(reason.code, -32603)
    assert.strictEqual(Redacted.value(reason.serverMessage), "secret words")
    assert.deepStrictEqual(Redacted.value(reason.data), { secret: 1 })
  })

  it("the deserialiser's words are shown without the values that it quotes", () => {
    const shown = (message: string) => messageOf(`Invalid request: ${message}`).replace(/^.*?: /, "")
    assert.strictEqual(shown("missing field `threadId`"), "missing field `threadId`")
    assert.strictEqual(
      shown("invalid type: integer `42`, expected a string"),
      "invalid type: integer, expected a string"
    )
    assert.strictEqual(
      shown('invalid type: string "a, expected b", expected struct X'),
      "invalid type: string, expected struct X"
    )
    assert.strictEqual(shown("invalid length 7, expected 2 elements"), "invalid length, expected 2 elements")
    assert.strictEqual(shown("unknown variant `a`b`, expected one of `x`, `y`"), "unknown variant")
    assert.strictEqual(shown("path a/b is relative"), "its own words: `Redacted.value(error.reason.serverMessage)`")
    assert.include(messageOf("No such file or directory (os error 2)"), "No such file or directory (os error 2)")
    assert.include(
      messageOf("ephemeral threads do not support includeTurns"),
      "ephemeral threads do not support includeTurns"
    )
  })
})

const end = (end: ConnectionEnd) => new ConnectionClosed({ end, phase: "running", stderr: [] })

describe("every reason", () => {
  const text = Redacted.make("words")

  // `Record` makes the table whole: a reason that is missing doesn't compile.
  const retryable: { readonly [T in Tag]: readonly [boolean, Extract<Reason, { readonly _tag: T }>] } = {
    InvalidOptions: [false, new CodexErrors.InvalidOptions({ option: "a", description: "b" })],
    RuntimeNotFound: [false, new CodexErrors.RuntimeNotFound({ searched: ["/a"], advice: "b" })],
    SpawnFailed: [false, new CodexErrors.SpawnFailed({ executable: "a", kind: "NotFound" })],
    StartTimeout: [false, new CodexErrors.StartTimeout({ timeoutMillis: 1, stderr: [] })],
    ConnectionClosed: [false, end({ _tag: "Exited", exitCode: 1, signal: null })],
    Overloaded: [true, new CodexErrors.Overloaded()],
    RequestTimeout: [false, new CodexErrors.RequestTimeout({ timeoutMillis: 1 })],
    ThreadNotFound: [false, new CodexErrors.ThreadNotFound()],
    RolloutNotFound: [false, new CodexErrors.RolloutNotFound()],
    ThreadArchived: [false, new CodexErrors.ThreadArchived()],
    ActiveWriter: [true, new CodexErrors.ActiveWriter()],
    NoTurnsYet: [false, new CodexErrors.NoTurnsYet()],
    NoActiveTurn: [false, new CodexErrors.NoActiveTurn()],
    TurnMismatch: [false, new CodexErrors.TurnMismatch({ expected: "a", actual: "b" })],
    TurnNotSteerable: [false, new CodexErrors.TurnNotSteerable()],
    NotInitialized: [false, new CodexErrors.NotInitialized()],
    ExperimentalApiRequired: [false, new CodexErrors.ExperimentalApiRequired({ feature: "a" })],
    MethodNotSupported: [false, new CodexErrors.MethodNotSupported()],
    InputTooLarge: [false, new CodexErrors.InputTooLarge({ maxChars: 1, actualChars: 2 })],
    ConfigurationInvalid: [false, new CodexErrors.ConfigurationInvalid({ serverMessage: text })],
    LoginRequired: [false, new CodexErrors.LoginRequired()],
    InvalidInput: [false, new CodexErrors.InvalidInput({ argument: "a", description: "b" })],
    RequestRejected: [
      false,
      new CodexErrors.RequestRejected({ code: 1, summary: "a", serverMessage: text, data: Redacted.make(1) })
    ],
    DecodeFailed: [false, new CodexErrors.DecodeFailed({ path: "", expected: "a", raw: Redacted.make(1) })],
    ThreadBusy: [true, new CodexErrors.ThreadBusy({ turnId: null })],
    RuntimeTooOld: [false, new CodexErrors.RuntimeTooOld({ fields: ["a"], required: "1.0.0", actual: "" })],
    EncodeFailed: [false, new CodexErrors.EncodeFailed()]
  }

  it("says whether the same call can be repeated", () => {
    for (const [expected, reason] of Object.values(retryable)) {
      assert.strictEqual(new CodexError({ method: "m", reason }).isRetryable, expected, reason._tag)
    }
  })

  it("has a message that names the method and says what happened", () => {
    for (const [, reason] of Object.values(retryable)) {
      const error = new CodexError({ method: "thread/start", reason })
      assert.isTrue(error.message.startsWith("thread/start: "), error.message)
      assert.isAbove(reason.message.length, 15)
      assert.strictEqual(error.cause, reason)
    }
  })

  it("is in the union that is exported as a schema", () => {
    for (const [, reason] of Object.values(retryable)) assert.isTrue(Schema.is(Reason)(reason), reason._tag)
  })

  it("of an ended connection tells how it ended", () => {
    const told: ReadonlyArray<readonly [ConnectionEnd, string]> = [
      [{ _tag: "Exited", exitCode: 3, signal: null }, "exited with code 3"],
      [{ _tag: "Exited", exitCode: null, signal: "SIGKILL" }, "SIGKILL"],
      [{ _tag: "EndOfOutput" }, "closed its output"],
      [{ _tag: "WriteFailed" }, "stopped taking input"],
      [{ _tag: "ReadFailed" }, "could not be read"],
      [{ _tag: "LineTooLong", maxLineBytes: 9 }, "more than 9 bytes"],
      [{ _tag: "Closed" }, "closed by this program"]
    ]
    for (const [how, words] of told) assert.include(end(how).message, words)
  })
})

const expectTag = (method: string, params: unknown, tag: Tag) =>
  Effect.gen(function* () {
    const client = yield* CodexClient
    const error = yield* Effect.flip(client.requestRaw(method, params))
    assert.strictEqual(error.reason._tag, tag, `${method}: ${error.message}`)
    return error.reason
  }).pipe(Effect.catch(() => Effect.die(`${method} succeeded`)))

describe("on the real server", () => {
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

  it.live("threads that are unknown are not found, and nothing was recorded of them", () =>
    Effect.gen(function* () {
      yield* expectTag("turn/start", { threadId: id, input }, "ThreadNotFound")
      yield* expectTag("thread/read", { threadId: id }, "ThreadNotFound")
      for (const method of ["thread/resume", "thread/fork", "thread/archive", "thread/unarchive", "thread/delete"]) {
        yield* expectTag(method, { threadId: id }, "RolloutNotFound")
      }
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live("a thread without a turn has no history, can't be resumed, and has nothing to stop or steer", () =>
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

  it.live("a steer that means another turn, or a turn that takes no input, is refused as that", () =>
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

  it.live("a thread that is archived, or open in another process, says so", () =>
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

  it.live("calls that the server can't read are refused with the field or kind, and unknown methods as such", () =>
    Effect.gen(function* () {
      const refused = (method: string, params: unknown) =>
        Effect.map(expectTag(method, params, "RequestRejected"), (reason) => reason.message)
      yield* expectTag("no/such", {}, "MethodNotSupported")
      yield* expectTag("toString", {}, "MethodNotSupported")
      yield* expectTag("initialize", { clientInfo: { name: "x", version: "1" } }, "NotInitialized")
      assert.include(yield* refused("thread/read", {}), "missing field `threadId`")
      assert.include(yield* refused("thread/list", undefined), "missing field `params`")
      assert.include(yield* refused("thread/start", { sandbox: "sentinel" }), "unknown variant")
      assert.include(yield* refused("thread/start", { cwd: 5 }), "invalid type: integer, expected a string")
      assert.include(yield* refused("thread/resume", { threadId: "no-uuid" }), "serverMessage")
      assert.include(yield* refused("fs/readFile", { path: "/no/such/file" }), "No such file or directory")
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live("what is experimental says what it is when the capability is off", () =>
    Effect.gen(function* () {
      const method = yield* expectTag("project/list", {}, "ExperimentalApiRequired")
      assert.deepInclude(method, { feature: "project/list" })
      const field = yield* expectTag("thread/start", { dynamicTools: [] }, "ExperimentalApiRequired")
      assert.deepInclude(field, { feature: "thread/start.dynamicTools" })
    }).pipe(Effect.provide(CodexTest.layer({ codex: { experimentalApi: false } })))
  )

  it.live("calls that need an account ask for a login", () =>
    Effect.gen(function* () {
      yield* expectTag("account/rateLimits/read", undefined, "LoginRequired")
      yield* expectTag("account/usage/read", {}, "LoginRequired")
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live("a configuration that can't be used is told as that, whoever wrote it", () =>
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
