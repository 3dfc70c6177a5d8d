/**
 * The errors of structured output: why an answer is invalid. `StructuredOutput.ts` exports them.
 *
 * They are a separate module because `thread.runAs` creates them, and must not load what `StructuredOutput.prepare`
 * needs.
 */
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Concealed from "../errors/concealed.ts"
import * as Shown from "../turn/shownResult.ts"

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
 * import { Effect, Option, Schema } from "effect"
 * import type { Thread } from "effect-codex"
 *
 * const Plan = Schema.Struct({ summary: Schema.String })
 *
 * const plan = (thread: Thread.Thread) =>
 *   thread.runAs(Plan, "Plan a safe roll-out.").pipe(
 *     Effect.map(({ value }) => value.summary),
 *     Effect.catchTag("StructuredOutputInvalid", ({ answer }) => Effect.succeed(Option.getOrElse(answer, () => "")))
 *   )
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
