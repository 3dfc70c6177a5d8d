import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Option } from "effect"
import * as Elicitation from "../../src/Elicitation.ts"
import * as Test from "./support.ts"

const quiet = Effect.provide(Logger.layer([]))

// Written as text, because `__proto__` is not a key in an object literal.
const odd = `{
  "__proto__": {"type": "string"},
  "constructor": {"type": "boolean"},
  "toString": {"type": "string"},
  "hasOwnProperty": {"type": "integer"}
}`
const names = ["__proto__", "constructor", "toString", "hasOwnProperty"]

describe("a form of a hostile server", () => {
  it.effect("may have field names like properties of every object", () =>
    Effect.gen(function* () {
      const form = yield* Test.form(odd)
      assert.deepStrictEqual(
        form.fields.map(({ name }) => name),
        names
      )
      // None of them was answered, whatever the prototype has.
      assert.deepStrictEqual(Object.keys(yield* Elicitation.check(form, {})), [])
      const required = yield* Test.form(odd, names)
      const error = yield* Effect.flip(Elicitation.check(required, {}))
      assert.deepStrictEqual(
        error.issues.map(({ field }) => field),
        names
      )
      const text = `{"__proto__":"a","constructor":true,"toString":"b","hasOwnProperty":1}`
      const content = yield* Elicitation.check(required, JSON.parse(text))
      assert.strictEqual(JSON.stringify(content), text)
      assert.strictEqual(Object.getPrototypeOf(content), Object.prototype)
      const wrong = yield* Effect.flip(Elicitation.check(required, JSON.parse(text.replace(`"a"`, `{"x":1}`))))
      assert.deepStrictEqual(
        wrong.issues.map(({ field }) => field),
        ["__proto__"]
      )
      // Defaults are checked like any other value.
      const preset = yield* Test.form(`{"__proto__":{"type":"string","default":"d"}}`)
      assert.strictEqual(JSON.stringify(Elicitation.defaults(preset)), `{"__proto__":"d"}`)
    })
  )

  it.effect("may have a hundred thousand choices and fields", () =>
    Effect.gen(function* () {
      const values = Array.from({ length: 100_000 }, (_, index) => `v${index}`)
      const form = yield* Test.form({
        one: { type: "string", enum: values },
        any: { type: "array", items: { type: "string", enum: values } }
      })
      const answer = { one: "v99999", any: values }
      assert.deepStrictEqual(yield* Elicitation.check(form, answer), answer)
      const error = yield* Effect.flip(Elicitation.check(form, { one: "v100000" }))
      assert.deepStrictEqual(error.issues, [{ field: "one", expected: "one of its 100000 choices" }])
      const wide = yield* Test.form(Object.fromEntries(values.map((name) => [name, { type: "boolean" }])))
      assert.strictEqual(wide.fields.length, values.length)
      assert.deepStrictEqual(yield* Elicitation.check(wide, { v5: true }), { v5: true })
    })
  )

  it.effect("accepts no answer if its bounds exclude every value, or if it has no choice", () =>
    Effect.gen(function* () {
      const form = yield* Test.form({
        text: { type: "string", minLength: 3, maxLength: 1 },
        number: { type: "number", minimum: 1, maximum: 0 },
        one: { type: "string", enum: [] },
        any: { type: "array", items: { type: "string", enum: [] }, minItems: 1 }
      })
      const answers = { text: "ab", number: 0.5, one: "", any: [] }
      const error = yield* Effect.flip(Elicitation.check(form, answers))
      assert.deepStrictEqual(
        error.issues.map(({ field }) => field),
        ["text", "number", "one", "any"]
      )
      assert.deepStrictEqual(yield* Elicitation.check(form, {}), {})
    })
  )

  it.effect("is unreadable if a field is missing or of an unknown kind, and reaches no handler for forms", () =>
    Effect.gen(function* () {
      const forms: ReadonlyArray<readonly [Test.Request, string]> = [
        [Test.formRequest({ a: { type: "string" }, b: { type: "object" } }), "unknown field type"],
        [Test.formRequest({ a: { type: "null" } }), "unknown field type"],
        [Test.formRequest({ a: { type: "string" } }, ["b"]), "a required field is not defined"],
        [Test.formRequest({}, ["__proto__"]), "a required field is not defined"],
        [
          Test.request({ mode: "form", message: "m", requestedSchema: { type: "array", properties: {} } }),
          "the schema is not an object"
        ]
      ]
      for (const [request, why] of forms) {
        const { form, reason } = yield* Test.asForm(request)
        assert.isTrue(Option.isNone(form))
        assert.include(Option.getOrThrow(reason), why)
        // No entry handles it.
        assert.deepStrictEqual(yield* Test.sent(request, {}), { action: "decline", content: null })
      }
    }).pipe(quiet)
  )

  it.effect("is logged if it is unreadable, without any text of the server", () =>
    Effect.gen(function* () {
      const lines: Array<unknown> = []
      const logger = Logger.make(({ message }) => void lines.push(message))
      yield* Test.sent(Test.formRequest({ s3cret: { type: "object", title: "s3cret" } }), {}).pipe(
        Effect.provide(Logger.layer([logger]))
      )
      assert.strictEqual(lines.length, 1)
      assert.include(String(lines[0]), "unknown field type")
      assert.notInclude(JSON.stringify(lines), "s3cret")
    })
  )
})
