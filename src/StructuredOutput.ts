/**
 * Answers as typed values: a schema for the answer of a turn, to pass to `thread.runAs`.
 *
 * `prepare` shows what the model will be asked for and whether the schema is usable, without any process.
 *
 * @since 0.169.0
 */
import { toCodecOpenAI } from "effect/ai/OpenAiStructuredOutput"
import type * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { InvalidInput } from "./CodexError.ts"
import { prepareWith, type Prepared } from "./internal/structured/structuredPrepare.ts"
import type { TurnOptions } from "./internal/thread/threadTurnOptions.ts"
import type { TurnResult } from "./internal/turn/turnResult.ts"

export {
  DoesNotFit,
  isDoesNotFit,
  isNoAnswer,
  isNotJson,
  isStructuredOutputInvalid,
  Issue,
  NoAnswer,
  NotJson,
  Reason,
  StructuredOutputInvalid
} from "./internal/structured/structuredErrors.ts"
export type { Prepared } from "./internal/structured/structuredPrepare.ts"

/**
 * Options of `runAs`: those of a turn, and `repair`.
 *
 * **Details**
 *
 * Each repair is a separate turn with the same options. Its limits start again.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options extends Omit<TurnOptions, "outputSchema"> {
  /** Maximum number of further turns that report an invalid answer to the model. Default: 0. */
  readonly repair?: number | undefined
}

/**
 * The outcome of a turn, with its decoded answer.
 *
 * @category models
 * @since 0.169.0
 */
export interface StructuredResult<out A> extends TurnResult {
  readonly value: A
  /** All turns that were run, oldest first. The last one is this result. */
  readonly attempts: ReadonlyArray<TurnResult>
}

/**
 * Rewrites a schema for strict mode, or fails with the path of what strict mode cannot express. Sends nothing.
 *
 * **Details**
 *
 * The model's shape can differ from that of the value, and answers are decoded back: optional fields become fields
 * that can be `null`, records become lists of keys and values, tuples become objects, and dates and other
 * transformations become their encoded form. A root that is not an object becomes the only field of one. Checks that
 * strict mode does not support run when the answer is decoded.
 *
 * Schemas without a definite shape are rejected: `Unknown`, `Any`, `Json`, `Never`, and your own types without an
 * encoding to JSON. Fields with a symbol as their name are rejected, too.
 *
 * **Gotchas**
 *
 * A field that is both optional and nullable is decoded as absent, never as `null`. `Schema.Number` lets the model
 * answer `NaN`: use `Schema.Finite`.
 *
 * **Example** (Checking a schema when the program starts)
 *
 * ```ts
 * import { Result, Schema } from "effect"
 * import { StructuredOutput } from "effect-codex"
 *
 * const Plan = Schema.Struct({ summary: Schema.String, due: Schema.optionalKey(Schema.DateFromString) })
 *
 * const { jsonSchema } = Result.getOrThrow(StructuredOutput.prepare(Plan))
 * ```
 *
 * @category constructors
 * @since 0.169.0
 */
export const prepare = <A, E, RD, RE>(
  schema: Schema.ConstraintCodec<A, E, RD, RE>
): Result.Result<Prepared<A, RD, RE>, InvalidInput> => prepareWith(toCodecOpenAI, schema)
