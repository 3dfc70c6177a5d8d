import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Tool, Toolkit } from "effect/ai"
import type * as DynamicTools from "../../src/DynamicTools.ts"
import { background } from "./support.ts"
import * as threadTools from "../../src/internal/tools/threadTools.ts"

// Type boundary: JavaScript programs can pass anything, and omit required fields.
const anything = (tools: unknown) => tools as DynamicTools.Tools
const anyOptions = (options: unknown) => options as DynamicTools.Options

const Kit = Toolkit.make(Tool.make("one", { success: Schema.String }), Tool.make("two", { success: Schema.String }))
const handlers = Kit.toLayer({ one: () => Effect.succeed(""), two: () => Effect.succeed("") })

const refusal = (tools: unknown, options?: unknown) =>
  threadTools.prepare(background, anything(tools), anyOptions(options)).pipe(Effect.flip, Effect.provide(handlers))

describe("an invalid toolkit", () => {
  for (const [promise, tools] of [
    ["a list of tools", [Tool.make("one")]],
    ["a string", "one"],
    ["null", null],
    ["an object of tools", { one: Tool.make("one") }],
    ["another Effect", Effect.succeed({})]
  ] as const) {
    it.effect(`${promise} is rejected with an explanation`, () =>
      Effect.gen(function* () {
        const reason = yield* refusal(tools)
        assert.strictEqual(reason._tag, "InvalidInput")
        assert.match(reason.message, /expected a `Toolkit` from `effect\/ai`/)
      })
    )
  }

  it.effect("a toolkit without a handler is rejected at the start, by the tool's name", () =>
    Effect.gen(function* () {
      const some = Toolkit.make(Tool.make("one")).toLayer({ one: () => Effect.void })
      const reason = yield* threadTools
        .prepare(background, anything(Kit), undefined)
        .pipe(Effect.flip, Effect.provide(some))
      assert.match(reason.message, /tool "two" has no handler; .*toLayer/)
    })
  )
})

describe("tool settings", () => {
  it.effect("reject the name of an unknown tool", () =>
    Effect.gen(function* () {
      const reason = yield* refusal(Kit, { perTool: { tow: { timeout: "1 second" } } })
      assert.match(reason.message, /toolOptions\.perTool\.`?tow.*`two`/)
    })
  )

  it.effect("reject an unknown name and suggest the closest one", () =>
    Effect.gen(function* () {
      const ofAll = yield* refusal(Kit, { timout: "1 second" })
      assert.match(ofAll.message, /toolOptions\.`?timout.*`timeout`/)
      const ofOne = yield* refusal(Kit, { perTool: { one: { concurency: 1 } } })
      assert.match(ofOne.message, /toolOptions\.perTool\.one\.`?concurency.*`concurrency`/)
      const none = yield* refusal(Kit, "fast")
      assert.match(none.message, /toolOptions.*expected an object/)
    })
  )

  it.effect("reject an invalid approval function", () =>
    Effect.gen(function* () {
      const reason = yield* refusal(Kit, { approve: true })
      assert.match(reason.message, /toolOptions\.approve.*expected a function/)
    })
  )
})
