/**
 * An example of an exported error: the error, and the same error after a way through JSON.
 */
import { Effect, Schema } from "effect"

/** The fields of every error of this package. */
export interface Failure extends Error {
  readonly _tag: string
  readonly isRetryable: boolean
}

export interface Example {
  readonly identifier: string
  readonly error: Failure
  /** The error after encoding and decoding as JSON, and that JSON. */
  readonly sent: Effect.Effect<{ readonly json: string; readonly error: Failure }, Schema.SchemaError>
  readonly formatted: string
}

/** Makes an example. Fails if the error is not of the class. */
export const example = <E extends Failure>(
  errorClass: Schema.Codec<E, unknown> & { readonly identifier: string },
  error: unknown
): Example => {
  if (!Schema.is(errorClass)(error)) throw new Error(`no ${errorClass.identifier}: ${String(error)}`)
  const codec = Schema.toCodecJson(errorClass)
  return {
    identifier: errorClass.identifier,
    error,
    sent: Effect.gen(function* () {
      const json = JSON.stringify(yield* Schema.encodeEffect(codec)(error))
      return { json, error: yield* Schema.decodeUnknownEffect(codec)(JSON.parse(json)) }
    }),
    formatted: Schema.toFormatter(errorClass)(error)
  }
}
