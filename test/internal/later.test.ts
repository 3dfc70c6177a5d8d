import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { Protocol } from "effect-codex"
import { later } from "../../src/internal/protocol/later.ts"

describe("a lazy codec", () => {
  it("is built once, on first use", () => {
    let built = 0
    const codec = later(() => {
      built++
      return Schema.Struct({ a: Schema.String })
    })
    const list = Schema.Array(later(() => codec))
    assert.isAtMost(built, 1)
    assert.deepStrictEqual(Schema.decodeUnknownSync(list)([{ a: "b" }]), [{ a: "b" }])
    assert.throws(() => Schema.decodeUnknownSync(codec)({ a: 1 }))
    assert.strictEqual(codec.ast, codec.ast)
    assert.strictEqual(built, 1)
  })

  it("behaves like a schema in every other way", () => {
    const codec = later(() => Schema.Struct({ a: Schema.String }))
    assert.isTrue(Schema.isSchema(codec))
    assert.deepStrictEqual(codec.make({ a: "b" }), { a: "b" })
    assert.deepStrictEqual(Schema.encodeSync(codec)({ a: "b" }), { a: "b" })
    assert.throws(() => codec.check(Schema.makeFilter(() => false)).make({ a: "b" }))
    assert.deepStrictEqual(codec.annotate({ title: "A" }).ast.annotations?.["title"], "A")
  })

  it("is used for all but the simplest codecs of the protocol: an import of the whole package builds a dozen", () => {
    const isBuilt = (codec: object) => Object.hasOwn(codec, "ast")
    const codecs = new Set<object>(Object.values(Protocol.codecs))
    const built = [...codecs].filter(isBuilt)
    assert.isAtMost(built.length, 12)
    assert.isAbove(codecs.size - built.length, 600)
  })
})
