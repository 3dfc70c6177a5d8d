import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Option, Schedule } from "effect"
import { TestClock } from "effect/testing"
import * as Codex from "../src/Codex.ts"
import { CodexError, Overloaded, RequestTimeout, ThreadNotFound } from "../src/CodexError.ts"
import type { ThreadItem } from "../src/generated/types.ts"
import { isOverload, type Options, retryOnOverload, retryOnOverloadWith } from "../src/Retry.ts"
import * as CodexTest from "../src/testing/CodexTest.ts"
import * as MockModel from "../src/testing/MockModel.ts"
import type { TurnResult } from "../src/Turn.ts"
import { OtherFailure, ServerOverloaded, TurnFailed } from "../src/internal/turn/turnErrors.ts"

const overloaded = new CodexError({ method: "m", reason: new Overloaded() })

const result: TurnResult = {
  id: "u",
  status: "failed",
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

// Only the kind of an item matters here.
const item = (type: string) => ({ type, id: type, raw: { type: "later" } }) as ThreadItem

const failed = (some: Partial<TurnResult>, reason: TurnFailed["reason"] = new ServerOverloaded()) =>
  new TurnFailed({ threadId: "t", turnId: "u", reason, result: { ...result, ...some } })

/** Returns the delays before each further attempt, in milliseconds, and the outcome. */
const pauses = Effect.fnUntraced(function* (
  schedule: Schedule.Schedule<unknown, unknown>,
  error: unknown,
  limit = 60_000
) {
  let attempts = 0
  const fiber = yield* Effect.forkChild(
    Effect.exit(
      Effect.retry(
        Effect.suspend(() => {
          attempts++
          return Effect.fail(error)
        }),
        schedule
      )
    ),
    { startImmediately: true }
  )
  const measured: Array<number> = []
  for (let waited = 0, seen = attempts, total = 0; fiber.pollUnsafe() === undefined && total < limit; total++) {
    yield* TestClock.adjust("1 millis")
    waited++
    if (attempts > seen) {
      measured.push(waited)
      seen = attempts
      waited = 0
    }
  }
  return { attempts, measured, exit: yield* Fiber.join(fiber) }
})

const within = (measured: ReadonlyArray<number>, expected: ReadonlyArray<number>, jitter: number) => {
  assert.strictEqual(measured.length, expected.length)
  for (const [n, millis] of expected.entries()) {
    assert.isAtLeast(measured[n] ?? 0, Math.floor(millis * (1 - jitter)))
    assert.isAtMost(measured[n] ?? 0, Math.ceil(millis * (1 + jitter)) + 1)
  }
}

describe("retryOnOverload", () => {
  it.effect("tries three times in all, after 250 ms and 500 ms, each ±20 %, and then fails with the error", () =>
    Effect.gen(function* () {
      const seen = new Set<number>()
      for (let n = 0; n < 10; n++) {
        const { attempts, exit, measured } = yield* pauses(retryOnOverload, overloaded)
        assert.strictEqual(attempts, 3)
        within(measured, [250, 500], 0.2)
        assert.deepStrictEqual(exit, Exit.fail(overloaded))
        seen.add(measured[0] ?? 0)
      }
      assert.isAbove(seen.size, 1)
    })
  )

  it.effect("stops at the first success", () =>
    Effect.gen(function* () {
      let attempts = 0
      const fiber = yield* Effect.forkChild(
        Effect.retry(
          Effect.suspend(() => (++attempts < 2 ? Effect.fail(overloaded) : Effect.succeed("done"))),
          retryOnOverload
        )
      )
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(fiber), "done")
      assert.strictEqual(attempts, 2)
    })
  )

  const others: ReadonlyArray<readonly [string, unknown]> = [
    ["another rejection", new CodexError({ method: "m", reason: new ThreadNotFound() })],
    [
      "a call without a reply",
      new CodexError({ method: "m", reason: new RequestTimeout({ timeout: Duration.millis(1) }) })
    ],
    ["a turn that failed for another reason", failed({}, new OtherFailure({ kind: "other" }))],
    ["a turn that had run a command", failed({ items: [item("commandExecution")] })],
    ["a turn that had started a command", failed({ unfinishedItems: [item("commandExecution")] })],
    ["a turn that had changed a file", failed({ items: [item("fileChange")] })],
    ["a turn with an item of an unknown kind", failed({ items: [item("~unknown")] })],
    ["an error of the caller", new Error("overloaded")],
    ["nothing", undefined]
  ]
  for (const [name, error] of others) {
    it.effect(`stops immediately at ${name}`, () =>
      Effect.gen(function* () {
        const { attempts, exit, measured } = yield* pauses(retryOnOverload, error)
        assert.strictEqual(attempts, 1)
        assert.deepStrictEqual(measured, [])
        assert.deepStrictEqual(exit, Exit.fail(error))
      })
    )
  }

  it("retries a turn that overload stopped before it did anything but read and write text", () => {
    assert.isTrue(isOverload(failed({ items: [item("userMessage"), item("reasoning"), item("agentMessage")] })))
    assert.isTrue(isOverload(failed({})))
    assert.isTrue(isOverload(overloaded))
  })

  it.effect("stops if another error follows an overload", () =>
    Effect.gen(function* () {
      let attempts = 0
      const other = new CodexError({ method: "m", reason: new ThreadNotFound() })
      const fiber = yield* Effect.forkChild(
        Effect.flip(
          Effect.retry(
            Effect.suspend(() => Effect.fail(++attempts === 1 ? overloaded : other)),
            retryOnOverload
          )
        )
      )
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* Fiber.join(fiber), other)
      assert.strictEqual(attempts, 2)
    })
  )
})

