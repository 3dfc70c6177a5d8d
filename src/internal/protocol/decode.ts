/**
 * Decodes values from the server with compiled decoders, in up to three attempts.
 *
 * It is a separate module because it loads Effect's schema compiler, which a program that only uses codecs does not
 * need.
 */
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"
import { knownForm, tolerantForm } from "./forms.ts"

export type Decoder<A> = (input: unknown) => Exit.Exit<A, SchemaIssue.Issue>

type MakeDecoder = <A>(codec: Schema.Codec<A>) => Decoder<A>

/** Caches the result of `make` for a codec, so it is created once, on first use. */
const once = (make: MakeDecoder): MakeDecoder => {
  const decoders = new WeakMap<object, Decoder<unknown>>()
  return <A>(codec: Schema.Codec<A>) => {
    const cached = decoders.get(codec)
    // Type boundary: the decoder was made from this codec.
    if (cached !== undefined) return cached as Decoder<A>
    const made = make(codec)
    decoders.set(codec, made)
    return made
  }
}

/**
 * Returns the compiled decoder of a codec.
 *
 * **Details**
 *
 * One compiled function decodes messages in which nothing is unknown or absent, which are nearly all. If it fails,
 * the codec itself decodes the message again: it preserves unknown union members, fills in absent keys, and reports
 * any other problem.
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
 * Returns a decoder that does not wrap its result, or `undefined` if the codec allows unknown members or absent keys.
 *
 * The messages of such a codec are simple, for example deltas. The decoder returns `undefined` for a value that it
 * rejects; {@link decoder} gives the reason.
 *
 * **Details**
 *
 * For a rejected value it throws internally, which is slow. Such a codec rejects only malformed messages.
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

/** Decodes what {@link decoder} rejects: a malformed union member, such as an item, is kept as an unknown one. */
export const tolerantDecoder: MakeDecoder = once((codec) =>
  // Not compiled, because it is used for few messages, if any.
  SchemaParser.decodeUnknownExit(Schema.make<typeof codec>(tolerantForm(codec.ast)))
)

// internal

const compiled = <A>(codec: Schema.Codec<A>): Decoder<A> => {
  SchemaJITCompiler.enable(codec.ast)
  return SchemaParser.decodeUnknownExit(codec)
}
