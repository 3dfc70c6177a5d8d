/**
 * Builds a codec on first use.
 *
 * The protocol has over six hundred codecs, and a program uses a few dozen. Building all of them was half of the work
 * of importing the package.
 */
import * as Schema from "effect/Schema"

/** Returns the same codec as `build`, but builds it on first use. */
export const later = <A>(build: () => Schema.Codec<A>): Schema.Codec<A> => {
  // Type boundary: the object has the methods of every schema, and `ast` makes it a schema of A.
  const codec = Object.create((prototype ??= makePrototype())) as Schema.Codec<A> & { [key]: typeof build }
  codec[key] = build
  return codec
}

// internal

const key = Symbol("effect-codex/later")

// One getter for all codecs: a schema and a getter for each of them was a tenth of the work of an import.
const makePrototype = (): object => {
  const any = Schema.make<Schema.Codec<unknown>>(Schema.Unknown.ast)
  return Object.create(Object.getPrototypeOf(any), {
    ast: {
      get(this: { [key]: () => Schema.Codec<unknown> }) {
        const { ast } = this[key]()
        Object.defineProperty(this, "ast", { value: ast, enumerable: true })
        return ast
      }
    }
  })
}

let prototype: object | undefined
