/**
 * A codec that is built when it is first asked for.
 *
 * The protocol has over six hundred, of which a program uses a few dozen. To build all of them took half of what the
 * package does when it is imported. What a codec decodes is not decided here.
 */
import * as Schema from "effect/Schema"

/** The same codec as `build` gives, but for the time at which it is built. */
export const later = <A>(build: () => Schema.Codec<A>): Schema.Codec<A> => {
  const codec = Schema.make<Schema.Codec<A>>(Schema.Unknown.ast)
  const settle = () => {
    const { ast } = build()
    Object.defineProperty(codec, "ast", { value: ast, enumerable: true })
    return ast
  }
  return Object.defineProperty(codec, "ast", { get: settle, enumerable: true, configurable: true })
}
