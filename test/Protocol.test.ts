import { assert, describe, it } from "@effect/vitest"
import { Exit, Schema, SchemaIssue } from "effect"
import { asObject } from "../codegen/jsonSchema.ts"
import * as codecs from "../src/generated/codecs.ts"
import { codexVersion } from "../src/generated/version.ts"
import { decoder, tolerantDecoder } from "../src/internal/protocol/decode.ts"
import * as Protocol from "../src/Protocol.ts"
import { pinned } from "./codegen/support.ts"
import * as Recorded from "./compat/recorded.ts"

/** What the pinned runtime sent in its recorded session. */
const recorded = Recorded.payloads(Recorded.read(codexVersion).frames)

const valuesOf = (kind: Recorded.Kind, method: string): ReadonlyArray<unknown> =>
  recorded.filter((payload) => payload.kind === kind && payload.method === method).map(({ value }) => value)

/** Both ways to decode: interpreted by Effect, and compiled with the fast path. They must agree. */
const decode = <A>(codec: Schema.Codec<A>, input: unknown): Exit.Exit<A, unknown> => {
  const interpreted = Schema.decodeUnknownExit(codec)(input)
  const compiled = decoder(codec)(input)
  assert.strictEqual(compiled._tag, interpreted._tag)
  if (Exit.isSuccess(compiled) && Exit.isSuccess(interpreted)) assert.deepStrictEqual(compiled.value, interpreted.value)
  return interpreted
}

const decoded = <A>(codec: Schema.Codec<A>, input: unknown): A => {
  const exit = decode(codec, input)
  if (Exit.isFailure(exit)) assert.fail(String(exit.cause))
  return exit.value
}

/** Returns the paths of the problems in `input`. */
const pathsOfFailure = <A>(codec: Schema.Codec<A>, input: unknown): ReadonlyArray<string> => {
  assert.isTrue(Exit.isFailure(decode(codec, input)))
  const exit = decoder(codec)(input)
  const reason = Exit.isFailure(exit) ? exit.cause.reasons[0] : undefined
  if (reason?._tag !== "Fail") return assert.fail("not a schema issue")
  return SchemaIssue.makeFormatterStandardSchemaV1()(reason.error).issues.map((issue) => (issue.path ?? []).join("."))
}

const roundTrip = <A>(codec: Schema.Codec<A>, input: unknown): unknown =>
  Schema.encodeUnknownSync(codec)(decoded(codec, input))

/** Returns the first recorded reply of a method. */
const reply = (method: string): { readonly [key: string]: unknown } => {
  const [found] = valuesOf("results", method)
  if (typeof found !== "object" || found === null) return assert.fail(`no recorded reply of ${method}`)
  return { ...found }
}

/** Returns the methods of a union of the pinned schema. */
const methodsIn = (union: string): ReadonlyArray<string> =>
  (asObject(pinned.definitions[union]).oneOf ?? [])
    .flatMap((member) => asObject(asObject(member).properties?.["method"]).enum ?? [])
    .sort()

describe("method tables", () => {
  it("hold every method of the protocol", () => {
    assert.deepStrictEqual([...Protocol.methods.clientRequestResults.keys()].sort(), methodsIn("ClientRequest"))
    assert.deepStrictEqual([...Protocol.methods.serverRequestParams.keys()].sort(), methodsIn("ServerRequest"))
    assert.deepStrictEqual(
      [...Protocol.methods.serverNotificationParams.keys()].sort(),
      methodsIn("ServerNotification")
    )
    assert.deepStrictEqual([...Protocol.methods.clientNotifications], methodsIn("ClientNotification"))
    assert.isTrue(Protocol.methods.experimentalMethods.has("thread/search/stream"))
    assert.isFalse(Protocol.methods.experimentalMethods.has("thread/start"))
    assert.isTrue(Protocol.methods.requestsWithoutParams.has("account/logout"))
    assert.isFalse(Protocol.methods.requestsWithoutParams.has("thread/list"))
  })

  it.each(["toString", "__proto__", "constructor", "hasOwnProperty", ""])("do not have a method named %j", (name) => {
    assert.isUndefined(Protocol.methods.clientRequestResults.get(name))
    assert.isUndefined(Protocol.methods.serverRequestParams.get(name))
    assert.isUndefined(Protocol.methods.serverNotificationParams.get(name))
    assert.isFalse(Protocol.methods.experimentalMethods.has(name))
  })
})

