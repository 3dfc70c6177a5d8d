/**
 * Combines one handler per kind of question into a handler for all elicitations. A request with no matching entry is
 * declined.
 */
import * as Effect from "effect/Effect"
import { asEffect } from "../serverRequests/asEffect.ts"
import { type Handler, withOrigin, type Result } from "../serverRequests/types.ts"
import * as answers from "./answers.ts"
import type { FormAnswer, ToolAnswer, UrlAnswer } from "./answers.ts"
import { classify } from "./classify.ts"
import type { AnswerNotOffered, FormAnswerInvalid } from "./errors.ts"
import type { FormQuestion, OtherQuestion, ToolApprovalQuestion, UrlQuestion } from "./questions.ts"

type Method = "mcpServer/elicitation/request"

/**
 * The handlers for each kind of question. A request with no matching entry is declined.
 *
 * @category models
 * @since 0.169.0
 */
export interface Entries<E = unknown, R = unknown> {
  /** Fills in a form of an MCP server. */
  readonly form?: ((question: FormQuestion) => Effect.Effect<FormAnswer, E, R>) | undefined
  /** Decides whether the user opens a page that an MCP server requests. */
  readonly url?: ((question: UrlQuestion) => Effect.Effect<UrlAnswer, E, R>) | undefined
  /** Decides whether Codex may call a tool of an MCP server. */
  readonly toolApproval?: ((question: ToolApprovalQuestion) => Effect.Effect<ToolAnswer, E, R>) | undefined
  /** Answers all other requests in the form of the protocol. Its answer is sent unchanged and unchecked. */
  readonly other?: ((question: OtherQuestion) => Effect.Effect<Result<Method>, E, R>) | undefined
}

// Distributes over each function, so an optional one counts like a required one.
type FailureOf<F> = F extends (...args: ReadonlyArray<never>) => Effect.Effect<infer _A, infer E, infer _R> ? E : never
type RequirementsOf<F> = F extends (...args: ReadonlyArray<never>) => Effect.Effect<infer _A, infer _E, infer R>
  ? R
  : never

/**
 * The failures of the entries.
 *
 * @category models
 * @since 0.169.0
 */
export type Failure<H> = FailureOf<H[keyof H]>

/**
 * The requirements of the entries.
 *
 * @category models
 * @since 0.169.0
 */
export type Requirements<H> = RequirementsOf<H[keyof H]>

/** Returns the handler of the entries. */
export const handler =
  <E, R>(entries: Entries<E, R>): Handler<Method, E | FormAnswerInvalid | AnswerNotOffered, R> =>
  (request) => {
    const question = classify(request)
    switch (question.type) {
      case "form":
        return entries.form === undefined
          ? decline
          : Effect.flatMap(asEffect(entries.form(question)), (answer) => answers.ofForm(question, answer))
      case "url":
        return entries.url === undefined ? decline : Effect.flatMap(asEffect(entries.url(question)), answers.ofUrl)
      case "toolApproval":
        return entries.toolApproval === undefined
          ? decline
          : Effect.flatMap(asEffect(entries.toolApproval(question)), (answer) => answers.ofTool(question, answer))
      case "other":
        return entries.other === undefined
          ? Effect.andThen(
              Effect.logWarning(
                `Unsupported elicitation declined: ${question.reason}. Handle it with the \`other\` entry.`
              ),
              decline
            )
          : entries.other(question)
    }
  }

// internal

const decline = Effect.sync(() => withOrigin({ ...answers.declined }, { rule: "default" }))
