/**
 * How an answer to an elicitation can be wrong. None of it is sent then; the request is declined.
 */
import * as Schema from "effect/Schema"
import * as Printable from "../../Printable.ts"

/**
 * One thing that is wrong with the answer to a form.
 *
 * @category schemas
 * @since 0.169.0
 */
export const FormIssue = Schema.Struct({
  /** The name of the field; empty for the answer as a whole. */
  field: Schema.String,
  /** What was expected there. Never what came. */
  expected: Schema.String
})

/**
 * One thing that is wrong with the answer to a form.
 *
 * @category models
 * @since 0.169.0
 */
export type FormIssue = typeof FormIssue.Type

/**
 * The answer doesn't fit the form. As the failure of a handler it declines the request; `check` finds it before, so that the user can be asked
 * again.
 *
 * @category errors
 * @since 0.169.0
 */
export class FormAnswerInvalid extends Schema.TaggedError<FormAnswerInvalid>("effect-codex/FormAnswerInvalid")(
  "FormAnswerInvalid",
  { serverName: Schema.String, issues: Schema.Array(FormIssue) }
) {
  /** The request was declined: the server takes no second answer to it. */
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
 * A call of a tool was accepted for longer than the request offers. As the failure of a handler it declines the request.
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
  /** The request was declined: the server takes no second answer to it. */
  readonly isRetryable = false

  override get message(): string {
    return (
      `${this.answer} is not offered for this tool call of MCP server ${quote(this.serverName)}. ` +
      "Check `question.offers` first, or accept it once."
    )
  }
}

// internal

// Names are the MCP server's: they can be as long as it likes, and hold what it likes.
const quote = (text: string): string =>
  Printable.line(JSON.stringify(text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text))
