import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Result, Schema } from "effect"
import { inspect } from "node:util"
import * as StructuredOutput from "../src/StructuredOutput.ts"
import * as StrictMode from "./support/strictMode.ts"

/** Returns the error of a schema that is rejected before a turn. */
const problemOf = <A, E>(schema: Schema.Codec<A, E>): string =>
  Result.match(StructuredOutput.prepare(schema), { onSuccess: () => "", onFailure: ({ message }) => message })

const failureOf = <A, E>(schema: Schema.Codec<A, E>, answer: string) =>
  Effect.flatMap(Effect.fromResult(StructuredOutput.prepare(schema)), (prepared) =>
    Effect.flip(prepared.decode(answer))
  )

/** Returns the problems of an answer, as paths and expectations. */
const issuesOf = <A, E>(schema: Schema.Codec<A, E>, answer: string) =>
  Effect.map(failureOf(schema, answer), (failure) =>
    failure._tag === "DoesNotFit" ? failure.issues.map(({ expected, path }) => [path, expected]) : failure._tag
  )

describe("a rewritten schema", () => {
  const jsonSchemaOf = <A, E>(schema: Schema.Codec<A, E>) =>
    Result.getOrThrow(Result.map(StructuredOutput.prepare(schema), ({ jsonSchema }) => jsonSchema))

  it("has references without sibling keywords: the annotations of a field are on a wrapper", () => {
    const Address = Schema.Struct({ street: Schema.String }).annotate({ identifier: "Address" })
    const schema = jsonSchemaOf(Schema.Struct({ home: Address.annotateKey({ description: "where they live" }) }))
    assert.deepStrictEqual(StrictMode.refusals(schema), [])
    assert.deepInclude(schema["properties"], {
      home: { description: "where they live", anyOf: [{ $ref: "#/$defs/Address" }] }
    })
  })

  it("has no pattern with lookaround: it is omitted, and checked here", () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const Code = Schema.String.check(Schema.isStartingWith("A"), Schema.isEndingWith("Z"))
        const schema = Schema.Struct({ code: Code, pattern: Schema.String.check(Schema.isPattern(/^a+$/u)) })
        assert.deepStrictEqual(StrictMode.refusals(jsonSchemaOf(schema)), [])
        // A plain pattern is kept, and a field may have that name.
        assert.include(JSON.stringify(jsonSchemaOf(schema)), '"pattern":"^a+$"')
        assert.isNotEmpty(yield* issuesOf(schema, '{ "code": "B", "pattern": "a" }'))
      })
    ))

  it("keeps the annotations of a field, also of an optional one", () => {
    const described = Schema.optionalKey(Schema.String).annotateKey({ description: "if there is one" })
    assert.include(JSON.stringify(jsonSchemaOf(Schema.Struct({ name: described }))), "if there is one")
  })
})

describe("a schema that strict mode cannot express", () => {
  const nested = <A, E>(schema: Schema.Codec<A, E>) =>
    problemOf(Schema.Struct({ list: Schema.Array(Schema.Struct({ part: schema })) }))

  it("fails for an arbitrary value, with its path", () => {
    const anything: ReadonlyArray<Schema.Codec<unknown, unknown>> = [
      Schema.Unknown,
      Schema.Any,
      Schema.Json,
      Schema.Never,
      Schema.instanceOf(URL),
      Schema.Struct({})
    ]
    for (const schema of anything) {
      assert.include(nested(schema), 'at ["list"]["*"]["part"]: not supported by strict mode: an arbitrary value')
      assert.include(
        problemOf(Schema.optionalKey(Schema.Tuple([schema])).pipe((a) => Schema.Struct({ a }))),
        '["a"]["0"]'
      )
    }
  })

  it("fails for a field named by a symbol, with its object", () => {
    const symbolic = Schema.Struct({ [Symbol.for("secret")]: Schema.String })
    assert.include(nested(symbolic), 'at ["list"]["*"]["part"]')
    assert.include(problemOf(symbolic), "at the root")
  })

  it("fails for an arbitrary value at the root, without a path", () => {
    assert.include(problemOf(Schema.Json), "at the root: not supported by strict mode: an arbitrary value")
    assert.include(problemOf(Schema.Array(Schema.Unknown)), 'at ["*"]')
  })

  it("fails for a recursion without an end", () => {
    const endless = (): Schema.Codec<unknown> => Schema.Struct({ next: Schema.NullOr(Schema.suspend(() => endless())) })
    assert.include(problemOf(endless()), "Invalid argument `schema`")
  })

  it("fails inside a named part", () => {
    const named = Schema.Struct({ data: Schema.Unknown }).annotate({ identifier: "a/b~c" })
    assert.include(problemOf(Schema.Struct({ first: Schema.String, second: named })), 'at ["second"]["data"]')
  })

  it("fails inside a recursion", () => {
    interface Node {
      readonly data: unknown
      readonly next: Node | null
    }
    const Node: Schema.Codec<Node> = Schema.Struct({
      next: Schema.NullOr(Schema.suspend((): Schema.Codec<Node> => Node)),
      data: Schema.Unknown
    })
    assert.include(problemOf(Schema.Struct({ node: Node })), '["data"]')
  })
})

