import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Fiber, Option, Result, Schema } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as StructuredOutput from "../../src/StructuredOutput.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { at } from "../support/rawDriver.ts"

const { reply } = MockModel

const Release = Schema.Struct({
  version: Schema.String,
  date: Schema.DateFromString,
  notes: Schema.optionalKey(Schema.Array(Schema.String)),
  downloads: Schema.Record(Schema.String, Schema.Finite)
})

const release: typeof Release.Type = { version: "1.0.0", date: new Date(0), downloads: { linux: 3 } }

const { encode, jsonSchema } = Result.getOrThrow(StructuredOutput.prepare(Release))

const onBinary = Effect.provide(CodexTest.layer())

const secret = "zq7sentinel"

/** Runs `runAs` on a new thread, with these answers of the model. */
const ask = Effect.fnUntraced(function* (
  options: StructuredOutput.Options,
  ...answers: ReadonlyArray<MockModel.Script>
) {
  const model = yield* MockModel.MockModel
  yield* model.enqueue(...answers)
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  const result = yield* Effect.result(thread.runAs(Release, "What was released?", options))
  return { codex, model, thread, result }
})

const invalid = <A, E>(result: Result.Result<A, E>): StructuredOutput.StructuredOutputInvalid => {
  const failure = Result.isFailure(result) ? result.failure : undefined
  assert.instanceOf(failure, StructuredOutput.StructuredOutputInvalid)
  return failure
}

describe("runAs, on the real binary", () => {
  it.live("sends the rewritten schema as strict, and returns the answer as a value", () =>
    Effect.gen(function* () {
      const { model, result } = yield* ask({}, reply(yield* encode(release)))
      const { attempts, value, ...turn } = yield* Effect.fromResult(result)
      assert.deepStrictEqual(value, release)
      assert.deepStrictEqual(attempts, [turn])
      assert.strictEqual(turn.status, "completed")
      assert.isTrue(Option.isSome(turn.usage))
      const requests = yield* model.requests
      assert.strictEqual(requests.length, 1)
      assert.strictEqual(requests[0]?.lastUserText, "What was released?")
      assert.deepStrictEqual(at(at(requests[0]?.body, "text"), "format"), {
        type: "json_schema",
        strict: true,
        name: "codex_output_schema",
        schema: jsonSchema
      })
      assert.deepStrictEqual(Object.keys(jsonSchema["properties"] ?? {}), ["version", "date", "notes", "downloads"])
    }).pipe(onBinary)
  )

  it.live("supports recursions, unions, tuples and roots that are not objects, each with its own schema", () =>
    Effect.gen(function* () {
      interface Tree {
        readonly at: Date
        readonly next?: Tree
        readonly parts: ReadonlyArray<readonly [string, number] | null>
      }
      interface TreeJson {
        readonly at: string
        readonly next?: TreeJson
        readonly parts: ReadonlyArray<readonly [string, number] | null>
      }
      const Tree = Schema.Struct({
        at: Schema.DateFromString,
        next: Schema.optionalKey(Schema.suspend((): Schema.Codec<Tree, TreeJson> => Tree)),
        parts: Schema.Array(Schema.NullOr(Schema.Tuple([Schema.String, Schema.Finite])))
      })
      const Shape = Schema.Union([
        Schema.TaggedStruct("Circle", { radius: Schema.Finite }),
        Schema.TaggedStruct("Named", { name: Schema.String.pipe(Schema.brand("Name")) })
      ])
      const model = yield* MockModel.MockModel
      const thread = yield* (yield* Codex.Codex).startThread()
      const comesBack = Effect.fnUntraced(function* <A, E>(schema: Schema.Codec<A, E>, value: A) {
        const prepared = yield* Effect.fromResult(StructuredOutput.prepare(schema))
        yield* model.enqueue(reply(yield* prepared.encode(value)))
        assert.deepStrictEqual((yield* thread.runAs(schema, "x")).value, value)
        const format = at(at((yield* model.requests).at(-1)?.body, "text"), "format")
        assert.deepStrictEqual(at(format, "schema"), prepared.jsonSchema)
      })
      const leaf = { at: new Date(1), parts: [null] }
      yield* comesBack(Tree, { at: new Date(0), parts: [["a", 1]], next: { at: new Date(2), parts: [], next: leaf } })
      yield* comesBack(Shape, { _tag: "Circle", radius: 1 })
      yield* comesBack(Schema.Array(Schema.String), ["a"])
      yield* comesBack(Schema.Option(Schema.Date), Option.some(new Date(0)))
    }).pipe(onBinary)
  )

  it.live("sends the schema for this turn only, and keeps the turn's other settings", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* ask({ model: "another-model" }, reply(yield* encode(release)), reply("prose"))
      assert.deepStrictEqual((yield* thread.run("And in words?")).finalResponse, Option.some("prose"))
      const [first, second] = yield* model.requests
      assert.strictEqual(at(first?.body, "model"), "another-model")
      assert.isDefined(at(at(first?.body, "text"), "format"))
      assert.isUndefined(at(at(second?.body, "text") ?? {}, "format"))
    }).pipe(onBinary)
  )

  it.live("fails if the answer is not JSON, with its text in a field and not in the message", () =>
    Effect.gen(function* () {
      const { model, result, thread } = yield* ask({}, reply(`Sure! ${secret}`))
      const error = invalid(result)
      assert.strictEqual(error.reason._tag, "NotJson")
      assert.strictEqual(error.threadId, thread.id)
      assert.strictEqual(error.turnId, error.result.id)
      assert.strictEqual(error.result.status, "completed")
      assert.deepStrictEqual(error.answer, Option.some(`Sure! ${secret}`))
      assert.notInclude(`${error.message}${String(error)}${error.stack}${Cause.pretty(Cause.fail(error))}`, secret)
      // No repair unless requested.
      assert.strictEqual((yield* model.requests).length, 1)
    }).pipe(onBinary)
  )

  it.live("fails if the answer does not match, with paths and expectations, and can be recovered by its reason", () =>
    Effect.gen(function* () {
      const misfit = { version: "1", date: secret, notes: null, downloads: [{ 0: "x", 1: secret }] }
      const { result } = yield* ask({}, reply(JSON.stringify(misfit)))
      const error = invalid(result)
      const issues = yield* Effect.fail(error).pipe(
        Effect.catchReason("StructuredOutputInvalid", "DoesNotFit", ({ issues }) => Effect.succeed(issues))
      )
      assert.deepStrictEqual(issues, [{ path: '["downloads"][0]["1"]', expected: "number" }])
      assert.include(error.message, '["downloads"][0]["1"]: expected number')
      assert.notInclude(`${error.message}${Cause.pretty(Cause.fail(error))}`, secret)
    }).pipe(onBinary)
  )

  it.live("fails without a final answer, and a failed turn stays a failed turn", () =>
    Effect.gen(function* () {
      const commentary = MockModel.response([MockModel.message("…", { phase: "commentary" })])
      const { model, result, thread } = yield* ask({}, commentary)
      const error = invalid(result)
      assert.strictEqual(error.reason._tag, "NoAnswer")
      assert.deepStrictEqual(error.answer, Option.none())
      const failed = MockModel.failed({ code: "insufficient_quota", message: "none left" })
      yield* model.enqueue(failed, reply("{}"), failed)
      assert.strictEqual((yield* Effect.flip(thread.runAs(Release, "x", { repair: 2 })))._tag, "TurnFailed")
      assert.strictEqual((yield* Effect.flip(thread.runAs(Release, "x", { repair: 2 })))._tag, "TurnFailed")
      assert.strictEqual(yield* model.remaining, 0)
    }).pipe(onBinary)
  )
})

