/** The JSON of a turn's result in an error: exactly these fields, and what is read back from them. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Exit, Option, Schema } from "effect"
import type { TurnError } from "../../../src/Protocol.ts"
import { NoAnswer, StructuredOutputInvalid } from "../../../src/StructuredOutput.ts"
import type { TurnResult } from "../../../src/Turn.ts"
import { TurnInterrupted, TurnTimedOut } from "../../../src/Turn.ts"

const tokens = (totalTokens: number) => ({
  cachedInputTokens: 1,
  inputTokens: 2,
  outputTokens: 3,
  reasoningOutputTokens: 4,
  totalTokens
})

const minimal: TurnResult = {
  id: "u",
  status: "interrupted",
  error: Option.none(),
  startedAt: Option.none(),
  completedAt: Option.none(),
  duration: Option.none(),
  finalResponse: Option.none(),
  items: [],
  usage: Option.none(),
  unfinishedItems: [],
  warnings: []
}

const minimalJson = {
  id: "u",
  status: "interrupted",
  error: null,
  startedAt: null,
  completedAt: null,
  duration: null,
  items: [],
  unfinishedItems: [],
  warnings: [],
  usage: null
}

const full: TurnResult = {
  ...minimal,
  status: "failed",
  error: Option.some({ message: "words", codexErrorInfo: "usageLimitExceeded", additionalDetails: "words" }),
  startedAt: Option.some(DateTime.makeUnsafe(1000)),
  completedAt: Option.some(DateTime.makeUnsafe(2000)),
  duration: Option.some(Duration.millis(3)),
  finalResponse: Option.some("words"),
  items: [{ type: "plan", id: "p", text: "words" }],
  usage: Option.some({
    last: tokens(5),
    total: { ...tokens(6), cacheWriteInputTokens: 7 },
    turn: tokens(8),
    modelContextWindow: 9
  }),
  unfinishedItems: [{ type: "~unknown", raw: { type: "ofTomorrow", text: "words" } }],
  warnings: [
    { method: "warning", message: "words" },
    { method: "guardianWarning", message: "words" }
  ]
}

const fullJson = {
  ...minimalJson,
  status: "failed",
  error: { codexErrorInfo: "usageLimitExceeded" },
  startedAt: "1970-01-01T00:00:01.000Z",
  completedAt: "1970-01-01T00:00:02.000Z",
  duration: 3,
  items: ["plan"],
  unfinishedItems: ["ofTomorrow"],
  warnings: ["warning", "guardianWarning"],
  usage: {
    last: tokens(5),
    total: { ...tokens(6), cacheWriteInputTokens: 7 },
    turn: tokens(8),
    modelContextWindow: 9
  }
}

const goal = {
  objective: "words",
  status: "active",
  tokenBudget: Option.some(10),
  tokensUsed: 11,
  timeUsed: Duration.millis(12)
}
const goalJson = { status: "active", tokenBudget: 10, tokensUsed: 11, timeUsed: 12 }
const ids = { threadId: "t", turnId: "u" }

/** The JSON of an error with this result and this error of the connection, and the error that is read from it. */
const sent = Effect.fnUntraced(function* (result: TurnResult, retrying: Option.Option<TurnError> = Option.none()) {
  const error = new TurnTimedOut({ ...ids, maxDuration: Duration.millis(1), retrying, result })
  const codec = Schema.toCodecJson(TurnTimedOut)
  const json = yield* Schema.encodeEffect(codec)(error)
  const read = yield* Schema.decodeUnknownEffect(codec)(JSON.parse(JSON.stringify(json)))
  return { json: JSON.parse(JSON.stringify(json)), read }
})

const hidden = (codexErrorInfo: string): TurnError => ({ message: "<redacted>", codexErrorInfo })

