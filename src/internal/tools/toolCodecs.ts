/**
 * Converts between JSON and the encoded form of a tool's schemas.
 *
 * A `Toolkit` reads arguments and writes results with the tool's own schemas. Their encoded form is not always JSON:
 * for example, a `Schema.Date` is a `Date`.
 */
import type * as Tool from "effect/ai/Tool"
import type * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** Converts from JSON to the input of the tool's schemas, and back from their output. */
export interface ToolCodecs {
  readonly arguments: (json: unknown) => Result.Result<unknown, Schema.SchemaError>
  readonly success: (encoded: unknown) => Result.Result<unknown, Schema.SchemaError>
  readonly failure: (encoded: unknown) => Result.Result<unknown, Schema.SchemaError>
  /** Encodes a typed failure with the tool's schema. */
  readonly encodeFailure: (failure: unknown) => Effect.Effect<unknown, Schema.SchemaError, unknown>
  /** Decodes the arguments to the values that the tool receives. */
  readonly decodeArguments: (encoded: unknown) => Effect.Effect<unknown, Schema.SchemaError, unknown>
}

/** Returns the codecs of a tool. Throws if a schema has no JSON form. */
export const make = (tool: Tool.Any): ToolCodecs => ({
  arguments: Schema.decodeUnknownResult(json(tool.parametersSchema)),
  success: Schema.encodeUnknownResult(json(tool.successSchema)),
  failure: Schema.encodeUnknownResult(json(tool.failureSchema)),
  encodeFailure: Schema.encodeUnknownEffect(asCodec(tool.failureSchema)),
  decodeArguments: Schema.decodeUnknownEffect(asCodec(tool.parametersSchema))
})

// internal

// Type boundary: the schemas of an arbitrary tool are unknown. The code that passes the tool provides what they
// require.
const asCodec = (schema: Schema.Constraint) =>
  Schema.make<Schema.ConstraintCodec<unknown, unknown, unknown, unknown>>(schema.ast)

const json = (schema: Schema.Constraint): Schema.ConstraintCodec<unknown, unknown> =>
  Schema.make<Schema.ConstraintCodec<unknown, unknown>>(Schema.toCodecJson(Schema.toEncoded(schema)).ast)
