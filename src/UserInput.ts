/**
 * Questions of the model to the user during a turn, with options to choose from, and the user's answers.
 *
 * Use `Approval` for approvals, `Permissions` for permissions, and `Elicitation` for forms of MCP servers.
 *
 * The server passes any answer on to the model, so answers are checked here. If one does not match its question,
 * none of them are sent, and the model receives the message that there are no answers.
 *
 * The server asks in plan mode, or with the feature `default_mode_request_user_input`. It asks in every approval
 * mode, and never for a sub-agent.
 *
 * **Example** (Asking on a terminal)
 *
 * ```ts
 * const answering = UserInput.handler(({ questions }) =>
 *   Effect.gen(function*() {
 *     const answers: Record<string, UserInput.Answer> = {}
 *     for (const question of questions) {
 *       // Shown by `Printable.line`: these are the model's words.
 *       const text = Printable.line(question.question)
 *       answers[question.id] = question.isSecret
 *         ? Redacted.make(yield* readPassword(text))
 *         : yield* choose(text, question.options)
 *     }
 *     return answers
 *   }))
 * const codex = Codex.layer({ config: { features: { default_mode_request_user_input: true } } }).pipe(
 *   Layer.provide(ServerRequests.layer({ "item/tool/requestUserInput": answering }))
 * )
 * ```
 *
 * @since 0.169.0
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Printable from "./Printable.ts"
import { asEffect } from "./internal/serverRequests/asEffect.ts"
import { type Handler, noted, type Request } from "./internal/serverRequests/types.ts"

/**
 * An option of a question. Answer with its `label`.
 *
 * @category models
 * @since 0.169.0
 */
export interface Choice {
  readonly label: string
  readonly description: string
}

/**
 * One question.
 *
 * @category models
 * @since 0.169.0
 */
export interface Question {
  /** The id of the question. Answers refer to it. */
  readonly id: string
  /** A title of one or two words. */
  readonly header: string
  readonly question: string
  /** The options. Empty if the answer is free text. */
  readonly options: ReadonlyArray<Choice>
  /** Whether another answer than the options is allowed. Always `true` without options. */
  readonly isOther: boolean
  /** Whether the answer is a secret: do not show it while the user types, and answer with `Redacted`. */
  readonly isSecret: boolean
}

/**
 * Questions that are asked together.
 *
 * @category models
 * @since 0.169.0
 */
export interface Inquiry {
  readonly threadId: string
  readonly turnId: string
  readonly itemId: string
  /** The questions. The model is instructed to ask at most three; the list can be empty. */
  readonly questions: ReadonlyArray<Question>
  /** Whether the model cannot continue without an answer, as in plan mode. The turn waits for one in either case. */
  readonly isBlocking: boolean
  readonly request: Request<"item/tool/requestUserInput">
}

/**
 * The answer to one question: the label of an option, or free text. A list if the user chose several.
 *
 * Redacted if it is a secret.
 *
 * **Gotchas**
 *
 * `Redacted` keeps a secret out of logs, errors and `Decision`. The model receives it in clear text, and the server
 * writes it into the thread's file.
 *
 * @category models
 * @since 0.169.0
 */
export type Answer = string | Redacted.Redacted<string> | ReadonlyArray<string | Redacted.Redacted<string>>

/**
 * Answers by the ids of their questions. An omitted question is not answered.
 *
 * @category models
 * @since 0.169.0
 */
export interface Answers {
  readonly [questionId: string]: Answer | undefined
}

/**
 * An answer was not sent because it does not match its question, and the request is declined.
 *
 * The error does not contain the answer.
 *
 * **Details**
 *
 * - `notAsked`: there is no such question.
 * - `notAnOption`: it is not one of the options, and no other answer is allowed.
 * - `notRedacted`: the question is secret, and the answer is not `Redacted`.
 * - `notText`: it is not a string, which only JavaScript callers can pass.
 *
 * @category errors
 * @since 0.169.0
 */
