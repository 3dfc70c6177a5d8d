import { assert, describe, it } from "@effect/vitest"
import { Brand, Context, DateTime, Effect, Option, Result, Schema, SchemaGetter, SchemaTransformation } from "effect"
import * as StructuredOutput from "../../src/StructuredOutput.ts"
import * as StrictMode from "../support/strictMode.ts"

interface Tree {
  readonly name: string
  readonly children: ReadonlyArray<Tree>
}
const Tree = Schema.Struct({
  name: Schema.String,
  children: Schema.Array(Schema.suspend((): Schema.Codec<Tree> => Tree))
})

interface Chain {
  readonly at: Date
  readonly next?: Chain
}
interface ChainEncoded {
  readonly at: string
  readonly next?: ChainEncoded
}
const Chain = Schema.Struct({
  at: Schema.DateFromString,
  next: Schema.optionalKey(Schema.suspend((): Schema.Codec<Chain, ChainEncoded> => Chain))
})

interface Left {
  readonly right: ReadonlyArray<readonly [string, Right]>
}
interface Right {
  readonly left?: Left
}
const Left: Schema.Codec<Left> = Schema.Struct({
  right: Schema.Array(Schema.Tuple([Schema.String, Schema.suspend((): Schema.Codec<Right> => Right)]))
})
const Right: Schema.Codec<Right> = Schema.Struct({ left: Schema.optionalKey(Left) })

class Point extends Schema.Class<Point>("Point")({ x: Schema.Finite, label: Schema.optionalKey(Schema.String) }) {}

const UserId = Schema.String.check(Schema.isPattern(/^u-\d+$/)).pipe(Schema.brand("UserId"))
type UserId = typeof UserId.Type
const userId = Brand.nominal<UserId>()

const Circle = Schema.TaggedStruct("Circle", { radius: Schema.Finite, note: Schema.optionalKey(Schema.String) })
const Square = Schema.TaggedStruct("Square", { side: Schema.Finite })

/**
 * Creates one test: the model, which follows the rewritten schema, can produce each value, and it is decoded unchanged.
 */
const roundTrip = <A, E>(name: string, schema: Schema.Codec<A, E>, ...values: ReadonlyArray<A>) =>
  it.effect(`round trip: ${name}`, () =>
    Effect.gen(function* () {
      const prepared = yield* Effect.fromResult(StructuredOutput.prepare(schema))
      assert.deepStrictEqual(StrictMode.refusals(prepared.jsonSchema), [])
      for (const value of values) {
        const answer = yield* prepared.encode(value)
        assert.isTrue(StrictMode.produces(prepared.jsonSchema, JSON.parse(answer)), answer)
        assert.deepStrictEqual(yield* prepared.decode(answer), value)
      }
    })
  )

