import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { type ConfigObject, overrides } from "../../../src/internal/process/toml.ts"

const writes = (name: string, config: ConfigObject, expected: ReadonlyArray<string>) =>
  it.effect(name, () => Effect.map(overrides(config), (written) => assert.deepStrictEqual(written, expected)))

/** What a caller without types can pass. */
const untyped = (config: unknown) => Effect.flip(overrides(config as ConfigObject))

describe("a configuration as overrides", () => {
  writes("is nothing when it is empty", {}, [])
  writes("keeps the order and the kinds of its values", { model: "m", n: 1, f: 0.5, on: true }, [
    'model="m"',
    "n=1",
    "f=0.5",
    "on=true"
  ])
  writes("spells tables as dotted keys", { a: { b: { c: 1, "d-e_f": 2 } } }, ["a.b.c=1", "a.b.d-e_f=2"])
  writes("leaves out what is undefined", { a: undefined, b: { c: undefined, d: 1 } }, ["b.d=1"])
  writes("keeps an empty table", { a: {} }, ["a={}"])
  writes(
    "writes a table as an inline table when a key of it has a dot, a space or a quote",
    { t: { "a.b": 1, "c d": { e: "f" }, 'g"': true, "": 0 } },
    ['t={"a.b" = 1, "c d" = {e = "f"}, "g\\"" = true, "" = 0}']
  )
  writes("writes arrays, also of tables", { a: ["x", ["y"], { k: 1, none: undefined }], b: [] }, [
    'a=["x", ["y"], {k = 1}]',
    "b=[]"
  ])
  writes("escapes quotes, backslashes, line ends and control characters", { a: 'q" b\\ \n\t\u0000\u007f' }, [
    'a="q\\" b\\\\ \\n\\t\\u0000\\u007f"'
  ])
  writes("keeps other characters as they are", { a: "größe 🦀" }, ['a="größe 🦀"'])
  writes("replaces half a surrogate pair, which TOML can't hold", { a: "\ud83d" }, ['a="\ufffd"'])
  writes("writes whole numbers past 64 bits as floats", { a: 2 ** 53, b: 1e20, c: -1e20, d: 1e-7, e: -0 }, [
    "a=9007199254740992",
    "b=1e+20",
    "c=-1e+20",
    "d=1e-7",
    "e=0"
  ])

  const itself: Record<string, unknown> = { a: 1 }
  itself["loop"] = itself
  const looped: Array<unknown> = []
  looped.push(looped)

  for (const [kind, input, option] of [
    ["null", { a: { b: null } }, "config.a.b"],
    ["NaN", { a: { b: Number.NaN } }, "config.a.b"],
    ["Infinity", { a: Number.POSITIVE_INFINITY }, "config.a"],
    ["a BigInt", { a: 1n }, "config.a"],
    ["a Date", { a: new Date(0) }, "config.a"],
    ["a function", { a: () => 1 }, "config.a"],
    ["a symbol", { a: Symbol("x") }, "config.a"],
    ["a Map", { a: new Map() }, "config.a"],
    ["a null in an array", { a: ["x", [null]] }, "config.a[1][0]"],
    ["a hole in an array", { a: Array.from({ length: 1 }) }, "config.a[0]"],
    ["a null in an inline table", { a: { "b c": { d: null } } }, "config.a.b c.d"],
    ["a table that contains itself", itself, "config.loop"],
    ["an array that contains itself", { a: looped }, "config.a[0]"],
    ["a top-level key with a dot", { "a.b": 1 }, "config.a.b"],
    ["an array in place of the configuration", [1], "config"],
    ["a string in place of the configuration", "model=1", "config"]
  ] as const) {
    it.effect(`rejects ${kind}, naming its place`, () =>
      Effect.map(untyped(input), (error) => assert.strictEqual(error.option, option))
    )
  }

  it.effect("says what is wrong", () =>
    Effect.gen(function* () {
      const rows: ReadonlyArray<readonly [input: unknown, description: string]> = [
        [{ a: Number.NaN }, "expected a finite number"],
        [itself, "circular reference"],
        [{ a: looped }, "circular reference"],
        [{ a: { "b c": itself } }, "circular reference"],
        [{ a: null }, "expected a string, a finite number, a boolean, an array or a table"],
        [
          { a: Redacted.make("x") },
          "must not be a secret, since every user can read process arguments; name an environment variable (`env_key`) instead"
        ],
        [{ "a.b": 1 }, 'top-level keys may contain only letters, digits, "_" and "-"'],
        ["model=1", "expected an object"]
      ]
      for (const [input, description] of rows) assert.strictEqual((yield* untyped(input)).description, description)
    })
  )

  it.effect("accepts tables without a prototype, and no other objects", () =>
    Effect.gen(function* () {
      const table = Object.assign(Object.create(null), { b: 1 })
      assert.deepStrictEqual(yield* overrides({ a: table }), ["a.b=1"])
      assert.deepStrictEqual(yield* overrides(Object.assign(Object.create(null), { a: 1 })), ["a=1"])
      assert.strictEqual((yield* untyped({ a: Object.create({ b: 1 }) })).option, "config.a")
    })
  )

  it.effect("writes large integers with an exponent, which TOML reads as a float", () =>
    Effect.map(overrides({ a: 2 ** 63, b: -(2 ** 63), c: 2 ** 62, d: 1.5, e: 0 }), (lines) =>
      assert.deepStrictEqual(lines, [
        "a=9.223372036854776e+18",
        "b=-9.223372036854776e+18",
        `c=${2 ** 62}`,
        "d=1.5",
        "e=0"
      ])
    )
  )

  it.effect("accepts the same table in two places", () =>
    Effect.gen(function* () {
      const shared = { x: 1 }
      assert.deepStrictEqual(yield* overrides({ a: shared, b: [shared, shared] }), ["a.x=1", "b=[{x = 1}, {x = 1}]"])
    })
  )
})
