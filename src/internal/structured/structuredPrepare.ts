/**
 * Prepares a schema for the model, and decodes its answers. `structuredSchema.ts` rewrites the schema.
 */
import type * as OpenAi from "effect/ai/OpenAiStructuredOutput"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type { InvalidInput } from "../../CodexError.ts"
import { DoesNotFit, NotJson } from "./structuredErrors.ts"
import { describe } from "./structuredIssues.ts"
import { rewrite } from "./structuredSchema.ts"

/**
 * A schema, prepared for the model.
 *
 * @category models
 * @since 0.169.0
 */
export interface Prepared<in out A, out RD = never, out RE = never> {
  /** The schema that the model receives, in the subset of JSON Schema that strict mode supports. */
  readonly jsonSchema: { readonly [key: string]: unknown }
  /** Decodes an answer. */
  readonly decode: (answer: string) => Effect.Effect<A, NotJson | DoesNotFit, RD>
  /** Encodes a value as an answer, for example for a model in a test. */
  readonly encode: (value: A) => Effect.Effect<string, Schema.SchemaError, RE>
}

/** Rewrites a schema for strict mode, with the codec of `effect/ai`. */
export const prepareWith = <A, E, RD, RE>(
  toCodecOpenAI: typeof OpenAi.toCodecOpenAI,
  schema: Schema.ConstraintCodec<A, E, RD, RE>
): Result.Result<Prepared<A, RD, RE>, InvalidInput> =>
  Result.map(rewrite(toCodecOpenAI, schema), ({ codec, jsonSchema }) => {
    const read = Schema.decodeUnknownEffect(codec, { errors: "all" })
    const write = Schema.encodeEffect(codec)
    return {
      jsonSchema,
      decode: (answer) =>
        Effect.flatMap(parse(answer), (json) => Effect.mapError(read(json), ({ issue }) => doesNotFit(issue))),
      encode: (value) => Effect.map(write(value), (json) => JSON.stringify(json))
    }
  })

// internal

const parse = (text: string): Effect.Effect<unknown, NotJson> =>
  Effect.try({ try: (): unknown => JSON.parse(text), catch: () => new NotJson() })

const explain = SchemaIssue.makeFormatterDefault()

const doesNotFit = (issue: SchemaIssue.Issue): DoesNotFit =>
  new DoesNotFit({ issues: describe(issue), details: Redacted.make(explain(issue)) })
