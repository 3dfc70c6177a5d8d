import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Elicitation from "../../src/Elicitation.ts"
import { kinds } from "./fieldKinds.ts"
import * as Test from "./support.ts"

describe("a field of a form", () => {
  for (const { expected, field, fit, name, unfit, wire } of kinds) {
    it.effect(`that is ${name}: parsed from its schema, answered if valid, named if not`, () =>
      Effect.gen(function* () {
        const form = yield* Test.form({ x: wire })
        assert.deepStrictEqual<unknown>(form.fields, [{ name: "x", ...field }])
        const request = Test.formRequest({ x: wire })
        const fields = form.fields.map((found) => Schema.is(Elicitation.fieldSchema(found)))
        for (const x of fit) {
          assert.deepStrictEqual(yield* Test.sent(request, { x }), { action: "accept", content: { x } })
          assert.isTrue(fields[0]?.(x))
        }
        for (const x of unfit) {
          const error = yield* Effect.flip(Test.sent(request, { x }))
          assert.strictEqual(error._tag, "FormAnswerInvalid")
          assert.deepStrictEqual("issues" in error && error.issues, [{ field: "x", expected }])
          assert.isFalse(fields[0]?.(x))
        }
      })
    )
  }

  it.effect("has its default only if that is valid", () =>
    Effect.gen(function* () {
      const form = yield* Test.form({
        good: { type: "integer", default: 3 },
        text: { type: "string", minLength: 3, default: "x" },
        number: { type: "integer", maximum: 2, default: 3 },
        choice: { type: "string", enum: ["a"], default: "b" },
        choices: { type: "array", items: { type: "string", enum: ["a"] }, default: ["b"] },
        no: { type: "boolean", default: false }
      })
      assert.deepStrictEqual(Elicitation.defaults(form), { good: 3, no: false })
      // An unanswered field is not sent, because the user has not seen it.
      assert.deepStrictEqual(yield* Elicitation.check(form, {}), {})
    })
  )
})

describe("an answer to a form", () => {
  const properties = {
    name: { type: "string", minLength: 1 },
    age: { type: "integer", minimum: 0 },
    sure: { type: "boolean" }
  }

  it.effect("has all required fields, may omit the others, and has no other field", () =>
    Effect.gen(function* () {
      const form = yield* Test.form(properties, ["name", "sure"])
      assert.deepStrictEqual(
        form.fields.map(({ name, required }) => [name, required]),
        [
          ["name", true],
          ["age", false],
          ["sure", true]
        ]
      )
      const given = { sure: false, age: undefined, name: "x" }
      assert.deepStrictEqual(Object.entries(yield* Elicitation.check(form, given)), [
        ["name", "x"],
        ["sure", false]
      ])
      const issues = (values: unknown) =>
        Effect.map(Effect.flip(Elicitation.check(form, values)), (error) => error.issues)
      const name = { field: "name", expected: "a string of at least 1 character (required)" }
      const sure = { field: "sure", expected: "true or false (required)" }
      assert.deepStrictEqual(yield* issues({}), [name, sure])
      assert.deepStrictEqual(yield* issues({ sure: true, name: undefined }), [name])
      assert.deepStrictEqual(yield* issues({ sure: "s3cret", name: "", age: -1 }), [
        name,
        { field: "age", expected: "an integer, at least 0" },
        sure
      ])
      assert.deepStrictEqual(yield* issues({ sure: true, name: "x", nmae: "s3cret" }), [
        { field: "", expected: "no fields but those of the form" }
      ])
      const whole = [{ field: "", expected: "an object with the fields of the form" }]
      for (const values of [undefined, null, [], "s3cret", 1]) assert.deepStrictEqual(yield* issues(values), whole)
    })
  )

  it.effect("is described without any part of it or of the choices, and briefly, if it is invalid", () =>
    Effect.gen(function* () {
      const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, { type: "boolean" }]))
      const long = "n".repeat(10_000)
      const form = yield* Test.form({
        ...many,
        [long]: { type: "string", enum: ["ch0ice"], title: "t1tle", description: "descr1ption", default: "ch0ice" }
      })
      for (const values of [
        { f0: "s3cret", [long]: "s3cret" },
        Object.fromEntries(Object.keys(many).map((f) => [f, "s3cret"]))
      ]) {
        const error = yield* Effect.flip(Elicitation.check(form, values))
        const text = [error.message, String(error), JSON.stringify(error)].join("\n")
        assert.notMatch(text, /s3cret|ch0ice|t1tle|descr1ption/)
        assert.match(error.message, /"f0": expected true or false/)
        assert.isBelow(error.message.length, 600)
      }
    })
  )

  it.effect("has a message that is safe for a terminal if it is invalid, whatever the names", () =>
    Effect.gen(function* () {
      const form = yield* Test.form({ "a\u009b2J\u202e\n\u200bb": { type: "boolean" } })
      const error = yield* Effect.flip(Elicitation.check(form, { "a\u009b2J\u202e\n\u200bb": "x" }))
      assert.include(error.message, '"a\\u{9b}2J\\u{202e}\\n\\u{200b}b"')
    })
  )

  it.effect("is decoded as it was encoded", () =>
    Effect.gen(function* () {
      const form = yield* Test.form(
        Object.fromEntries(kinds.map(({ wire }, index) => [`f${index}`, wire])),
        kinds.map((_, index) => `f${index}`)
      )
      const rows = Math.max(...kinds.map(({ fit }) => fit.length))
      for (let row = 0; row < rows; row++) {
        const values = Object.fromEntries(kinds.map(({ fit }, index) => [`f${index}`, fit[row % fit.length]]))
        const content = yield* Elicitation.check(form, values)
        assert.deepStrictEqual(Schema.decodeUnknownSync(form.schema)(JSON.parse(JSON.stringify(content))), values)
        assert.deepStrictEqual(Schema.encodeSync(form.schema)(content), values)
      }
    })
  )
})
