import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Logger, Option, Redacted, References } from "effect"
import { DecodeFailed } from "../../../src/CodexError.ts"
import * as report from "../../../src/internal/serverRequests/report.ts"
import type { Decision } from "../../../src/ServerRequests.ts"

const ids = (params: unknown) => {
  const { itemId, threadId, turnId } = report.describe({ id: 1, method: "m", params }, DateTime.makeUnsafe(0))
  return [threadId, turnId, itemId].map(Option.getOrNull)
}

describe("the ids of an undecoded request", () => {
  it("are those of both protocols", () => {
    assert.deepStrictEqual(ids({ threadId: "t", turnId: "u", itemId: "i" }), ["t", "u", "i"])
    assert.deepStrictEqual(ids({ conversationId: "t", callId: "i" }), ["t", null, "i"])
  })

  for (const params of [null, undefined, 7, "threadId", true, []]) {
    it(`are absent if the params are ${JSON.stringify(params)}`, () => {
      assert.deepStrictEqual(ids(params), [null, null, null])
      assert.isUndefined(report.resolvedId(params))
    })
  }

  it("are absent if they are not strings", () => {
    assert.deepStrictEqual(ids({ threadId: 7, conversationId: null, turnId: {}, itemId: ["i"] }), [null, null, null])
  })
})

describe("the id of a resolved request", () => {
  it("is a string or a number, and nothing else", () => {
    assert.strictEqual(report.resolvedId({ requestId: "a" }), "a")
    assert.strictEqual(report.resolvedId({ requestId: 0 }), 0)
    for (const requestId of [null, undefined, true, {}, []]) assert.isUndefined(report.resolvedId({ requestId }))
  })
})

/** The lines that an effect logs, with their levels and annotations. */
const logged = (effect: Effect.Effect<void>) =>
  Effect.gen(function* () {
    const lines: Array<readonly [level: string, message: string, annotations: object]> = []
    const logger = Logger.make<unknown, void>(({ fiber, logLevel, message }) => {
      const text = Array.isArray(message) ? message.map(String).join(" ") : String(message)
      lines.push([logLevel, text, fiber.getRef(References.CurrentLogAnnotations)])
    })
    yield* effect.pipe(Effect.provide(Logger.layer([logger])), Effect.provideService(References.MinimumLogLevel, "All"))
    return lines
  })

const decision = (change: Partial<Decision>): Decision => ({
  id: 1,
  method: "item/commandExecution/requestApproval",
  threadId: Option.none(),
  turnId: Option.none(),
  itemId: Option.none(),
  openedAt: DateTime.makeUnsafe(0),
  asked: Redacted.make(undefined),
  answered: Option.none(),
  decision: "decline",
  rule: "handler",
  policy: Option.none(),
  duration: Duration.millis(3),
  ...change
})

describe("a decision in the log", () => {
  it.effect("names the method, the word, the rule and the time, and carries the ids that are known", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        yield* logged(report.decided(decision({ threadId: Option.some("t"), turnId: Option.some("u") }))),
        [["Debug", "item/commandExecution/requestApproval: decline (handler, 3 ms)", { threadId: "t", turnId: "u" }]]
      )
      assert.deepStrictEqual(yield* logged(report.decided(decision({ policy: Option.some("denyAll") }))), [
        ["Debug", "item/commandExecution/requestApproval: decline (policy denyAll, 3 ms)", {}]
      ])
    })
  )

  const levels = {
    failure: "Warn",
    defect: "Warn",
    timeout: "Warn",
    tooMany: "Warn",
    undecodable: "Warn",
    notOffered: "Warn",
    invalidAnswer: "Warn",
    unknownMethod: "Warn",
    handler: "Debug",
    default: "Debug",
    toolkit: "Debug"
  } as const
  for (const [rule, level] of Object.entries(levels)) {
    it.effect(`is logged at ${level} for the rule ${rule}`, () =>
      Effect.gen(function* () {
        // Type boundary: the entries of an object with these keys.
        const given = decision({ rule: rule as Decision["rule"] })
        assert.strictEqual((yield* logged(report.decided(given)))[0]?.[0], level)
      })
    )
  }
})

describe("unknown fields in the log", () => {
  it.effect("are named once for each method, at most five of them, on one line", () =>
    Effect.gen(function* () {
      const warn = report.unknownFields()
      const line = (method: string, names: string) =>
        `${method} has unknown fields (${names}), so policies do not answer it. Use the version of this package that matches the server. Logged once per method.`
      const first = warn("a/b", ["one", "two", "three", "four", "five", "six"])
      assert.deepStrictEqual(yield* logged(warn("a/b", [])), [])
      assert.deepStrictEqual(yield* logged(first), [["Warn", line("a/b", "one, two, three, four, five"), {}]])
      assert.deepStrictEqual(yield* logged(warn("a/b", ["one"])), [])
      const long = yield* logged(warn("c", ["x".repeat(81), "y\nz"]))
      assert.deepStrictEqual(long, [["Warn", line("c", `${"x".repeat(80)}, y\\u{a}z`), {}]])
    })
  )
})

describe("params that cannot be decoded", () => {
  it.effect("are logged with their place, unless that is the whole", () =>
    Effect.gen(function* () {
      const failed = (path: string) => new DecodeFailed({ path, expected: "missing key", raw: Redacted.make("secret") })
      assert.deepStrictEqual(yield* logged(report.undecodable("a/b", failed('["c"]'))), [
        ["Warn", 'Invalid params in a/b at ["c"]: missing key. The request was declined.', {}]
      ])
      assert.deepStrictEqual(yield* logged(report.undecodable("a/b", failed(""))), [
        ["Warn", "Invalid params in a/b: missing key. The request was declined.", {}]
      ])
    })
  )
})

describe("a request without a handler in the log", () => {
  it.effect("is a warning once for each method, and none for a retired request", () =>
    Effect.gen(function* () {
      const warn = report.unhandled()
      assert.deepStrictEqual(yield* logged(warn("a/b")), [
        [
          "Warn",
          "No handler for a/b, so it is declined. Add one with `serverRequests` or `ServerRequests.layer`. Logged once per method.",
          {}
        ]
      ])
      assert.deepStrictEqual(yield* logged(warn("a/b")), [])
      assert.deepStrictEqual(yield* logged(warn("item/tool/call")), [
        [
          "Warn",
          "No toolkit answers this thread's tool calls, so they fail. Resume the thread with `tools`. Logged once.",
          {}
        ]
      ])
      assert.deepStrictEqual(yield* logged(warn("currentTime/read")), [])
    })
  )
})
