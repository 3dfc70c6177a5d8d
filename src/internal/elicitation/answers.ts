/**
 * Defines answers to elicitations and encodes them. An answer that cannot be encoded as intended fails, so the
 * request is declined.
 */
import * as Effect from "effect/Effect"
import { withOrigin, type Result } from "../serverRequests/types.ts"
import { AnswerNotOffered, type FormAnswerInvalid } from "./errors.ts"
import type { Values } from "./fields.ts"
import { check } from "./form.ts"
import type { FormQuestion, ToolApprovalQuestion } from "./questions.ts"

/**
 * Declines.
 *
 * @category models
 * @since 0.169.0
 */
export interface Decline {
  readonly _tag: "decline"
}

/**
 * The user dismissed the request without a choice.
 *
 * @category models
 * @since 0.169.0
 */
export interface Cancel {
  readonly _tag: "cancel"
}

/**
 * Accepts a request that has nothing to fill in.
 *
 * @category models
 * @since 0.169.0
 */
export interface AcceptPlain {
  readonly _tag: "accept"
  readonly values?: never
}

/**
 * Accepts with these values.
 *
 * @category models
 * @since 0.169.0
 */
export interface AcceptForm {
  readonly _tag: "accept"
  readonly values: Values
}

/**
 * Accepts, and the server does not ask about the tool again on this thread.
 *
 * @category models
 * @since 0.169.0
 */
export interface AcceptForSession {
  readonly _tag: "acceptForSession"
}

/**
 * Accepts, and the server never asks about the tool again.
 *
 * @category models
 * @since 0.169.0
 */
export interface AcceptAlways {
  readonly _tag: "acceptAlways"
}

/**
 * An answer to a form.
 *
 * @category models
 * @since 0.169.0
 */
export type FormAnswer = AcceptForm | Decline | Cancel

/**
 * An answer to a request to open a page.
 *
 * @category models
 * @since 0.169.0
 */
export type UrlAnswer = AcceptPlain | Decline | Cancel

/**
 * An answer to a request to call a tool.
 *
 * @category models
 * @since 0.169.0
 */
export type ToolAnswer = AcceptPlain | AcceptForSession | AcceptAlways | Decline | Cancel

/**
 * Accepts this request only: a form with its values, a page or a tool without values.
 *
 * @category answers
 * @since 0.169.0
 */
export const accept: {
  (): AcceptPlain
  (values: Values): AcceptForm
} = accepted

/**
 * Declines the request, and the turn continues.
 *
 * The MCP server learns that the user declined. For a tool, the model learns that the call was declined.
 *
 * @category answers
 * @since 0.169.0
 */
export const decline: Decline = { _tag: "decline" }

/**
 * Closes the question without a choice. The MCP server may ask again later, and the turn continues.
 *
 * @category answers
 * @since 0.169.0
 */
export const cancel: Cancel = { _tag: "cancel" }

/**
 * Accepts the tool call and later calls of this tool on this thread, without asking again.
 *
 * If `question.offers` does not contain `session`, the request is declined.
 *
 * @category answers
 * @since 0.169.0
 */
export const acceptForSession: AcceptForSession = { _tag: "acceptForSession" }

/**
 * Accepts the tool call and all later calls of this tool, without asking again.
 *
 * **Gotchas**
 *
 * The server writes the answer into the `config.toml` of the Codex home, for every thread of every program that uses
 * it. If `question.offers` does not contain `always`, the request is declined.
 *
 * @category answers
 * @since 0.169.0
 */
export const acceptAlways: AcceptAlways = { _tag: "acceptAlways" }

type Sent = Result<"mcpServer/elicitation/request">

/** The encoded decline. */
export const declined: Sent = { action: "decline", content: null }

/** Encodes the answer to a form. */
export const ofForm = (question: FormQuestion, answer: FormAnswer): Effect.Effect<Sent, FormAnswerInvalid> =>
  answer?._tag === "accept"
    ? check(question, answer.values).pipe(
        Effect.mapError((error) => withOrigin(error, { rule: "invalidAnswer" })),
        Effect.map((content): Sent => ({ action: "accept", content }))
      )
    : refusal(answer)

/** Encodes the answer to a page request. */
export const ofUrl = (answer: UrlAnswer): Effect.Effect<Sent> =>
  answer?._tag === "accept" ? Effect.succeed({ action: "accept", content: null }) : refusal(answer)

/** Encodes the answer to a tool approval. */
export const ofTool = (question: ToolApprovalQuestion, answer: ToolAnswer): Effect.Effect<Sent, AnswerNotOffered> => {
  const { offers, serverName } = question
  switch (answer?._tag) {
    case "accept":
      return Effect.succeed({ action: "accept", content: {} })
    case "acceptForSession":
    case "acceptAlways": {
      const persist = answer._tag === "acceptAlways" ? "always" : "session"
      return offers.includes(persist)
        ? Effect.succeed({ action: "accept", content: {}, _meta: { persist } })
        : Effect.fail(
            withOrigin(new AnswerNotOffered({ serverName, answer: answer._tag, offers }), { rule: "notOffered" })
          )
    }
    default:
      return refusal(answer)
  }
}

// internal

const refusal = (answer: Decline | Cancel): Effect.Effect<Sent> => {
  switch (answer?._tag) {
    case "decline":
      return Effect.succeed(declined)
    case "cancel":
      return Effect.succeed({ action: "cancel", content: null })
    default:
      // Only JavaScript programs can reach this line.
      return Effect.die(
        new TypeError("The elicitation handler returned an answer that does not belong to this question")
      )
  }
}

function accepted(): AcceptPlain
function accepted(values: Values): AcceptForm
function accepted(values?: Values): AcceptPlain | AcceptForm {
  return values === undefined ? { _tag: "accept" } : { _tag: "accept", values }
}
