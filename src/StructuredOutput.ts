/**
 * Answers as typed values: a schema for the answer of a turn, to pass to `thread.runAs`.
 *
 * `prepare` shows what the model will be asked for and whether the schema is usable, without any process.
 *
 * @since 0.169.0
 */
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type { InvalidInput } from "./CodexError.ts"
import * as Concealed from "./internal/errors/concealed.ts"
import { describe } from "./internal/structured/structuredIssues.ts"
import { rewrite } from "./internal/structured/structuredSchema.ts"
import type { TurnOptions } from "./internal/thread/threadTurnOptions.ts"
import * as Shown from "./internal/turn/shownResult.ts"
import type { TurnResult } from "./internal/turn/turnResult.ts"

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
 * One problem of an answer.
 *
 * @category schemas
 * @since 0.169.0
 */
export const Issue = Schema.Struct({
  /**
   * The location, as a path such as `["steps"][0]`. Empty for the root. Keys that the model chose, as in a record,
   * are `…`.
   */
  path: Schema.String,
  /** The expected value, in words. Never contains the received value. */
  expected: Schema.String
})

/**
 * One problem of an answer.
 *
 * @category models
 * @since 0.169.0
 */
export type Issue = typeof Issue.Type

const id = (name: string): string => `effect-codex/StructuredOutput/${name}`

/** The turn ended without an answer. */
export class NoAnswer extends Schema.TaggedError<NoAnswer>(id("NoAnswer"))("NoAnswer", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "no final message"
  }
}

/**
 * Whether a value is a `NoAnswer`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isNoAnswer = (value: unknown): value is NoAnswer => value instanceof NoAnswer

/** The answer is not JSON. */
export class NotJson extends Schema.TaggedError<NotJson>(id("NotJson"))("NotJson", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "not valid JSON"
  }
}

/**
 * Whether a value is a `NotJson`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isNotJson = (value: unknown): value is NotJson => value instanceof NotJson

/** The answer is JSON but does not match the schema. */
export class DoesNotFit extends Schema.TaggedError<DoesNotFit>(id("DoesNotFit"))("DoesNotFit", {
  issues: Schema.Array(Issue),
  /** The problems in the schema's own words, which can quote the answer. A repair turn sends this to the model. */
  details: Concealed.text
}) {
  readonly isRetryable = false
  override get message(): string {
    const shown = this.issues
      .slice(0, 5)
      .map(({ expected, path }) => `${path === "" ? "at the root" : path}: expected ${expected}`)
    const more = this.issues.length - shown.length
    return `does not match the schema (${shown.join("; ")}${more > 0 ? `; ${more} more` : ""})`
  }
}

/**
 * Whether a value is a `DoesNotFit`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isDoesNotFit = (value: unknown): value is DoesNotFit => value instanceof DoesNotFit

/**
 * The schema of why an answer is invalid.
 *
 * @category errors
 * @since 0.169.0
 */
export const Reason = Schema.Union([NoAnswer, NotJson, DoesNotFit])

/**
 * Why an answer is invalid.
 *
 * @category errors
 * @since 0.169.0
 */
export type Reason = typeof Reason.Type

/**
 * The turn completed, but its answer is invalid. `answer` has the raw answer, and the message never does.
 *
 * **Example** (Recovering from an invalid answer)
 *
 * ```ts
 * thread.runAs(Plan, "Plan it.").pipe(Effect.catchTag("StructuredOutputInvalid", ({ answer }) => readByHand(answer)))
 * ```
 *
 * @category errors
 * @since 0.169.0
 */
export class StructuredOutputInvalid extends Concealed.conceal(
  Schema.TaggedError<StructuredOutputInvalid>(id("StructuredOutputInvalid"))("StructuredOutputInvalid", {
    threadId: Schema.String,
    /** The id of the last turn. */
    turnId: Schema.String,
    /** Why the last answer is invalid. */
    reason: Reason,
    /** The result of the last turn. Printers do not show it. */
    result: Shown.Result,
    /** The results of all turns, oldest first. The last one is `result`. Printers do not show them. */
    attempts: Shown.Results
  }),
  "result",
  "attempts"
) {
  override readonly cause = this.reason

  /** The size of `result`, which printers show instead. */
  readonly collected = Shown.countsOf(this.result)

  /**
   * Not retryable: the turn completed and may have done something. `repair` asks the model again and reports the
   * problem.
   */
  readonly isRetryable = false

  /** The raw last answer. */
  get answer(): Option.Option<string> {
    return this.result.finalResponse
  }

  override get message(): string {
    const turns = this.attempts.length === 1 ? "" : ` after ${this.attempts.length} turns`
    return `Invalid structured output${turns}: ${this.reason.message}. See \`answer\` for the text.`
  }
}

/**
 * Whether a value is a `StructuredOutputInvalid`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isStructuredOutputInvalid = (value: unknown): value is StructuredOutputInvalid =>
  value instanceof StructuredOutputInvalid

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
 * const Plan = Schema.Struct({ summary: Schema.String, due: Schema.optionalKey(Schema.DateFromString) })
 * const { jsonSchema } = Result.getOrThrow(StructuredOutput.prepare(Plan))
 * ```
 *
 * @category constructors
 * @since 0.169.0
 */
export const prepare = <A, E, RD, RE>(
  schema: Schema.ConstraintCodec<A, E, RD, RE>
): Result.Result<Prepared<A, RD, RE>, InvalidInput> =>
  Result.map(rewrite(schema), ({ codec, jsonSchema }) => {
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
