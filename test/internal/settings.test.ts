import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import type { InvalidOptions } from "../../src/CodexError.ts"
import * as settings from "../../src/internal/settings.ts"

const defaultValue = Duration.seconds(7)

const refused = <A>(setting: Effect.Effect<A, InvalidOptions>) => Effect.flip(setting)

const lenient = (input: Duration.Input) =>
  settings.duration("limit", input, defaultValue, { allowInfinite: true, allowZero: true })

describe("a duration", () => {
  it.effect("has its default if it is omitted, and otherwise the given value", () =>
    Effect.gen(function* () {
      const of = (input: Duration.Input | undefined) => settings.duration("limit", input, defaultValue)
      assert.strictEqual(yield* of(undefined), defaultValue)
      assert.strictEqual(Duration.toMillis(yield* of("2 seconds")), 2000)
      assert.strictEqual(Duration.toMillis(yield* of(1)), 1)
    })
  )

  for (const [name, input] of [
    ["negative", -1],
    ["negative in words", "-5 seconds"],
    ["zero", 0],
    ["NaN", Number.NaN],
    ["infinite", Number.POSITIVE_INFINITY],
    ["minus infinity", Number.NEGATIVE_INFINITY]
  ] as const) {
    it.effect(`is rejected with the option if it is ${name}`, () =>
      Effect.gen(function* () {
        const error = yield* refused(settings.duration("limit", input, defaultValue))
        assert.strictEqual(error.option, "limit")
        assert.include(error.message, "`limit`")
      })
    )
  }

  it.effect("is rejected if it is not a duration, from JavaScript", () =>
    Effect.gen(function* () {
      for (const input of ["soon", "", null, true]) {
        // Type boundary: what a caller without types can pass.
        const error = yield* refused(settings.duration("limit", input as Duration.Input, defaultValue))
        assert.strictEqual(error.option, "limit")
      }
    })
  )

  it.effect("may be zero or infinite if that is meaningful, but never negative or NaN", () =>
    Effect.gen(function* () {
      assert.isTrue(Duration.isZero(yield* lenient(0)))
      assert.isFalse(Duration.isFinite(yield* lenient("Infinity")))
      yield* refused(lenient(Number.NEGATIVE_INFINITY))
      yield* refused(lenient(Number.NaN))
    })
  )
})

describe("a count", () => {
  it.effect("is an integer of at least one", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* settings.count("places", undefined, 64), 64)
      assert.strictEqual(yield* settings.count("places", 1, 64), 1)
      for (const input of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
        assert.strictEqual((yield* refused(settings.count("places", input, 64))).option, "places")
      }
    })
  )

  it.effect("may be Infinity if that means no limit", () =>
    Effect.gen(function* () {
      const cap = yield* settings.count("places", Number.POSITIVE_INFINITY, 64, { allowInfinite: true })
      assert.strictEqual(cap, Number.POSITIVE_INFINITY)
    })
  )
})

describe("a string", () => {
  it.effect("is rejected without being quoted if it is empty, blank or contains a NUL", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* settings.text("name", undefined), undefined)
      assert.strictEqual(yield* settings.text("name", "x"), "x")
      for (const input of ["", "  ", "geheim\0"]) {
        const error = yield* refused(settings.text("name", input))
        assert.strictEqual(error.option, "name")
        assert.notInclude(error.message, "geheim")
      }
    })
  )
})
