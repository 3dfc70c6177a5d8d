/**
 * Questions that the model puts to the user in the middle of a turn, with options to choose from, and the user's answers. Approvals are `Approval`,
 * permissions are `Permissions`, forms of MCP servers are `Elicitation`.
 *
 * The server hands whatever it is answered to the model. So answers are checked here: one that doesn't fit is not sent, nor are the others with it,
 * and the model is told that there are none.
 *
 * The server asks in plan mode, or with the feature `default_mode_request_user_input`; in every approval mode, and never for a sub-agent.
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
 * An answer to choose. Its `label` is what to answer with.
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
  /** The name under which it is answered. */
  readonly id: string
  /** A title of a word or two. */
  readonly header: string
  readonly question: string
  /** Empty if the answer is free text. */
  readonly options: ReadonlyArray<Choice>
  /** Whether another answer than the options is allowed, which it always is where there are none. */
  readonly isOther: boolean
  /** Whether the answer is a secret: don't show what is typed, and answer with `Redacted`. */
  readonly isSecret: boolean
}

/**
 * Questions that are put together.
 *
 * @category models
 * @since 0.169.0
 */
export interface Inquiry {
  readonly threadId: string
  readonly turnId: string
  readonly itemId: string
  /** At most three, the model is told; there can be none. */
  readonly questions: ReadonlyArray<Question>
  /** Whether the model can't go on without an answer, as in plan mode. The turn waits for one either way. */
  readonly isBlocking: boolean
  readonly request: Request<"item/tool/requestUserInput">
}

/**
 * The answer to one question: the label of an option, or a text of the user's; several where the user chose several. Redacted if it is a secret.
 *
 * **Gotchas**
 *
 * `Redacted` keeps a secret out of logs, errors and `Decision`. The model gets it in clear, and the server writes it into the thread's file.
 *
 * @category models
 * @since 0.169.0
 */
export type Answer = string | Redacted.Redacted<string> | ReadonlyArray<string | Redacted.Redacted<string>>

/**
 * Answers by the ids of their questions. A question that is left out is not answered.
 *
 * @category models
 * @since 0.169.0
 */
export interface Answers {
  readonly [questionId: string]: Answer | undefined
}

/**
 * An answer that was not sent, since it doesn't fit its question. The request is declined. The answer is not in here.
 *
 * **Details**
 *
 * `notAsked`: there is no such question. `notAnOption`: it is none of the options, and no other is allowed. `notRedacted`: the question is a secret
 * one, and the answer is in clear. `notText`: it is no text, which only programs in JavaScript can answer.
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
  /** The request was declined: the server takes no second answer to it. */
  readonly isRetryable = false

  override get message(): string {
    // The model chose the id: it can be as long as it likes.
    const id = this.questionId.length > 60 ? `${this.questionId.slice(0, 60).toWellFormed()}…` : this.questionId
    const question = Printable.line(JSON.stringify(id))
    return `No answers sent; request declined. Question ${question}: ${advice[this.reason]}.`
  }
}

/**
 * A handler that shows the questions to whoever answers them, and sends the answers if all of them fit: for the record of `ServerRequests.layer`,
 * or the option `serverRequests` where nothing is required.
 *
 * **Details**
 *
 * No answers, `{}`, is the way to decline. A failure declines as well, and so does an answer that doesn't fit: see {@link AnswerRefused}. The turn
 * waits until there is an answer, or the turn is interrupted; `limit` of `ServerRequests.layer` ends the wait.
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
    // Runtimes before 0.147 do not say so; they wait for the answer.
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
  // The model can give two questions one id. Their answer has to fit both.
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
  // Not by assignment: a question may be called `__proto__`.
  return { answers: Object.fromEntries(encoded) }
})