describe("repair", () => {
  it.live("sends the issues to the model, asks with the schema again, and returns the value and all turns", () =>
    Effect.gen(function* () {
      const wrong = reply(JSON.stringify({ version: 1 }), { usage: { inputTokens: 10, outputTokens: 1 } })
      const right = reply(yield* encode(release), { usage: { inputTokens: 20, outputTokens: 1 } })
      const { model, result } = yield* ask({ repair: 2 }, wrong, right)
      const { attempts, id, value } = yield* Effect.fromResult(result)
      assert.deepStrictEqual(value, release)
      assert.deepStrictEqual(
        attempts.map(({ usage }) => Option.getOrThrow(usage).turn.totalTokens),
        [11, 21]
      )
      assert.strictEqual(attempts[1]?.id, id)
      assert.notStrictEqual(attempts[0]?.id, id)
      const [first, second] = yield* model.requests
      assert.include(second?.lastUserText, '["version"]')
      assert.include(second?.lastUserText, "Expected string")
      assert.deepStrictEqual(at(second?.body, "text"), at(first?.body, "text"))
      // The model reads its own answer.
      assert.include(second?.texts("assistant") ?? [], '{"version":1}')
    }).pipe(onBinary)
  )

  it.live("gives up after the given number of further turns, with the last answer and all turns", () =>
    Effect.gen(function* () {
      const { model, result } = yield* ask({ repair: 2 }, reply("one"), reply("{}"), reply("three"), reply("unheard"))
      const error = invalid(result)
      assert.deepStrictEqual(
        error.attempts.map(({ finalResponse }) => finalResponse),
        [Option.some("one"), Option.some("{}"), Option.some("three")]
      )
      assert.deepStrictEqual(error.answer, Option.some("three"))
      assert.strictEqual(error.turnId, error.attempts[2]?.id)
      assert.include(error.message, "after 3 turns")
      assert.strictEqual(yield* model.remaining, 1)
      const [, second, third] = yield* model.requests
      assert.include(second?.lastUserText, "not valid JSON")
      assert.include(third?.lastUserText, "Missing key")
    }).pipe(onBinary)
  )

  it.live("stops when it is interrupted: the running turn is interrupted, and no other starts", () =>
    Effect.gen(function* () {
      const gate = yield* MockModel.gate
      const model = yield* MockModel.MockModel
      yield* model.enqueue(reply("one"), MockModel.hold(reply("two"), gate), reply("unheard"))
      const thread = yield* (yield* Codex.Codex).startThread()
      const fiber = yield* Effect.forkChild(thread.runAs(Release, "x", { repair: 5 }))
      yield* gate.reached
      yield* Fiber.interrupt(fiber)
      const { turns } = yield* thread.read({ includeTurns: true })
      assert.deepStrictEqual(
        turns.map(({ status }) => status),
        ["completed", "interrupted"]
      )
      assert.strictEqual(yield* model.remaining, 1)
    }).pipe(onBinary)
  )
})

describe("before any turn, runAs", () => {
  it.live("rejects a schema that strict mode cannot express, and an invalid number of repairs, and sends nothing", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const thread = yield* (yield* Codex.Codex).startThread()
      const anything = yield* Effect.flip(thread.runAs(Schema.Struct({ a: Schema.Unknown }), "x"))
      assert.isTrue(anything._tag === "CodexError" && anything.reason._tag === "InvalidInput")
      assert.include(anything.message, 'at ["a"]: not supported by strict mode')
      for (const repair of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        const error = yield* Effect.flip(thread.runAs(Release, "x", { repair }))
        assert.isTrue(error._tag === "CodexError" && error.reason._tag === "InvalidOptions")
        assert.include(error.message, "`repair`")
      }
      assert.deepStrictEqual(yield* model.requests, [])
    }).pipe(onBinary)
  )
})