describe("a recorded message of the real server", () => {
  const tables = [
    ["results", Protocol.methods.clientRequestResults],
    ["notifications", Protocol.methods.serverNotificationParams],
    ["requests", Protocol.methods.serverRequestParams]
  ] as const
  for (const [kind, table] of tables) {
    const methods = new Set(recorded.flatMap((payload) => (payload.kind === kind ? [payload.method] : [])))
    for (const method of methods) {
      it(`is decoded without loss: ${kind} of ${method}`, () => {
        const codec = table.get(method)
        if (codec === undefined) return assert.fail("no codec")
        for (const payload of valuesOf(kind, method)) {
          assert.deepStrictEqual(roundTrip(codec, payload), payload)
          assert.deepStrictEqual(decoder(codec)(payload), Exit.succeed(payload))
        }
      })
    }
  }
})

describe("a server newer than this package", () => {
  it("may send an unknown enum member", () => {
    assert.strictEqual(decoded(codecs.TurnStatus, "paused"), "paused")
    assert.strictEqual(decoded(codecs.CodexErrorInfo, "newError"), "newError")
  })

  it.each([
    ["type", codecs.ThreadItem],
    ["mode", codecs.McpServerElicitationRequestParams],
    ["kind", codecs.FileSystemSpecialPath],
    ["handlerType", codecs.HookMetadata],
    ["type", codecs.McpElicitationPrimitiveSchema]
  ])("may send a union member with an unknown %s, which is encoded again unchanged", (tag, codec) => {
    const input = JSON.parse(`{"${tag}":"new","id":"1","deep":{"a":[1,null]},"__proto__":{"b":2}}`)
    const value: unknown = decoded<unknown>(codec, input)
    assert.deepStrictEqual(value, { [tag]: "~unknown", raw: input })
    assert.strictEqual(JSON.stringify(roundTrip<unknown>(codec, input)), JSON.stringify(input))
  })

  it("may send an unknown member deep inside a reply", () => {
    const { thread } = reply("thread/read")
    const input = { thread: { ...Object(thread), status: { type: "hibernating", until: 5 } } }
    const value = decoded(codecs.ThreadReadResponse, input)
    assert.deepStrictEqual(value.thread.status, { type: "~unknown", raw: { type: "hibernating", until: 5 } })
    assert.deepStrictEqual({ ...value.thread, status: Object(thread).status }, thread)
  })

  it.each([
    ["an error", codecs.CodexErrorInfo],
    ["an approval policy", codecs.AskForApproval],
    ["a resource", codecs.ResourceContent],
    ["a session switch", codecs.AccountSessionsSwitchResponse]
  ])("may send %s of an unknown shape", (_, codec) => {
    const input = { somethingNew: { code: 7 }, uri: "x" }
    assert.deepStrictEqual(decoded<unknown>(codec, input), { "~unknown": input })
    assert.deepStrictEqual(roundTrip<unknown>(codec, input), input)
  })

  it("may add fields", () => {
    const value = decoded(codecs.AgentMessageThreadItem, { type: "agentMessage", id: "1", text: "hi", tomorrow: true })
    assert.deepStrictEqual(value, { type: "agentMessage", id: "1", text: "hi" })
  })

  it("may call an unknown member `~unknown` itself", () => {
    assert.deepStrictEqual(decoded(codecs.ThreadItem, { type: "~unknown" }), {
      type: "~unknown",
      raw: { type: "~unknown" }
    })
  })
})

