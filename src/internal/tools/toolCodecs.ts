/**
 * The schemas of one tool, as they stand to JSON. A `Toolkit` reads arguments and writes results by the tool's own schemas, and what those are
 * encoded to isn't always JSON: a `Schema.Date` is a `Date`. This is the rest of the way.
 */
import type * as Tool from "effect/ai/Tool"
import type * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** From JSON to what the tool's schemas read, and back from what they write. */
export interface ToolCodecs {
  readonly arguments: (json: unknown) => Result.Result<unknown, Schema.SchemaError>
  readonly success: (encoded: unknown) => Result.Result<unknown, Schema.SchemaError>
  readonly failure: (encoded: unknown) => Result.Result<unknown, Schema.SchemaError>
  /** A typed failure as the tool's schema writes it. */
  readonly encodeFailure: (failure: unknown) => Effect.Effect<unknown, Schema.SchemaError, unknown>
  /** The arguments as the tool sees them. */
  readonly decodeArguments: (encoded: unknown) => Effect.Effect<unknown, Schema.SchemaError, unknown>
}

/** The codecs of a tool. Throws for a schema that has no form as JSON. */
export const make = (tool: Tool.Any): ToolCodecs => ({
  arguments: Schema.decodeUnknownResult(json(tool.parametersSchema)),
  success: Schema.encodeUnknownResult(json(tool.successSchema)),
  failure: Schema.encodeUnknownResult(json(tool.failureSchema)),
  encodeFailure: Schema.encodeUnknownEffect(asCodec(tool.failureSchema)),
  decodeArguments: Schema.decodeUnknownEffect(asCodec(tool.parametersSchema))
})

// internal

// Type boundary: of a tool that can be any, nothing is known of its schemas. What they require is required by whoever gives the tool.
const asCodec = (schema: Schema.Constraint) =>
  Schema.make<Schema.ConstraintCodec<unknown, unknown, unknown, unknown>>(schema.ast)

const json = (schema: Schema.Constraint): Schema.ConstraintCodec<unknown, unknown> =>
  Schema.make<Schema.ConstraintCodec<unknown, unknown>>(Schema.toCodecJson(Schema.toEncoded(schema)).ast)
