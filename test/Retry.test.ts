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

// Only the kind of an item counts here.
const item = (type: string) => ({ type, id: type, raw: { type: "later" } }) as ThreadItem

const failed = (some: Partial<TurnResult>, reason: TurnFailed["reason"] = new ServerOverloaded()) =>
  new TurnFailed({ threadId: "t", turnId: "u", reason, result: { ...result, ...some } })

/** The pauses before each further attempt, measured to the millisecond, and what came of it. */
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
  it.effect("tries three times in all, after 250 ms and 500 ms, each ±20 %, and then gives the error", () =>
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
    ["a refusal of another kind", new CodexError({ method: "m", reason: new ThreadNotFound() })],
    [
      "a call without a reply",
      new CodexError({ method: "m", reason: new RequestTimeout({ timeout: Duration.millis(1) }) })
    ],
    ["a turn that failed for another reason", failed({}, new OtherFailure({ kind: "other" }))],
    ["a turn that had run a command", failed({ items: [item("commandExecution")] })],
    ["a turn that had begun a command", failed({ unfinishedItems: [item("commandExecution")] })],
    ["a turn that had changed a file", failed({ items: [item("fileChange")] })],
    ["a turn with an item of an unknown kind", failed({ items: [item("~unknown")] })],
    ["an error of the program", new Error("overloaded")],
    ["nothing", undefined]
  ]
  for (const [name, error] of others) {
    it.effect(`ends at once with ${name}`, () =>
      Effect.gen(function* () {
        const { attempts, exit, measured } = yield* pauses(retryOnOverload, error)
        assert.strictEqual(attempts, 1)
        assert.deepStrictEqual(measured, [])
        assert.deepStrictEqual(exit, Exit.fail(error))
      })
    )
  }

  it("recurs for a turn that was refused before it did anything but read and write text", () => {
    assert.isTrue(isOverload(failed({ items: [item("userMessage"), item("reasoning"), item("agentMessage")] })))
    assert.isTrue(isOverload(failed({})))
    assert.isTrue(isOverload(overloaded))
  })

  it.effect("ends when another error follows an overload", () =>
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
  it.effect("doubles the pause up to the longest, exactly where there is no jitter", () =>
    Effect.gen(function* () {
      const schedule = retryOnOverloadWith({ maxAttempts: 6, jitter: 0 })
      const { attempts, measured } = yield* pauses(schedule, overloaded)
      assert.strictEqual(attempts, 6)
      assert.deepStrictEqual(measured, [250, 500, 1000, 2000, 2000])
    })
  )

  it.effect("takes the first and the longest pause as given, and varies around them", () =>
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

  it.effect("composes with other schedules: a shorter one ends it, and its pauses are seen", () =>
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

  it("refuses numbers that make no sense", () => {
    for (const options of [
      { maxAttempts: 0 },
      { maxAttempts: 1.5 },
      { maxAttempts: Number.NaN },
      { jitter: -0.1 },
      { jitter: 1.1 },
      { jitter: Number.NaN }
    ]) {
      assert.throws(() => retryOnOverloadWith(options), RangeError)
    }
  })

  it("refuses a name that none of its options has", () => {
    // Type boundary: what a caller without types can write.
    const misspelt = { maxAttemps: 9 } as Options
    assert.throws(() => retryOnOverloadWith(misspelt), /`maxAttemps`.*did you mean `maxAttempts`\?/)
  })
})

describe("on the real binary", () => {
  it.live("a turn that the model's server refused as overloaded is run again", () =>
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

  it.live("refusals of a flood come as Overloaded, and with retries all calls succeed", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      // A refusal can be lost too; such a call times out, and this one is safe to repeat.
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