export class AnswerRefused extends Schema.TaggedError<AnswerRefused>("effect-codex/UserInput/AnswerRefused")(
  "AnswerRefused",
  {
    threadId: Schema.String,
    turnId: Schema.String,
    questionId: Schema.String,
    reason: Schema.Literals(["notAsked", "notAnOption", "notRedacted", "notText"])
  }
) {
  /** Not retryable: the request was declined, and the server accepts no second answer. */
  readonly isRetryable = false

  override get message(): string {
    // The model chose the id, so it can have any length.
    const id = this.questionId.length > 60 ? `${this.questionId.slice(0, 60).toWellFormed()}…` : this.questionId
    const question = Printable.line(JSON.stringify(id))
    return `No answers sent; request declined. Question ${question}: ${advice[this.reason]}.`
  }
}

/**
 * Whether a value is an `AnswerRefused`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isAnswerRefused = (value: unknown): value is AnswerRefused => value instanceof AnswerRefused

/**
 * Creates a handler from an effect that asks the questions. It sends the answers if all of them are valid.
 *
 * Pass it to `ServerRequests.layer`, or to the option `serverRequests` if it has no requirements.
 *
 * **Details**
 *
 * Return no answers, `{}`, to decline. A failure declines as well, and so does an invalid answer: see
 * {@link AnswerRefused}. The turn waits until there is an answer or the turn is interrupted. `timeout` of
 * `ServerRequests.layer` ends the wait.
 *
 * @category handlers
 * @since 0.169.0
 */
export const handler =
  <E, R>(
    ask: (inquiry: Inquiry) => Effect.Effect<Answers, E, R>
  ): Handler<"item/tool/requestUserInput", E | AnswerRefused, R> =>
  (request) => {
    const inquiry = toInquiry(request)
    return Effect.flatMap(asEffect(ask(inquiry)), (answers) => encode(inquiry, answers))
  }

// internal

const advice: { readonly [reason in AnswerRefused["reason"]]: string } = {
  notAsked: "there is no such question; use the `id` of a question",
  notAnOption: "expected the `label` of one of its options, since `isOther` does not allow another answer",
  notRedacted: "expected a `Redacted` value, since the answer is a secret; use `Redacted.make`",
  notText: "expected a string, a `Redacted` string, or an array of these"
}

const toInquiry = (request: Request<"item/tool/requestUserInput">): Inquiry => {
  const { isBlocking, itemId, questions, threadId, turnId } = request.params
  return {
    threadId,
    turnId,
    itemId,
    // Runtimes before 0.147 do not send it, and wait for the answer.
    isBlocking: isBlocking ?? true,
    questions: questions.map(({ header, id, isOther, isSecret, options, question }) => ({
      id,
      header,
      question,
      options: options ?? [],
      isOther: isOther === true || options == null || options.length === 0,
      isSecret: isSecret === true
    })),
    request
  }
}

interface Encoded {
  readonly answers: ReadonlyArray<string>
}

const encode = Effect.fnUntraced(function* (
  { questions, threadId, turnId }: Inquiry,
  answers: Answers
): Effect.fn.Return<{ readonly answers: { readonly [questionId: string]: Encoded } }, AnswerRefused> {
  const encoded: Array<readonly [string, Encoded]> = []
  // The model can use one id for two questions. The answer must then match both.
  const byId = Map.groupBy(questions, ({ id }) => id)
  for (const [questionId, answer] of Object.entries(answers)) {
    if (answer === undefined) continue
    const refuse = (reason: AnswerRefused["reason"]) =>
      noted(new AnswerRefused({ threadId, turnId, questionId, reason }), { rule: "invalidAnswer" })
    const asked = byId.get(questionId)
    if (asked === undefined) return yield* refuse("notAsked")
    const texts: Array<string> = []
    const parts: ReadonlyArray<unknown> = Array.isArray(answer) ? answer : [answer]
    for (const part of parts) {
      if (!Redacted.isRedacted(part) && asked.some(({ isSecret }) => isSecret)) return yield* refuse("notRedacted")
      const text = Redacted.isRedacted(part) ? Redacted.value(part) : part
      if (typeof text !== "string") return yield* refuse("notText")
      if (!asked.every(({ isOther, options }) => isOther || options.some(({ label }) => label === text))) {
        return yield* refuse("notAnOption")
      }
      texts.push(text)
    }
    if (texts.length > 0) encoded.push([questionId, { answers: texts }])
  }
  // Not by assignment: a question can have the id `__proto__`.
  return { answers: Object.fromEntries(encoded) }
})