describe("retryOnOverloadWith", () => {
  it.effect("doubles the delay up to the maximum, exactly without jitter", () =>
    Effect.gen(function* () {
      const schedule = retryOnOverloadWith({ maxAttempts: 6, jitter: 0 })
      const { attempts, measured } = yield* pauses(schedule, overloaded)
      assert.strictEqual(attempts, 6)
      assert.deepStrictEqual(measured, [250, 500, 1000, 2000, 2000])
    })
  )

  it.effect("uses the given first and maximum delay, and varies around them", () =>
    Effect.gen(function* () {
      const options: Options = { maxAttempts: 4, initialDelay: "100 millis", maxDelay: "150 millis", jitter: 0.5 }
      const { measured } = yield* pauses(retryOnOverloadWith(options), overloaded)
      within(measured, [100, 150, 150], 0.5)
    })
  )

  it.effect("with one attempt tries once", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* pauses(retryOnOverloadWith({ maxAttempts: 1 }), overloaded)).attempts, 1)
    })
  )

  it.effect("composes with other schedules: a shorter one ends it, and its delays are visible", () =>
    Effect.gen(function* () {
      const seen: Array<number> = []
      const schedule = retryOnOverloadWith({ maxAttempts: 10, jitter: 0 }).pipe(
        Schedule.upTo({ times: 3 }),
        Schedule.tap(({ output }) => Effect.sync(() => seen.push(Duration.toMillis(output))))
      )
      const { attempts } = yield* pauses(schedule, overloaded)
      assert.strictEqual(attempts, 4)
      assert.strictEqual(seen.length, 3)
    })
  )

  it("rejects invalid numbers", () => {
    for (const options of [
      { maxAttempts: 0 },
      { maxAttempts: 1.5 },
      { maxAttempts: Number.NaN },
      { jitter: -0.1 },
      { jitter: 1.1 },
      { jitter: Number.NaN },
      { initialDelay: -1 },
      { initialDelay: Number.NaN },
      { initialDelay: "Infinity" as const },
      { maxDelay: "-1 second" as const }
    ]) {
      const [name] = Object.keys(options)
      assert.throws(() => retryOnOverloadWith(options), RangeError, `retryOnOverloadWith: Invalid option \`${name}\``)
    }
    // The ends of what is allowed.
    retryOnOverloadWith({ initialDelay: 0, maxDelay: "Infinity", jitter: 1, maxAttempts: 1 })
  })

  it("rejects an unknown option", () => {
    // Type boundary: what a caller without types can write.
    const misspelt = { maxAttemps: 9 } as Options
    assert.throws(() => retryOnOverloadWith(misspelt), /`maxAttemps`.*did you mean `maxAttempts`\?/)
  })
})

describe("on the real binary", () => {
  it.live("a turn that the model provider rejected as overloaded is run again", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const refusal = MockModel.failed({ code: "server_is_overloaded", message: "busy" })
      yield* model.enqueue(refusal, refusal, MockModel.reply("at last"))
      const thread = yield* (yield* Codex.Codex).startThread()
      const done = yield* Effect.retry(thread.run("hi"), retryOnOverloadWith({ initialDelay: "1 millis" }))
      assert.deepStrictEqual(done.finalResponse, Option.some("at last"))
      assert.strictEqual((yield* model.requests).length, 3)
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live("rejected calls of a flood fail with Overloaded, and all succeed with retries", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      // A rejection can be lost; such a call times out, and this one is safe to repeat.
      const call = codex.request("thread/loaded/list", {}, { timeout: "5 seconds" })
      const reasons = new Set<string>()
      for (let round = 0; round < 20 && !reasons.has("Overloaded"); round++) {
        const exits = yield* Effect.all(
          Array.from({ length: 200 }, () => Effect.result(call)),
          { concurrency: "unbounded" }
        )
        for (const exit of exits) if (exit._tag === "Failure") reasons.add(exit.failure.reason._tag)
      }
      reasons.delete("RequestTimeout")
      assert.deepStrictEqual([...reasons], ["Overloaded"])
      const patient = call.pipe(
        Effect.retry(retryOnOverloadWith({ maxAttempts: 12, initialDelay: "20 millis", jitter: 1 })),
        Effect.retry({ times: 2, while: (error) => error.reason._tag === "RequestTimeout" })
      )
      const all = yield* Effect.all(
        Array.from({ length: 200 }, () => patient),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(all.length, 200)
    }).pipe(Effect.provide(CodexTest.layer({ codex: { maxInFlight: Number.POSITIVE_INFINITY } })))
  )
})
