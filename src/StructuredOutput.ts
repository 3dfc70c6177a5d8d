/**
 * Answers as values: a schema for what a turn answers, given to `thread.runAs`. `prepare` shows, without any process, what the model will be asked
 * for and whether the schema can be used at all.
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
 * Settings of `runAs`: those of a turn, and repair.
 *
 * **Details**
 *
 * Each repair is a turn of its own with the same settings; its limits begin anew.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options extends Omit<TurnOptions, "outputSchema"> {
  /** How many further turns may tell the model what was wrong with its answer. Default: 0. */
  readonly repair?: number | undefined
}

/**
 * The outcome of a turn, with its answer as a value.
 *
 * @category models
 * @since 0.169.0
 */
export interface StructuredResult<out A> extends TurnResult {
  readonly value: A
  /** All turns that it took, oldest first; the last is this one. */
  readonly attempts: ReadonlyArray<TurnResult>
}

/**
 * One thing that is wrong with an answer.
 *
 * @category schemas
 * @since 0.169.0
 */
export const Issue = Schema.Struct({
  /** Where, as a path such as `["steps"][0]`; empty for the root. Keys that the model chose, as those of a record, are `…`. */
  path: Schema.String,
  /** What was expected there. Never what came. */
  expected: Schema.String
})

/**
 * One thing that is wrong with an answer.
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

/** The answer isn't JSON. */
export class NotJson extends Schema.TaggedError<NotJson>(id("NotJson"))("NotJson", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "not valid JSON"
  }
}

/** The answer is JSON, and not what the schema describes. */
export class DoesNotFit extends Schema.TaggedError<DoesNotFit>(id("DoesNotFit"))("DoesNotFit", {
  issues: Schema.Array(Issue),
  /** The same in the schema's own words, which may quote the answer. This is what a repair tells the model. */
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
 * Why an answer can't be used.
 *
 * @category errors
 * @since 0.169.0
 */
export const Reason = Schema.Union([NoAnswer, NotJson, DoesNotFit])

/**
 * Why an answer can't be used.
 *
 * @category errors
 * @since 0.169.0
 */
export type Reason = typeof Reason.Type

/**
 * The turn went well, and its answer can't be used. The answer as it came is in `answer`, and never in the message.
 *
 * **Example** (Doing without what can't be read)
 *
 * ```ts
 * thread.runAs(Plan, "Plan it.").pipe(Effect.catchTag("StructuredOutputInvalid", ({ answer }) => readByHand(answer)))
 * ```
 *
 * @category errors
 * @since 0.169.0
 */
export class StructuredOutputInvalid extends Schema.TaggedError<StructuredOutputInvalid>(id("StructuredOutputInvalid"))(
  "StructuredOutputInvalid",
  {
    threadId: Schema.String,
    /** The last turn. */
    turnId: Schema.String,
    /** What is wrong with the last answer. */
    reason: Reason,
    /** The last turn's result. Printers don't show it. */
    result: Shown.Result,
    /** The results of all turns, oldest first; the last is `result`. Printers don't show them. */
    attempts: Shown.Results
  }
) {
  static {
    Concealed.conceal(this, "result", "attempts")
  }

  override readonly cause = this.reason

  /** How much is in `result`: what printers show. */
  readonly collected = Shown.countsOf(this.result)

  /** The turn went well and may have done something. `repair` asks the model again, and tells it what is wrong. */
  readonly isRetryable = false

  /** The last answer as it came. */
  get answer(): Option.Option<string> {
    return this.result.finalResponse
  }

  override get message(): string {
    const turns = this.attempts.length === 1 ? "" : ` after ${this.attempts.length} turns`
    return `Invalid structured output${turns}: ${this.reason.message}. See \`answer\` for the text.`
  }
}

/**
 * What a schema comes to for the model.
 *
 * @category models
 * @since 0.169.0
 */
export interface Prepared<in out A, out RD = never, out RE = never> {
  /** What the model is asked for, in the part of JSON Schema that strict mode takes. */
  readonly jsonSchema: { readonly [key: string]: unknown }
  /** Reads an answer. */
  readonly decode: (answer: string) => Effect.Effect<A, NotJson | DoesNotFit, RD>
  /** The answer that stands for a value: what a model in a test says. */
  readonly encode: (value: A) => Effect.Effect<string, Schema.SchemaError, RE>
}

/**
 * Rewrites a schema for strict mode, or says with its path what strict mode has no words for. Nothing is started or sent.
 *
 * **Details**
 *
 * The model sees another shape than the value has, and answers are read back: optional fields are asked for as fields that can be `null`, records
 * as lists of keys and values, tuples as objects, dates and other transformations as what they are encoded to. What isn't an object at the root is
 * asked for as the only field of one. Checks that strict mode doesn't know are made when the answer is read.
 *
 * What can be anything is refused: `Unknown`, `Any`, `Json`, `Never`, a type of your own without an encoding to JSON; so are fields named by
 * symbols.
 *
 * **Gotchas**
 *
 * A field that is both optional and nullable comes back left out, never `null`. `Schema.Number` lets the model say `NaN`: use `Schema.Finite`.
 *
 * **Example** (A schema that is checked when the program starts)
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
