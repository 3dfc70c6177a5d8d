/**
 * Combines one handler per kind of question into a handler for all elicitations. A request with no matching entry is
 * declined.
 */
import * as Effect from "effect/Effect"
import { asEffect } from "../serverRequests/asEffect.ts"
import { type Handler, type NoOtherKeys, type Requirements, withOrigin, type Result } from "../serverRequests/types.ts"
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

// Distributes over each function, so an optional one counts like a present one.
type FailureOf<F> = F extends (...args: ReadonlyArray<never>) => Effect.Effect<infer _A, infer E, infer _R> ? E : never

/**
 * The failures of the entries.
 *
 * @category models
 * @since 0.169.0
 */
export type Failure<H> = FailureOf<H[keyof H]>

/**
 * Creates a handler from entries.
 *
 * Pass it to `ServerRequests.layer`, or to the option `serverRequests` if it has no requirements.
 *
 * **Details**
 *
 * The handler fails as its entries do, with `FormAnswerInvalid` if an answer does not match its form, and with
 * `AnswerNotOffered` if an answer lasts longer than the request offers. Each failure declines the request.
 *
 * **Example** (Opening pages of one host)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Elicitation } from "effect-codex"
 *
 * const elicitation = Elicitation.handler({
 *   url: ({ host, url }) =>
 *     host === "login.example.com"
 *       ? Effect.as(Effect.logInfo("open", url), Elicitation.accept())
 *       : Effect.succeed(Elicitation.decline)
 * })
 * ```
 *
 * @category constructors
 * @since 0.169.0
 */
export const handler = <const H extends Entries>(
  entries: H & NoOtherKeys<H, keyof Entries>
): Handler<"mcpServer/elicitation/request", Failure<H> | FormAnswerInvalid | AnswerNotOffered, Requirements<H>> =>
  // Type boundary: the type of `entries` says what they fail with and require.
  handlerOf(entries as Entries<Failure<H>, Requirements<H>>)

// internal

const handlerOf =
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

const decline = Effect.sync(() => withOrigin({ ...answers.declined }, { rule: "default" }))
