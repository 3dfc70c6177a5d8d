/**
 * Puts requests of the server into the inbox, and turns what a person chose into the answer of a policy.
 *
 * Only the names of choices are stored. The answers behind them stay in this process, so that an answer which the
 * server did not offer cannot come out of the database.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Approval from "../../Approval.ts"
import * as Elicitation from "../../Elicitation.ts"
import * as Permissions from "../../Permissions.ts"
import type { OutcomeUnknown } from "../../Turn.ts"
import type * as UserInput from "../../UserInput.ts"
import * as combine from "../approval/combine.ts"
import { withdrawalOf } from "../serverRequests/types.ts"
import * as describing from "./inboxDescribe.ts"
import { ApprovalInbox, type ApprovalInboxError, type Choice, type Request } from "./inboxService.ts"

/**
 * Options of what puts requests into the inbox.
 *
 * @category models
 * @since 0.171.0
 */
export interface PolicyOptions<Q> {
  /**
   * How long a person may take. After that, the request is declined, and the entry is `expired`. `"Infinity"` waits as
   * long as the turn. Default: 1 hour.
   */
  readonly expiresAfter?: Duration.Input | undefined
  /** The name of this process, for people. Default: none. */
  readonly runner?: string | undefined
  /**
   * Returns the lines that a person reads, which are stored. Default: everything that matters for the decision, as
   * `Approval.describe` returns it with whole diffs.
   */
  readonly describe?: ((question: Q) => ReadonlyArray<string>) | undefined
}

/**
 * A policy that puts commands and file changes into the inbox, and waits for the answer.
 *
 * The choices of an entry are the answers that the request offers: `accept`, `decline`, `cancel`, `acceptForSession`,
 * and each rule by a name of its own. `kind` is `command` or `fileChange`.
 *
 * **Example** (Asking a person only about what no rule allows)
 *
 * ```ts
 * import { Approval, ServerRequests } from "effect-codex"
 * import { ApprovalInbox } from "effect-codex/cluster"
 *
 * const policy = Approval.allowCommands(Approval.command.equals(["date"])).pipe(
 *   Approval.orElse(ApprovalInbox.policy({ expiresAfter: "30 minutes" }))
 * )
 *
 * const handlers = ServerRequests.layer(Approval.handlers(policy))
 * ```
 *
 * @category policies
 * @since 0.171.0
 */
export const policy = (
  options: PolicyOptions<Approval.Question> = {}
): Approval.Policy<ApprovalInboxError, ApprovalInbox> =>
  combine.make("ApprovalInbox", (question: Approval.Question) => {
    const offers = describing.approvals(question)
    return Effect.map(
      ask(question, options, {
        kind: question.type,
        lines: options.describe?.(question) ?? describing.approval(question),
        choices: offers.map(toChoice)
      }),
      (chosen) => Option.some(offers.find(({ name }) => name === chosen?.choice)?.answer ?? Approval.decline)
    )
  })

/**
 * A policy that puts requests for permissions into the inbox. Its choices: `grant`, `grantForSession`, `decline`.
 * `kind` is `permissions`.
 *
 * @category policies
 * @since 0.171.0
 */
export const permissions = (
  options: PolicyOptions<Permissions.Question> = {}
): Permissions.Policy<ApprovalInboxError, ApprovalInbox> =>
  combine.make("ApprovalInbox", (question: Permissions.Question) =>
    Effect.map(
      ask(question, options, {
        kind: "permissions",
        lines: options.describe?.(question) ?? describing.permission(question),
        choices: grants.map(toChoice)
      }),
      (chosen): Option.Option<Permissions.Answer> =>
        Option.some(grants.find(({ name }) => name === chosen?.choice)?.answer ?? Permissions.decline)
    )
  )

/**
 * Puts questions of the model into the inbox: pass it to `UserInput.handler`. `kind` is `userInput`.
 *
 * The choice `answer` has a text for each question that a person answers, by the names of the entry's fields. Questions
 * for secrets are declined.
 *
 * @category policies
 * @since 0.171.0
 */
export const userInput =
  (options: PolicyOptions<UserInput.Inquiry> = {}) =>
  (inquiry: UserInput.Inquiry): Effect.Effect<UserInput.Answers, ApprovalInboxError, ApprovalInbox> =>
    // The answer to such a question would be stored, if only for a short time.
    inquiry.questions.length === 0 || inquiry.questions.some(({ isSecret }) => isSecret)
      ? Effect.as(
          Effect.logWarning("A question for a secret is declined: answers of the inbox are stored. Ask it elsewhere."),
          {}
        )
      : Effect.map(
          ask(inquiry, options, {
            kind: "userInput",
            lines: options.describe?.(inquiry) ?? describing.inquiry(inquiry),
            choices: [choice("answer", "Send the answers", true), choice("decline", "Do not answer")],
            fields: inquiry.questions.map(describing.questionField)
          }),
          (chosen): UserInput.Answers => (chosen?.choice === "answer" ? describing.texts(chosen.value) : {})
        )

/**
 * Puts requests of MCP servers into the inbox: pass the result to `Elicitation.handler`. `kind` is `elicitation`.
 *
 * A form that does not match its limits is put in again, with what was wrong.
 *
 * @category policies
 * @since 0.171.0
 */