describe("an invalid answer", () => {
  const secret = "zq7sentinel"
  const Person = Schema.Struct({
    name: Schema.String,
    age: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 150 })),
    tags: Schema.Array(Schema.Literals(["a", "b"])),
    byKey: Schema.optionalKey(Schema.Record(Schema.String, Schema.Finite)),
    born: Schema.optionalKey(Schema.Date)
  })

  it.effect("has another error if it is not JSON than if it does not match the schema", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* failureOf(Person, secret))._tag, "NotJson")
      assert.strictEqual((yield* failureOf(Person, "```json\n{}\n```"))._tag, "NotJson")
      assert.strictEqual((yield* failureOf(Person, "[]"))._tag, "DoesNotFit")
    })
  )

  it.effect("has every issue, with its path and what was expected", () =>
    Effect.gen(function* () {
      const answer = { name: 1, age: 200, tags: ["a", "c"], byKey: null, born: "tomorrow" }
      assert.deepStrictEqual(yield* issuesOf(Person, JSON.stringify(answer)), [
        ['["name"]', "string"],
        ['["age"]', "a value between 0 and 150"],
        ['["tags"][1]', '"a" or "b"']
      ])
      const fits = { name: "n", age: 1, tags: [], byKey: null }
      assert.deepStrictEqual(yield* issuesOf(Person, JSON.stringify({ ...fits, born: "tomorrow" })), [
        ['["born"]', "a valid Date"]
      ])
      assert.deepStrictEqual((yield* issuesOf(Person, "{}")).slice(0, 1), [['["name"]', "the missing key"]])
    })
  )

  it.effect("is not quoted: neither a value, nor a key, nor a text that a schema derived from it", () =>
    Effect.gen(function* () {
      const Said = Schema.String.check(Schema.makeFilter((text: string) => text === "" || `not ${text}`))
      const said = yield* failureOf(Schema.Struct({ said: Said }), JSON.stringify({ said: secret }))
      const Dates = Schema.Struct({ byKey: Schema.Record(Schema.String, Schema.Date) })
      const keyed = yield* failureOf(Dates, JSON.stringify({ byKey: [{ 0: secret, 1: secret }] }))
      for (const failure of [said, keyed]) {
        assert.notInclude(
          `${failure.message} ${JSON.stringify(failure)} ${String(failure)} ${inspect(failure)}`,
          secret
        )
      }
      assert.include(said.message, '["said"]: expected a valid value')
      assert.include(keyed.message, '["byKey"][…]: expected a valid Date')
      // The model reads all of it.
      assert.include(said._tag === "DoesNotFit" ? Redacted.value(said.details) : "", `not ${secret}`)
    })
  )

  it.effect("has a short message, however many issues there are", () =>
    Effect.gen(function* () {
      const failure = yield* failureOf(Schema.Array(Schema.String), JSON.stringify({ value: Array(1000).fill(1) }))
      assert.isBelow(failure.message.length, 400)
      assert.include(failure.message, "995 more")
      assert.isTrue(failure._tag === "DoesNotFit" && failure.issues.length === 1000)
    })
  )
})