describe("the result of a turn in an error", () => {
  const noWindow = { last: tokens(1), total: tokens(1), turn: tokens(1) }
  const rows: ReadonlyArray<readonly [what: string, result: TurnResult, json: object, read: TurnResult]> = [
    ["with nothing", minimal, minimalJson, minimal],
    [
      "with everything",
      full,
      fullJson,
      {
        ...full,
        error: Option.some(hidden("usageLimitExceeded")),
        finalResponse: Option.none(),
        items: [{ type: "~unknown", raw: { type: "plan" } }],
        unfinishedItems: [{ type: "~unknown", raw: { type: "ofTomorrow" } }],
        warnings: [
          { method: "warning", message: "<redacted>" },
          { method: "guardianWarning", message: "<redacted>" }
        ]
      }
    ],
    [
      "without a context window",
      { ...minimal, usage: Option.some(noWindow) },
      { ...minimalJson, usage: noWindow },
      { ...minimal, usage: Option.some(noWindow) }
    ],
    [
      "of a goal",
      // A result of a goal is a result of a turn with one more field.
      Object.assign({}, minimal, { goal }),
      { ...minimalJson, goal: goalJson },
      Object.assign({}, minimal, { goal: { ...goal, objective: "<redacted>" } })
    ],
    [
      "of a goal without a budget",
      Object.assign({}, minimal, { goal: { ...goal, tokenBudget: Option.none() } }),
      { ...minimalJson, goal: { ...goalJson, tokenBudget: null } },
      Object.assign({}, minimal, { goal: { ...goal, objective: "<redacted>", tokenBudget: Option.none() } })
    ]
  ]
  for (const [what, result, json, read] of rows) {
    it.effect(`${what} is written field by field, and read again without its texts`, () =>
      Effect.gen(function* () {
        const found = yield* sent(result)
        assert.deepStrictEqual(found.json.result, json)
        assert.deepStrictEqual(found.read.result, read)
        const attempts = new StructuredOutputInvalid({
          ...ids,
          result,
          reason: new NoAnswer(),
          attempts: [result, minimal]
        })
        const codec = Schema.toCodecJson(StructuredOutputInvalid)
        const written = yield* Schema.encodeEffect(codec)(attempts)
        assert.deepStrictEqual<unknown>(JSON.parse(JSON.stringify(written)).attempts, [json, minimalJson])
        assert.deepStrictEqual((yield* Schema.decodeUnknownEffect(codec)(written)).attempts, [read, minimal])
      })
    )
  }

  it.effect("is read only from JSON that is one", () =>
    Effect.gen(function* () {
      const { json } = yield* sent(Object.assign({}, full, { goal }))
      const codec = Schema.toCodecJson(TurnTimedOut)
      const reads = (change: object) =>
        Effect.map(
          Effect.exit(Schema.decodeUnknownEffect(codec)({ ...json, result: { ...json.result, ...change } })),
          Exit.isSuccess
        )
      assert.isTrue(yield* reads({}))
      const { last, total } = fullJson.usage
      const wrong: ReadonlyArray<object> = [
        { id: 1 },
        { status: null },
        { error: {} },
        { error: { codexErrorInfo: 7 } },
        { error: { codexErrorInfo: { httpConnectionFailed: {} } } },
        { error: { codexErrorInfo: { httpConnectionFailed: { httpStatusCode: "502" } } } },
        { startedAt: 1 },
        { completedAt: 1 },
        { duration: "1" },
        { items: [7] },
        { unfinishedItems: [7] },
        { warnings: ["error"] },
        { usage: { last, total } },
        { usage: { ...fullJson.usage, modelContextWindow: "9" } },
        ...Object.keys(total).map((key) => ({ usage: { ...fullJson.usage, total: { ...total, [key]: "1" } } })),
        ...Object.keys(goalJson).map((key) => ({ goal: { ...goalJson, [key]: {} } }))
      ]
      for (const change of wrong) assert.isFalse(yield* reads(change), JSON.stringify(change))
    })
  )

  it("must be one", () => {
    const wrong: ReadonlyArray<unknown> = [
      {},
      { items: [] },
      { unfinishedItems: [] },
      { items: {}, unfinishedItems: [] },
      { items: [], unfinishedItems: {} },
      "result",
      null
    ]
    for (const result of wrong) {
      // Type boundary: a program in JavaScript can pass anything.
      const given = { ...ids, result: result as TurnResult }
      assert.throws(() => new TurnInterrupted(given), /Schema validation failed/)
      for (const attempts of [[minimal, given.result], given.result as unknown as ReadonlyArray<TurnResult>]) {
        assert.throws(
          () => new StructuredOutputInvalid({ ...ids, result: minimal, reason: new NoAnswer(), attempts }),
          /Schema validation failed/
        )
      }
    }
    const retrying = "retrying" as unknown as Option.Option<TurnError>
    assert.throws(
      () => new TurnTimedOut({ ...ids, maxDuration: Duration.millis(1), retrying, result: minimal }),
      /Schema validation failed/
    )
  })

  it("is counted for printers, which show its name in place of it", () => {
    const error = new TurnInterrupted({ ...ids, result: full })
    assert.deepStrictEqual(error.collected, { items: 1, unfinishedItems: 1, totalTokens: 8 })
    assert.deepStrictEqual(new TurnInterrupted({ ...ids, result: minimal }).collected, {
      items: 0,
      unfinishedItems: 0,
      totalTokens: null
    })
    const formatted = Schema.toFormatter(TurnTimedOut)(
      new TurnTimedOut({ ...ids, maxDuration: Duration.millis(1), retrying: Option.none(), result: full })
    )
    assert.include(formatted, "<redacted:turn result>")
    assert.include(formatted, "<redacted:retrying>")
    const attempts = new StructuredOutputInvalid({ ...ids, result: full, reason: new NoAnswer(), attempts: [full] })
    assert.include(Schema.toFormatter(StructuredOutputInvalid)(attempts), "<redacted:turn results>")
  })
})