export const elicitation = (
  options: PolicyOptions<Elicitation.FormQuestion | Elicitation.UrlQuestion | Elicitation.ToolApprovalQuestion> = {}
) => {
  const lines = (
    question: Elicitation.FormQuestion | Elicitation.UrlQuestion | Elicitation.ToolApprovalQuestion
  ): ReadonlyArray<string> => options.describe?.(question) ?? describing.elicitation(question)
  const form = Effect.fnUntraced(function* (
    question: Elicitation.FormQuestion
  ): Effect.fn.Return<Elicitation.FormAnswer, ApprovalInboxError, ApprovalInbox> {
    let problems: ReadonlyArray<string> = []
    for (;;) {
      const chosen = yield* ask(identified(question), options, {
        kind: "elicitation",
        lines: [...lines(question), ...problems],
        choices: [choice("accept", "Send the form", question.fields.length > 0), ...refusals],
        fields: question.fields.map(describing.formField)
      })
      if (chosen?.choice !== "accept") return chosen?.choice === "cancel" ? Elicitation.cancel : Elicitation.decline
      // The inbox knows types and options. Limits of texts and numbers are the form's.
      const checked = yield* Effect.result(Elicitation.check(question, describing.values(chosen.value)))
      if (Result.isSuccess(checked)) return Elicitation.accept(checked.success)
      problems = checked.failure.issues.map(
        ({ expected, field }) => `The last answer did not match. ${field}: ${expected}`
      )
    }
  })
  return {
    form,
    url: (question: Elicitation.UrlQuestion) =>
      Effect.map(
        ask(identified(question), options, {
          kind: "elicitation",
          lines: lines(question),
          choices: [choice("accept", "The page was opened"), ...refusals]
        }),
        (chosen): Elicitation.UrlAnswer =>
          chosen?.choice === "accept"
            ? Elicitation.accept()
            : chosen?.choice === "cancel"
              ? Elicitation.cancel
              : Elicitation.decline
      ),
    toolApproval: (question: Elicitation.ToolApprovalQuestion) => {
      const offers = describing.toolAnswers(question)
      return Effect.map(
        ask(identified(question), options, {
          kind: "elicitation",
          lines: lines(question),
          choices: offers.map(toChoice)
        }),
        (chosen): Elicitation.ToolAnswer =>
          offers.find(({ name }) => name === chosen?.choice)?.answer ?? Elicitation.decline
      )
    }
  } as const
}

/**
 * Asks a person whether an interrupted turn is to be continued, which is one more request to the model. `kind` is
 * `continuation`, and the choices are `continue` and `fail`. No answer in time means `fail`.
 *
 * @category policies
 * @since 0.171.0
 */
export const continuation =
  (options: PolicyOptions<OutcomeUnknown> = {}) =>
  (unknown: OutcomeUnknown): Effect.Effect<"fail" | "continue", ApprovalInboxError, ApprovalInbox> =>
    Effect.map(
      ask({ threadId: unknown.threadId, turnId: unknown.turnId, itemId: undefined, request: unknown }, options, {
        kind: "continuation",
        lines: options.describe?.(unknown) ?? describing.unknown(unknown),
        choices: [
          choice("continue", "Continue the turn, with one more request to the model"),
          choice("fail", "Stop here")
        ]
      }),
      (chosen) => (chosen?.choice === "continue" ? "continue" : "fail")
    )

// internal

const grants: ReadonlyArray<describing.Offer<Permissions.Answer>> = [
  { name: "grant", label: "Grant, until the turn ends", answer: Permissions.grant },
  {
    name: "grantForSession",
    label: "Grant, as long as the server has the thread loaded",
    answer: Permissions.forSession(Permissions.grant)
  },
  { name: "decline", label: "Decline", answer: Permissions.decline }
]

const choice = (name: string, label: string, needsValue = false): Choice => ({ name, label, needsValue })

const toChoice = ({ label, name }: { readonly name: string; readonly label: string }): Choice => choice(name, label)

const refusals = [choice("decline", "Decline"), choice("cancel", "Close without a decision")]

interface Asked {
  readonly threadId: string
  readonly turnId: string | Option.Option<string> | undefined
  readonly itemId: string | undefined
  readonly request: object
}

/** An elicitation belongs to no item. */
const identified = <Q extends Omit<Asked, "itemId">>({ request, threadId, turnId }: Q): Asked => ({
  threadId,
  turnId,
  itemId: undefined,
  request
})

/** Asks, and returns what was chosen. Nothing was chosen if the entry ended in another way. */
const ask = Effect.fnUntraced(function* <Q>(
  { itemId, request, threadId, turnId }: Asked,
  { expiresAfter = "1 hour", runner }: PolicyOptions<Q>,
  about: Pick<Request, "kind" | "lines" | "choices" | "fields">
): Effect.fn.Return<
  { readonly choice: string; readonly value: Option.Option<Schema.Json> } | undefined,
  ApprovalInboxError,
  ApprovalInbox
> {
  const inbox = yield* ApprovalInbox
  const { answer } = yield* inbox["~internal"].ask(
    {
      ...about,
      expiresAfter,
      runner,
      threadId,
      turnId: Option.isOption(turnId) ? Option.getOrUndefined(turnId) : turnId,
      itemId
    },
    () => {
      const why = withdrawalOf(request) ?? "interrupted"
      return { status: why === "connectionEnded" ? "lost" : "withdrawn", why }
    }
  )
  return Option.getOrUndefined(answer)
})
