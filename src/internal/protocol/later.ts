/**
 * Builds a codec on first use.
 *
 * The protocol has over six hundred codecs, and a program uses a few dozen. Building all of them was half of the work
 * of importing the package.
 */
import * as Schema from "effect/Schema"

/** Returns the same codec as `build`, but builds it on first use. */
export const later = <A>(build: () => Schema.Codec<A>): Schema.Codec<A> => {
  const codec = Schema.make<Schema.Codec<A>>(Schema.Unknown.ast)
  const settle = () => {
    const { ast } = build()
    Object.defineProperty(codec, "ast", { value: ast, enumerable: true })
    return ast
  }
  return Object.defineProperty(codec, "ast", { get: settle, enumerable: true, configurable: true })
}