describe("the server's error in an error", () => {
  // Type boundary: a server can send any of these.
  const rows: ReadonlyArray<readonly [info: unknown, json: unknown, read?: unknown]> = [
    ["badRequest", "badRequest"],
    ["with blanks", "unknown"],
    [null, null],
    [undefined, null],
    [{}, null],
    [
      { httpConnectionFailed: { httpStatusCode: 502 } },
      { httpConnectionFailed: { httpStatusCode: 502 } },
      { "~unknown": { httpConnectionFailed: { httpStatusCode: 502 } } }
    ],
    [
      { httpConnectionFailed: { httpStatusCode: "502" } },
      { httpConnectionFailed: { httpStatusCode: null } },
      { "~unknown": { httpConnectionFailed: { httpStatusCode: null } } }
    ],
    [{ later: {} }, { later: { httpStatusCode: null } }, { "~unknown": { later: { httpStatusCode: null } } }],
    [{ later: null }, { later: { httpStatusCode: null } }, { "~unknown": { later: { httpStatusCode: null } } }],
    [{ later: "x" }, { later: { httpStatusCode: null } }, { "~unknown": { later: { httpStatusCode: null } } }],
    [
      { "~unknown": { later: { httpStatusCode: 7 } } },
      { later: { httpStatusCode: 7 } },
      { "~unknown": { later: { httpStatusCode: 7 } } }
    ],
    [
      { "with blanks": { httpStatusCode: 7 } },
      { unknown: { httpStatusCode: 7 } },
      { "~unknown": { unknown: { httpStatusCode: 7 } } }
    ]
  ]
  for (const [info, json, read = json] of rows) {
    it.effect(`is ${JSON.stringify(json)} for ${JSON.stringify(info)}`, () =>
      Effect.gen(function* () {
        const error = { message: "words", codexErrorInfo: info } as TurnError
        const found = yield* sent({ ...minimal, error: Option.some(error) }, Option.some(error))
        const expected = Option.some({ message: "<redacted>", codexErrorInfo: read })
        assert.deepStrictEqual(found.json.retrying, { codexErrorInfo: json })
        assert.deepStrictEqual(found.json.result.error, { codexErrorInfo: json })
        assert.deepStrictEqual<unknown>(found.read.retrying, expected)
        assert.deepStrictEqual<unknown>(found.read.result.error, expected)
      })
    )
  }

  it.effect("is null if there is none", () =>
    Effect.gen(function* () {
      const found = yield* sent(minimal)
      assert.isNull(found.json.retrying)
      assert.deepStrictEqual(found.read.retrying, Option.none())
    })
  )
})
