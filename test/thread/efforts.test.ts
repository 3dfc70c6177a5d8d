/** The log of a reasoning effort that no model lists. The server accepts any text, and so does a turn. */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Logger, References, Tracer } from "effect"
import * as Codex from "../../src/Codex.ts"
import type { Thread } from "../../src/Thread.ts"
import { onBinary } from "../support/onBinary.ts"

/** Runs turns, waits for a log line about an effort if one is due, and returns these lines and the methods called. */
const told = Effect.fnUntraced(function* <E>(turns: (thread: Thread) => Effect.Effect<unknown, E>, isDue: boolean) {
  const lines: Array<string> = []
  const methods: Array<string> = []
  const first = Deferred.makeUnsafe<void>()
  const logger = Logger.make(({ logLevel, message }) => {
    if (!String(message).includes("`effort`")) return
    lines.push(`${logLevel} ${String(message)}`)
    Deferred.doneUnsafe(first, Effect.void)
  })
  const tracer = Tracer.make({
    span: (options) => {
      methods.push(options.name)
      return new Tracer.NativeSpan(options)
    }
  })
  yield* Effect.gen(function* () {
    const codex = yield* Codex.Codex
    yield* turns(yield* codex.startThread())
    if (isDue) yield* Deferred.await(first)
  }).pipe(
    Effect.withTracer(tracer),
    onBinary(),
    Effect.provide(Logger.layer([logger])),
    Effect.provideService(References.MinimumLogLevel, "Debug")
  )
  return { lines, lists: methods.filter((method) => method === "model/list").length }
})

describe("an effort that no model lists", () => {
  it.live("is a warning with the nearest one, once, and without its own text", () =>
    Effect.gen(function* () {
      const { lines, lists } = yield* told(
        (thread) => Effect.andThen(thread.run("hi", { effort: "hihg" }), thread.run("hi", { effort: "hihg" })),
        true
      )
      assert.lengthOf(lines, 1)
      assert.match(lines[0] ?? "", /^Warn .*did you mean `high`\? Listed: `low`, `medium`, `high`/)
      assert.notInclude(lines[0], "hihg")
      assert.strictEqual(lists, 1)
    })
  )

  it.live("is logged at Debug if it resembles none", () =>
    Effect.gen(function* () {
      const { lines } = yield* told((thread) => thread.run("hi", { effort: "galactic" }), true)
      assert.lengthOf(lines, 1)
      assert.match(lines[0] ?? "", /^Debug /)
    })
  )
})

describe("an effort that models list", () => {
  it.live("is not logged, and the usual ones are not looked up", () =>
    Effect.gen(function* () {
      const usual = yield* told((thread) => thread.run("hi", { effort: "low" }), false)
      assert.deepStrictEqual(usual, { lines: [], lists: 0 })
      const rare = yield* told((thread) => thread.run("hi", { effort: "xhigh" }), false)
      assert.deepStrictEqual(rare, { lines: [], lists: 1 })
    })
  )
})
