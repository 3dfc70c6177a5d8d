/**
 * Compiled decoding of what the server sends, in up to three tries.
 *
 * It is a module of its own because it brings Effect's schema compiler along, which a program that only uses codecs need
 * not load.
 */
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"
import { knownForm, tolerantForm } from "./forms.ts"

export type Decoder<A> = (input: unknown) => Exit.Exit<A, SchemaIssue.Issue>

type MakeDecoder = <A>(codec: Schema.Codec<A>) => Decoder<A>

/** Keeps what `make` gives for a codec, so that it is made once, when it is first asked for. */
const once = (make: MakeDecoder): MakeDecoder => {
  const decoders = new WeakMap<object, Decoder<unknown>>()
  return <A>(codec: Schema.Codec<A>) => {
    const cached = decoders.get(codec)
    // Type boundary: the decoder was made from this very codec.
    if (cached !== undefined) return cached as Decoder<A>
    const made = make(codec)
    decoders.set(codec, made)
    return made
  }
}

/**
 * The compiled decoder of a codec.
 *
 * **Details**
 *
 * Messages in which nothing is unknown or absent, nearly all, are decoded by one compiled function. What that refuses is
 * decoded again by the codec itself, which keeps unknown union members, reads absent keys, and tells what is wrong with
 * the rest.
 */
export const decoder: MakeDecoder = once((codec) => {
  const open = compiled(codec)
  const ast = knownForm(codec.ast)
  if (ast === codec.ast) return open
  const known = compiled<(typeof codec)["Type"]>(Schema.make(ast))
  return (input) => {
    const exit = known(input)
    return Exit.isSuccess(exit) ? exit : open(input)
  }
})

/**
 * The same without a wrapper around the value, for a codec whose messages can have nothing unknown and nothing absent,
 * such as a delta; none for others. `undefined` for what it refuses: {@link decoder} says why.
 *
 * **Details**
 *
 * It throws once inside for what it refuses, which is slow. From such a codec nothing is refused but malformed messages.
 */
export const quickDecoder = <A>(codec: Schema.Codec<A>): ((input: unknown) => A | undefined) | undefined => {
  if (knownForm(codec.ast) !== codec.ast) return undefined
  SchemaJITCompiler.enable(codec.ast)
  const run = SchemaParser.decodeUnknownSync(codec)
  return (input) => {
    try {
      return run(input)
    } catch {
      return undefined
    }
  }
}

/** Decodes what {@link decoder} refuses: a malformed union member, such as an item, is kept as an unknown one. */
export const tolerantDecoder: MakeDecoder = once((codec) =>
  // Not compiled: it is used for few messages, if any.
  SchemaParser.decodeUnknownExit(Schema.make<typeof codec>(tolerantForm(codec.ast)))
)

// internal

const compiled = <A>(codec: Schema.Codec<A>): Decoder<A> => {
  SchemaJITCompiler.enable(codec.ast)
  return SchemaParser.decodeUnknownExit(codec)
}
