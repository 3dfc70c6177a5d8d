/**
 * Describes how an answer to an elicitation can be invalid. An invalid answer is not sent; the request is declined.
 */
import * as Schema from "effect/Schema"
import * as Printable from "../../Printable.ts"

/**
 * One problem with the answer to a form.
 *
 * @category schemas
 * @since 0.169.0
 */
export const FormIssue = Schema.Struct({
  /** The name of the field. Empty for the answer as a whole. */
  field: Schema.String,
  /** What was expected there. Never contains the received value. */
  expected: Schema.String
})

/**
 * One problem with the answer to a form.
 *
 * @category models
 * @since 0.169.0
 */
export type FormIssue = typeof FormIssue.Type

/**
 * The answer does not match the form.
 *
 * If a handler fails with this error, the request is declined. `check` finds the problem earlier, so you can ask the
 * user again.
 *
 * @category errors
 * @since 0.169.0
 */
export class FormAnswerInvalid extends Schema.TaggedError<FormAnswerInvalid>("effect-codex/FormAnswerInvalid")(
  "FormAnswerInvalid",
  { serverName: Schema.String, issues: Schema.Array(FormIssue) }
) {
  /** The request was declined, and the server accepts no second answer to it. */
  readonly isRetryable = false

  override get message(): string {
    const shown = this.issues
      .slice(0, 5)
      .map(({ expected, field }) => `${field === "" ? "" : `${quote(field)}: `}expected ${expected}`)
    const more = this.issues.length - shown.length
    return (
      `Invalid answer to the form of MCP server ${quote(this.serverName)} ` +
      `(${shown.join("; ")}${more > 0 ? `; ${more} more` : ""}). Validate with \`Elicitation.check\`, then ask again or decline.`
    )
  }
}

/**
 * Whether a value is a `FormAnswerInvalid`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isFormAnswerInvalid = (value: unknown): value is FormAnswerInvalid => value instanceof FormAnswerInvalid

/**
 * A tool call was accepted for longer than the request offers. If a handler fails with this error, the request is
 * declined.
 *
 * @category errors
 * @since 0.169.0
 */
export class AnswerNotOffered extends Schema.TaggedError<AnswerNotOffered>("effect-codex/AnswerNotOffered")(
  "AnswerNotOffered",
  {
    serverName: Schema.String,
    answer: Schema.Literals(["acceptForSession", "acceptAlways"]),
    offers: Schema.Array(Schema.Literals(["session", "always"]))
  }
) {
  /** The request was declined, and the server accepts no second answer to it. */
  readonly isRetryable = false

  override get message(): string {
    return (
      `${this.answer} is not offered for this tool call of MCP server ${quote(this.serverName)}. ` +
      "Check `question.offers` first, or accept it once."
    )
  }
}

/**
 * Whether a value is an `AnswerNotOffered`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isAnswerNotOffered = (value: unknown): value is AnswerNotOffered => value instanceof AnswerNotOffered

// internal

// The MCP server chooses the names: they can have any length and content.
const quote = (text: string): string =>
  Printable.line(JSON.stringify(text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text))
