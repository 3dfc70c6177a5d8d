/**
 * Answers to elicitations, and how they are written. Whatever can't be written as it was meant fails, so that it is declined.
 */
import * as Effect from "effect/Effect"
import { noted, type Result } from "../serverRequests/types.ts"
import { AnswerNotOffered, type FormAnswerInvalid } from "./errors.ts"
import type { Values } from "./fields.ts"
import { check } from "./form.ts"
import type { FormQuestion, ToolApprovalQuestion } from "./questions.ts"

/**
 * No.
 *
 * @category models
 * @since 0.169.0
 */
export interface Decline {
  readonly _tag: "decline"
}

/**
 * The user turned away without a choice.
 *
 * @category models
 * @since 0.169.0
 */
export interface Cancel {
  readonly _tag: "cancel"
}

/**
 * Yes, where nothing is to be filled in.
 *
 * @category models
 * @since 0.169.0
 */
export interface AcceptPlain {
  readonly _tag: "accept"
  readonly values?: never
}

/**
 * Yes, with these values.
 *
 * @category models
 * @since 0.169.0
 */
export interface AcceptForm {
  readonly _tag: "accept"
  readonly values: Values
}

/**
 * Yes, and the tool won't be asked about again on this thread.
 *
 * @category models
 * @since 0.169.0
 */
export interface AcceptForSession {
  readonly _tag: "acceptForSession"
}

/**
 * Yes, and the tool will never be asked about again.
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
 * An answer to the question whether a page may be opened.
 *
 * @category models
 * @since 0.169.0
 */
export type UrlAnswer = AcceptPlain | Decline | Cancel

/**
 * An answer to the question whether a tool may be called.
 *
 * @category models
 * @since 0.169.0
 */
export type ToolAnswer = AcceptPlain | AcceptForSession | AcceptAlways | Decline | Cancel

type Sent = Result<"mcpServer/elicitation/request">

/** No. */
export const declined: Sent = { action: "decline", content: null }

/** Writes the answer to a form. */
export const ofForm = (question: FormQuestion, answer: FormAnswer): Effect.Effect<Sent, FormAnswerInvalid> =>
  answer?._tag === "accept"
    ? check(question, answer.values).pipe(
        Effect.mapError((error) => noted(error, { rule: "invalidAnswer" })),
        Effect.map((content): Sent => ({ action: "accept", content }))
      )
    : refusal(answer)

/** Writes the answer to the question of a page. */
export const ofUrl = (answer: UrlAnswer): Effect.Effect<Sent> =>
  answer?._tag === "accept" ? Effect.succeed({ action: "accept", content: null }) : refusal(answer)

/** Writes the answer to the question of a tool. */
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
        : Effect.fail(noted(new AnswerNotOffered({ serverName, answer: answer._tag, offers }), { rule: "notOffered" }))
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
      // Only programs in JavaScript get here.
      return Effect.die(
        new TypeError("The elicitation handler returned an answer that does not belong to this question")
      )
  }
}