describe("schemas that strict mode can express", () => {
  roundTrip(
    "transformations and dates",
    Schema.Struct({
      date: Schema.Date,
      fromText: Schema.DateFromString,
      utc: Schema.DateTimeUtc,
      count: Schema.FiniteFromString,
      big: Schema.BigInt,
      set: Schema.ReadonlySet(Schema.String),
      map: Schema.ReadonlyMap(Schema.String, Schema.Finite),
      length: Schema.String.pipe(
        Schema.decodeTo(
          Schema.Struct({ text: Schema.String }),
          SchemaTransformation.transform({
            decode: (text) => ({ text }),
            encode: ({ text }) => text
          })
        )
      )
    }),
    {
      date: new Date(0),
      fromText: new Date(1e12),
      utc: DateTime.makeUnsafe(0),
      count: 1.5,
      big: 12345678901234567890n,
      set: new Set(["a"]),
      map: new Map([["a", 1]]),
      length: { text: "x" }
    }
  )
  roundTrip(
    "optional fields, whatever is in them",
    Schema.Struct({
      a: Schema.optionalKey(Schema.Finite),
      b: Schema.optional(Schema.String),
      struct: Schema.optionalKey(Schema.Struct({ inner: Schema.optionalKey(Schema.Date) })),
      tuple: Schema.optionalKey(Schema.Tuple([Schema.String, Schema.Finite])),
      record: Schema.optional(Schema.Record(Schema.String, Schema.Struct({ c: Schema.optionalKey(Schema.String) }))),
      point: Schema.optionalKey(Point)
    }),
    {},
    { struct: {} },
    {
      a: 0,
      b: "",
      struct: { inner: new Date(0) },
      tuple: ["x", 1],
      record: { x: {}, y: { c: "z" } },
      point: new Point({ x: 1 })
    }
  )
  roundTrip(
    "null, options and defaults",
    Schema.Struct({
      nullable: Schema.NullOr(Schema.String),
      option: Schema.Option(Schema.Finite),
      orNull: Schema.OptionFromNullOr(Schema.String),
      orAbsent: Schema.OptionFromOptionalKey(Schema.String),
      withDefault: Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("default")))
    }),
    { nullable: null, option: Option.none(), orNull: Option.none(), orAbsent: Option.none(), withDefault: "given" },
    {
      nullable: "a",
      option: Option.some(1),
      orNull: Option.some("b"),
      orAbsent: Option.some("c"),
      withDefault: "default"
    }
  )
  roundTrip(
    "unions, tagged and untagged",
    Schema.Struct({
      shape: Schema.Union([Circle, Square]),
      untagged: Schema.Union([Schema.String, Schema.Struct({ a: Schema.Finite }), Schema.Struct({ b: Schema.Date })]),
      oneOf: Schema.Union([Schema.Struct({ a: Schema.String }), Schema.Struct({ b: Schema.String })], {
        mode: "oneOf"
      }),
      literal: Schema.Literals(["low", "high", 3])
    }),
    { shape: { _tag: "Circle", radius: 1 }, untagged: "x", oneOf: { a: "x" }, literal: "low" },
    { shape: { _tag: "Square", side: 2 }, untagged: { a: 1 }, oneOf: { b: "x" }, literal: 3 },
    {
      shape: { _tag: "Circle", radius: 1, note: "n" },
      untagged: { b: new Date(0) },
      oneOf: { b: "x" },
      literal: "high"
    }
  )
  roundTrip("recursion", Tree, {
    name: "a",
    children: [
      { name: "b", children: [] },
      { name: "c", children: [{ name: "d", children: [] }] }
    ]
  })
  roundTrip("recursion through an optional field, with dates", Chain, {
    at: new Date(0),
    next: { at: new Date(1), next: { at: new Date(2) } }
  })
  roundTrip("recursion through each other", Left, {
    right: [
      ["x", {}],
      ["y", { left: { right: [] } }]
    ]
  })
  roundTrip("recursion with a name", Tree.annotate({ identifier: "Tree" }), { name: "a", children: [] })
  roundTrip("brands", Schema.Struct({ id: UserId, ids: Schema.Array(UserId) }), {
    id: userId("u-1"),
    ids: [userId("u-2")]
  })
  roundTrip(
    "records and tuples",
    Schema.Struct({
      record: Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.Finite)),
      partly: Schema.StructWithRest(
        Schema.Struct({ known: Schema.optionalKey(Schema.Struct({ deep: Schema.optionalKey(Schema.String) })) }),
        [Schema.Record(Schema.TemplateLiteral(["x-", Schema.String]), Schema.String)]
      ),
      rest: Schema.StructWithRest(Schema.Struct({ known: Schema.String }), [
        Schema.Record(Schema.String, Schema.String)
      ]),
      pair: Schema.Tuple([Schema.String, Schema.Tuple([Schema.Finite])]),
      list: Schema.TupleWithRest(Schema.Tuple([Schema.String]), [Schema.Finite]),
      maybe: Schema.Tuple([Schema.String, Schema.optionalKey(Schema.Tuple([Schema.Date]))])
    }),
    { record: {}, partly: {}, rest: { known: "k" }, pair: ["a", [1]], list: ["a"], maybe: ["a"] },
    {
      record: { a: { b: 1 }, ["__proto__"]: { c: 2 } },
      partly: { known: {}, "x-a": "y" },
      rest: { known: "k", other: "o" },
      pair: ["a", [1]],
      list: ["a", 1, 2],
      maybe: ["a", [new Date(0)]]
    }
  )
  roundTrip("a class", Point, new Point({ x: 1 }), new Point({ x: 2, label: "l" }))
  roundTrip("a root that is a list", Schema.Array(Schema.Date), [], [new Date(0)])
  roundTrip("a root that is a text", Schema.String, "", "x")
  roundTrip("a root that is a union", Schema.Union([Circle, Square]), { _tag: "Square", side: 1 })
  roundTrip("a root that is a record", Schema.Record(Schema.String, Schema.Finite), {}, { a: 1 })
  roundTrip("a root that may be null", Schema.NullOr(Schema.Struct({ a: Schema.String })), null, { a: "x" })

  it.effect("a default replaces what the model omits, and null in an optional field is omitted", () =>
    Effect.gen(function* () {
      const schema = Schema.Struct({
        size: Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("medium"))),
        both: Schema.optionalKey(Schema.NullOr(Schema.String))
      })
      const prepared = yield* Effect.fromResult(StructuredOutput.prepare(schema))
      assert.deepStrictEqual(yield* prepared.decode('{"size":null,"both":null}'), { size: "medium" })
      // Each is requested once.
      const { properties } = prepared.jsonSchema
      const nullable = { anyOf: [{ type: "string" }, { type: "null" }] }
      assert.deepStrictEqual(properties, { size: nullable, both: nullable })
    })
  )

  it.effect("a known field beside an index signature can be omitted", () =>
    Effect.gen(function* () {
      const Known = Schema.Struct({
        known: Schema.optionalKey(Schema.Struct({ a: Schema.optionalKey(Schema.String) }))
      })
      const schema = Schema.StructWithRest(Known, [
        Schema.Record(Schema.TemplateLiteral(["x-", Schema.String]), Schema.Finite)
      ])
      const { decode } = yield* Effect.fromResult(StructuredOutput.prepare(Schema.Struct({ schema })))
      assert.deepStrictEqual(yield* decode('{"schema":[{"0":"x-a","1":1}]}'), { schema: { "x-a": 1 } })
      assert.deepStrictEqual(yield* decode('{"schema":[{"0":"known","1":{"a":null}}]}'), { schema: { known: {} } })
    })
  )

  it.effect("checks that strict mode lacks run when the answer is decoded", () =>
    Effect.gen(function* () {
      const Range = Schema.Struct({ from: Schema.Int, to: Schema.optionalKey(Schema.Int) }).check(
        Schema.makeFilter(({ from, to = from }) => from <= to)
      )
      const Ranges = Schema.UniqueArray(
        Schema.Struct({ name: Schema.String.check(Schema.isMinLength(2)), range: Range })
      )
      const prepared = yield* Effect.fromResult(StructuredOutput.prepare(Schema.Struct({ ranges: Ranges })))
      assert.deepStrictEqual(StrictMode.refusals(prepared.jsonSchema), [])
      const fits = (name: string, from: number, to: number | null) => ({ name, range: { from, to } })
      const outcome = (...ranges: ReadonlyArray<object>) => Effect.result(prepared.decode(JSON.stringify({ ranges })))
      assert.isTrue(Result.isSuccess(yield* outcome(fits("ab", 1, null), fits("ab", 1, 2))))
      for (const wrong of [[fits("a", 1, 2)], [fits("ab", 2, 1)], [fits("ab", 1, 2), fits("ab", 1, 2)]]) {
        assert.isTrue(Result.isFailure(yield* outcome(...wrong)))
      }
    })
  )

  it("unused definitions are not sent", () => {
    const { jsonSchema } = Result.getOrThrow(StructuredOutput.prepare(Point))
    assert.notProperty(jsonSchema, "$defs")
  })

  it.effect("services of a schema are required when the answer is decoded, not when it is prepared", () =>
    Effect.gen(function* () {
      class Prefix extends Context.Service<Prefix, string>()("test/Prefix") {}
      const Prefixed = Schema.String.pipe(
        Schema.decodeTo(Schema.String, {
          decode: SchemaGetter.transformEffect((text: string) => Effect.map(Prefix, (prefix) => prefix + text)),
          encode: SchemaGetter.transform((text: string) => text)
        })
      )
      const prepared = Result.getOrThrow(StructuredOutput.prepare(Schema.Struct({ a: Prefixed })))
      assert.deepStrictEqual(yield* Effect.provideService(prepared.decode('{"a":"x"}'), Prefix, "p-"), { a: "p-x" })
    })
  )
})