describe("a malformed payload", () => {
  it("fails with its path in a known union member, which never becomes an unknown one", () => {
    const items = [{ type: "agentMessage", id: "1", text: 5 }]
    const turn = { id: "t", status: "completed", items }
    assert.include(pathsOfFailure(codecs.ThreadItem, items[0]), "text")
    assert.include(pathsOfFailure(codecs.Turn, turn), "items.0.text")
    assert.include(pathsOfFailure(codecs.HookMetadata, { handlerType: "prompt" }), "currentHash")
  })

  it("fails with its path under a known key", () => {
    const info = { httpConnectionFailed: { httpStatusCode: "500" } }
    assert.include(pathsOfFailure(codecs.CodexErrorInfo, info), "httpConnectionFailed.httpStatusCode")
    assert.include(pathsOfFailure(codecs.ResourceContent, { uri: "x", text: 5 }), "text")
  })

  it("is kept raw by a tolerant connection, as is everything around it", () => {
    const plan = { type: "plan", id: "2", text: "fine" }
    const items = [{ type: "agentMessage", id: "1", text: 5 }, plan, { id: "3" }]
    const exit: Exit.Exit<{ readonly items: ReadonlyArray<unknown> }, unknown> = tolerantDecoder(codecs.Turn)({
      id: "t",
      status: "completed",
      items
    })
    if (Exit.isFailure(exit)) return assert.fail(String(exit.cause))
    assert.deepStrictEqual(exit.value.items, [
      { type: "~unknown", raw: items[0] },
      plan,
      { type: "~unknown", raw: items[2] }
    ])
    assert.isTrue(Exit.isFailure(tolerantDecoder(codecs.Turn)({ status: "completed", items })))
    assert.isTrue(Exit.isFailure(tolerantDecoder(codecs.Turn)({ id: "t", status: "completed", items: [5] })))
  })

  it.each([null, 5, [], {}, { type: 5 }, { type: null }])("such as %j is not a thread item", (input) => {
    assert.isTrue(Exit.isFailure(decode(codecs.ThreadItem, input)))
  })

  it.each([null, 5, []])("such as %j is neither an error info nor an empty reply", (input) => {
    assert.isTrue(Exit.isFailure(decode(codecs.CodexErrorInfo, input)))
    assert.isTrue(Exit.isFailure(decode(codecs.LogoutAccountResponse, input)))
  })
})

describe("an older server", () => {
  it("may omit every field that has a default", () => {
    const value = decoded(codecs.TextUserInput, { type: "text", text: "hello" })
    assert.isFalse(Object.hasOwn(value, "text_elements"))
    const { multiAgentMode: _, runtimeWorkspaceRoots: __, ...older } = reply("thread/start")
    assert.strictEqual(decoded(codecs.ThreadStartResponse, older).model, older["model"])
  })

  it("may omit nullable fields and lists, which are decoded as null and as empty", () => {
    const { projectId: _, turns: __, ...older } = Object(reply("thread/read")["thread"])
    const { thread } = decoded(codecs.ThreadReadResponse, { thread: older })
    assert.isNull(thread.projectId)
    assert.deepStrictEqual(thread.turns, [])
  })

  it("may omit newer fields, which are decoded as absent", () => {
    const { sessionId: _, ...older } = Object(reply("thread/read")["thread"])
    assert.notProperty(decoded(codecs.ThreadReadResponse, { thread: older }).thread, "sessionId")
    const completed = { item: { type: "plan", id: "1", text: "" }, threadId: "t", turnId: "u" }
    assert.deepStrictEqual(decoded<unknown>(codecs.ItemCompletedNotification, completed), completed)
  })

  it("may not omit the field that distinguishes union members", () => {
    const input = { auth_url: "https://example.com", login_id: "1" }
    assert.deepStrictEqual(decoded<unknown>(codecs.AccountSessionsSwitchResponse, input), input)
  })
})

describe("numbers", () => {
  it.each([Number.MAX_SAFE_INTEGER + 1, 2 ** 63, 18_446_744_073_709_552_000, -1, 1.5])(
    "such as %d are decoded",
    (value) => {
      assert.strictEqual(decoded(codecs.RateLimitWindow, { usedPercent: 1, resetsAt: value }).resetsAt, value)
    }
  )
})

describe("open objects", () => {
  it("keep all fields", () => {
    const input = { enabled: true, anything: [1] }
    assert.deepStrictEqual(decoded<unknown>(codecs.AnalyticsConfig, input), input)
    assert.deepStrictEqual(decoded<unknown>(codecs.ThreadExtra, { a: 1 }), { a: 1 })
  })
})

describe("elicitation forms", () => {
  it.each([
    { type: "string", enum: ["a"], enumNames: ["A"] },
    { type: "string", oneOf: [{ const: "a", title: "A" }] },
    { type: "string", format: "email", maxLength: 5 },
    { type: "integer", minimum: 1, default: 2 },
    { type: "boolean", default: true },
    { type: "array", items: { type: "string", enum: ["a"] }, maxItems: 2 },
    { type: "array", items: { anyOf: [{ const: "a", title: "A" }] } }
  ])("decode %j with its type", (input) => {
    assert.deepStrictEqual(decoded<unknown>(codecs.McpElicitationPrimitiveSchema, input), input)
  })
})
