import { assert, describe, it } from "@effect/vitest"
import { Cause, Context, Schema } from "effect"
import { AiError, Tool, Toolkit } from "effect/ai"
import * as effectAi from "../../src/internal/tools/effectAi.ts"

const Point = Schema.Struct({ x: Schema.Number }).annotate({ identifier: "Point", description: "A point." })

const dynamicSchema = { type: "object", properties: { query: { type: "string" } }, required: ["query"] } as const

const tools: { readonly [name: string]: Tool.Any } = {
  "without parameters": Tool.make("a"),
  "with parameters": Tool.make("a", { description: "Adds.", parameters: Schema.Struct({ x: Schema.Number }) }),
  "with a definition": Tool.make("a", { parameters: Schema.Struct({ from: Point, to: Point }) }),
  "with a named schema": Tool.make("a", { parameters: Point }),
  "with JSON Schema": Tool.dynamic("a", { description: "Searches.", parameters: dynamicSchema }),
  "of a dynamic set, with a schema": Tool.dynamic("a", { parameters: Point }),
  "of the provider": Tool.providerDefined({ id: "openai.search", customName: "Search", providerName: "search" })()
}

describe("a tool of effect/ai", () => {
  for (const [name, tool] of Object.entries(tools)) {
    it(`${name} is read as effect/ai reads it`, () => {
      assert.deepStrictEqual(effectAi.jsonSchemaOf(tool), Tool.getJsonSchema(tool))
      assert.strictEqual(effectAi.descriptionOf(tool), Tool.getDescription(tool))
      assert.strictEqual(effectAi.isProviderDefined(tool), Tool.isProviderDefined(tool))
    })
  }
})

describe("a failure of effect/ai", () => {
  it("is recognized", () => {
    const error = AiError.make({ module: "a", method: "b", reason: new AiError.RateLimitError({}) })
    assert.isTrue(AiError.isAiError(error))
    assert.isTrue(effectAi.isAiError(error))
    assert.isFalse(effectAi.isAiError(new Error("a")))
  })

  it("has the origin that its toolkit wrote", () => {
    const cause = Cause.annotate(Cause.fail("a"), Context.make(Toolkit.FailureOrigin, "handler"))
    assert.strictEqual(Context.get(Cause.annotations(cause), effectAi.FailureOrigin), "handler")
    const without = Cause.annotations(Cause.fail("a"))
    assert.strictEqual(Context.get(without, effectAi.FailureOrigin), Context.get(without, Toolkit.FailureOrigin))
  })
})
