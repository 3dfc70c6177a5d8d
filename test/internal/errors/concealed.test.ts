/** What hides in an error: from its JSON, from its own properties, and what is read back. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Schema } from "effect"
import { conceal, field, lines, payload, placeholder, text } from "../../../src/internal/errors/concealed.ts"

const sent = <A, I>(codec: Schema.Codec<A, I>, value: A) =>
  Effect.gen(function* () {
    const json = Schema.toCodecJson(codec)
    const written = yield* Schema.encodeEffect(json)(value)
    return { written, read: yield* Schema.decodeUnknownEffect(json)(written) }
  })

const messageOf = (codec: Schema.Codec<unknown, unknown>, value: unknown) =>
  Effect.map(Effect.flip(Schema.decodeUnknownEffect(codec)(value)), String)

describe("text and payloads of the server", () => {
  it.effect("are the placeholder in JSON, and read as such", () =>
    Effect.gen(function* () {
      assert.strictEqual(placeholder, "<redacted>")
      const words = yield* sent(text, Redacted.make("secret"))
      assert.strictEqual(words.written, "<redacted>")
      assert.strictEqual(Redacted.value(words.read), "<redacted>")
      const raw = yield* sent(payload, Redacted.make<unknown>({ secret: 1n }))
      assert.strictEqual(raw.written, "<redacted>")
      assert.strictEqual(Redacted.value(raw.read), "<redacted>")
    })
  )
})

describe("lines of a process", () => {
  it.effect("are written as chosen, and read as written", () =>
    Effect.gen(function* () {
      const { read, written } = yield* sent(
        lines((all) => all.slice(1)),
        ["a", "b", "c"]
      )
      assert.deepStrictEqual(written, ["b", "c"])
      assert.deepStrictEqual(read, ["b", "c"])
    })
  )

  it.effect("must be a list of strings", () =>
    Effect.gen(function* () {
      for (const wrong of ["a", ["a", 1], null, { 0: "a" }]) {
        assert.include(
          yield* messageOf(
            lines((all) => all),
            wrong
          ),
          "lines of text"
        )
      }
      assert.deepStrictEqual(yield* Schema.decodeUnknownEffect(lines((all) => all))([]), [])
    })
  )
})

interface Point {
  readonly x: number
  readonly secret: string
}

const Hidden = field<Point, { readonly x: number }>({
  label: "point",
  is: (value): value is Point => "x" in value && "secret" in value,
  shown: Schema.Struct({ x: Schema.Number }),
  show: ({ x }) => ({ x }),
  read: ({ x }) => ({ x, secret: placeholder })
})

class Failed extends conceal(
  Schema.TaggedError<Failed>("Failed")("Failed", { point: Hidden, other: Schema.Number }),
  "point"
) {}

const make = () => new Failed({ point: { x: 1, secret: "zq7" }, other: 2 })

describe("a hidden field", () => {
  it("is read as usual, and is none of the error's own properties", () => {
    const [first, second] = [make(), new Failed({ point: { x: 5, secret: "" }, other: 2 })]
    assert.deepStrictEqual(first.point, { x: 1, secret: "zq7" })
    assert.deepStrictEqual(second.point, { x: 5, secret: "" })
    assert.notInclude(Object.keys(first), "point")
    assert.include(Object.keys(first), "other")
    assert.notInclude(JSON.stringify({ ...first }), "zq7")
    assert.isTrue(Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Failed.prototype), "point")?.configurable)
  })

  it.effect("is written in its visible part, and read from that", () =>
    Effect.gen(function* () {
      const codec = Schema.toCodecJson(Failed)
      const written = yield* Schema.encodeEffect(codec)(make())
      assert.deepStrictEqual<unknown>(written, { _tag: "Failed", point: { x: 1 }, other: 2 })
      const read = yield* Schema.decodeUnknownEffect(codec)(written)
      assert.deepStrictEqual(read.point, { x: 1, secret: placeholder })
      // An error that was read can be written again.
      assert.deepStrictEqual(yield* Schema.encodeEffect(codec)(read), written)
    })
  )

  it.effect("has a name in place of its value for printers and in issues", () =>
    Effect.gen(function* () {
      assert.include(Schema.toFormatter(Failed)(make()), "<redacted:point>")
      for (const wrong of [
        { x: 1 },
        null,
        "x",
        [],
        Redacted.make({ x: 1, secret: "zq7" }, { label: "y" }).toString()
      ]) {
        const issue = yield* messageOf(Hidden, wrong)
        assert.include(issue, "point")
        assert.notInclude(issue, "zq7")
      }
      assert.isTrue(Schema.is(Failed)(make()))
    })
  )
})
