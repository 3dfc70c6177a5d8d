/**
 * Copied from `codegen/runtime`.
 *
 * @generated from the schema of codex-cli 0.169.0 by `npm run codegen`. Do not edit:
 * change `codegen/` and generate again.
 *
 * Compiled decoding of what the server sends.
 *
 * It is a module of its own because it brings Effect's schema compiler along,
 * which those who only want codecs need not load.
 */
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"
import { withoutUnknown } from "./open.ts"

export type Decoder<A> = (input: unknown) => Exit.Exit<A, SchemaIssue.Issue>

const decoders = new WeakMap<object, Decoder<unknown>>()

/**
 * The decoder of a codec, compiled when it is first asked for.
 *
 * **Details**
 *
 * Messages without anything unknown, nearly all, are decoded by one compiled
 * function. What that refuses is decoded again by the codec itself, which
 * keeps unknown union members and tells what is wrong with the rest.
 */
export const decoder = <A>(codec: Schema.Codec<A>): Decoder<A> => {
  const cached = decoders.get(codec)
  // Type boundary: the decoder was made from this very codec.
  if (cached !== undefined) return cached as Decoder<A>
  const made = make(codec)
  decoders.set(codec, made)
  return made
}

const make = <A>(codec: Schema.Codec<A>): Decoder<A> => {
  const open = compiled(codec)
  const ast = withoutUnknown(codec.ast)
  if (ast === codec.ast) return open
  const known = compiled<A>(Schema.make(ast))
  return (input) => {
    const exit = known(input)
    return Exit.isSuccess(exit) ? exit : open(input)
  }
}

const compiled = <A>(codec: Schema.Codec<A>): Decoder<A> => {
  SchemaJITCompiler.enable(codec.ast)
  return SchemaParser.decodeUnknownExit(codec)
}
