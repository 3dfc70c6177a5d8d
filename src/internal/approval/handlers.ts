/**
 * Turns a policy into handlers of the four approvals.
 *
 * Two belong to the current API, and two to the older one: `applyPatchApproval` and `execCommandApproval`.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type {
  CommandAction,
  FileChange,
  FileUpdateChange,
  ParsedCommand,
  ReviewDecision
} from "../../generated/types.ts"
import { asOffered } from "../serverRequests/offers.ts"
import { withPolicyOrigin, type Request, type Result } from "../serverRequests/types.ts"
import * as commandLine from "./commandLine.ts"
import * as doubts from "./doubts.ts"
import * as environments from "./environment.ts"
import * as combine from "./combine.ts"
import { accept, acceptForSession, cancel, decline } from "./policy.ts"
import type { Answer, CommandQuestion, FileChangeQuestion, Policy, Question } from "./policy.ts"

type Command = "item/commandExecution/requestApproval"
type Files = "item/fileChange/requestApproval"

/**
 * The handlers that a policy makes.
 *
 * @category models
 * @since 0.169.0
 */
export type PolicyHandlers<E, R> = {
  readonly [M in Command | Files | "execCommandApproval" | "applyPatchApproval"]: (
    request: Request<M>
  ) => Effect.Effect<Result<M>, E, R>
}

/**
 * Handlers for the approvals of commands and file changes, including those of the older API.
 *
 * Spread them into the handlers object of `ServerRequests.layer`, or of the option `serverRequests` if they have no
 * requirements.
 *
 * **Example** (Answering approvals with a policy)
 *
 * ```ts
 * import { Approval, Codex } from "effect-codex"
 *
 * const live = Codex.layer({ serverRequests: Approval.handlers(Approval.denyAll) })
 * ```
 *
 * @category handlers
 * @since 0.169.0
 */
export const handlers = <E, R>(policy: Policy<E, R>): PolicyHandlers<E, R> => {
  combine.check("Approval.handlers", policy)
  const decide = <A extends object>(
    request: object,
    question: Question,
    encode: (answer: Answer) => A
  ): Effect.Effect<A, E, R> =>
    Effect.map(policy.decide(question), (verdict) => {
      const { answer, by } = Option.getOrElse(verdict, (): combine.Verdict<Answer> => ({
        answer: decline,
        by: policy.name
      }))
      return withPolicyOrigin(request, encode(answer), by)
    })
  return {
    "item/commandExecution/requestApproval": (request) =>
      decide(request, commandQuestion(request), (answer) => ({ decision: commandDecision(answer) })),
    "item/fileChange/requestApproval": (request) =>
      decide(request, fileQuestion(request), (answer) => ({ decision: fileDecision(answer) })),
    execCommandApproval: (request) =>
      decide(request, legacyCommand(request), (answer) => ({ decision: reviewDecision(answer) })),
    applyPatchApproval: (request) =>
      decide(request, legacyPatch(request), (answer) => ({ decision: reviewDecision(answer) }))
  }
}

/** Converts a command approval to a question. */
export const commandQuestion = (request: Request<Command>): CommandQuestion => {
  const { params } = request
  const command = params.command ?? ""
  const environment = environments.other(params.environmentId)
  const answers = offeredAnswers(request)
  return {
    type: "command",
    threadId: params.threadId,
    turnId: Option.some(params.turnId),
    itemId: params.itemId,
    reason: Option.fromNullishOr(params.reason),
    answers,
    command,
    words: agreed(commandLine.simple(command), params.commandActions ?? []),
    cwd: Option.fromNullishOr(params.cwd),
    actions: params.commandActions ?? [],
    environment,
    wantsMore:
      hasDoubts(request) ||
      Option.isSome(environment) ||
      (params.kind !== undefined && params.kind !== "command") ||
      params.networkApprovalContext != null ||
      params.additionalPermissions != null,
    amendment: Option.fromUndefinedOr(
      answers.flatMap((answer) => (answer._tag === "acceptAndRemember" ? [answer.amendment] : []))[0]
    ),
    networkAmendments: answers.flatMap((answer) => (answer._tag === "applyNetworkAmendment" ? [answer.amendment] : [])),
    request
  }
}

/** Converts a file change approval to a question. */
export const fileQuestion = (request: Request<Files>): FileChangeQuestion => {
  const { changes, params } = request
  return {
    type: "fileChange",
    threadId: params.threadId,
    turnId: Option.some(params.turnId),
    itemId: params.itemId,
    reason: Option.fromNullishOr(params.reason),
    answers: words,
    changes,
    paths: changes.flatMap(({ kind, path }) => [path, ...movedTo(kind)]),
    grantRoot: Option.fromNullishOr(params.grantRoot),
    wantsMore: hasDoubts(request),
    request
  }
}

// internal

const hasDoubts = (request: Request): boolean => doubts.of(request).length > 0

/** The answers to requests that do not list what they offer. */
const words: ReadonlyArray<Answer> = [accept, acceptForSession, decline, cancel]

const offeredAnswers = ({ offered }: Request<Command>): ReadonlyArray<Answer> => {
  const answers = offered.map((offer): Answer => {
    if (typeof offer === "string") return { _tag: offer }
    return "acceptWithExecpolicyAmendment" in offer
      ? { _tag: "acceptAndRemember", amendment: offer.acceptWithExecpolicyAmendment.execpolicy_amendment }
      : { _tag: "applyNetworkAmendment", amendment: offer.applyNetworkPolicyAmendment.network_policy_amendment }
  })
  // The server accepts both `decline` and `cancel` at any time, and offers only one of them.
  const refusals = words.filter(({ _tag }) => _tag === "decline" || _tag === "cancel")
  return [...answers, ...refusals.filter(({ _tag }) => answers.every((answer) => answer._tag !== _tag))]
}

/**
 * The words of a command, or none if the server parsed it as a different command.
 *
 * In that case it is unknown which of the two would run.
 */
const agreed = (
  words: Option.Option<ReadonlyArray<string>>,
  actions: ReadonlyArray<CommandAction | ParsedCommand>
): Option.Option<ReadonlyArray<string>> =>
  Option.filter(words, (found) => commandLine.agrees(found, actions.map(lineOf)))

// An action that this version cannot read agrees with no words.
const lineOf = (action: CommandAction | ParsedCommand): string =>
  "command" in action ? action.command : "cmd" in action ? action.cmd : ""

const movedTo = (kind: object): ReadonlyArray<string> =>
  "move_path" in kind && typeof kind.move_path === "string" ? [kind.move_path] : []

const legacyCommand = (request: Request<"execCommandApproval">): CommandQuestion => {
  const { params } = request
  return {
    type: "command",
    threadId: params.conversationId,
    turnId: Option.none(),
    itemId: params.callId,
    reason: Option.fromNullishOr(params.reason),
    answers: words,
    command: commandLine.quoted(params.command),
    words: agreed(commandLine.inner(params.command), params.parsedCmd),
    cwd: Option.some(params.cwd),
    actions: [],
    environment: Option.none(),
    wantsMore: hasDoubts(request),
    amendment: Option.none(),
    networkAmendments: [],
    request
  }
}

const legacyPatch = (request: Request<"applyPatchApproval">): FileChangeQuestion => {
  const { params } = request
  const changes = Object.entries(params.fileChanges).map(([path, change]) => toUpdate(path, change))
  return {
    type: "fileChange",
    threadId: params.conversationId,
    turnId: Option.none(),
    itemId: params.callId,
    reason: Option.fromNullishOr(params.reason),
    answers: words,
    changes,
    paths: changes.flatMap(({ kind, path }) => [path, ...movedTo(kind)]),
    grantRoot: Option.fromNullishOr(params.grantRoot),
    wantsMore: hasDoubts(request),
    request
  }
}

const toUpdate = (path: string, change: FileChange): FileUpdateChange => {
  switch (change.type) {
    case "add":
    case "delete":
      return { path, diff: change.content, kind: { type: change.type } }
    case "update":
      return { path, diff: change.unified_diff, kind: { type: "update", move_path: change.move_path ?? null } }
    default:
      return { path, diff: "", kind: change }
  }
}

const commandDecision = (answer: Answer): Result<Command>["decision"] => {
  switch (answer._tag) {
    case "acceptAndRemember":
      return asOffered({ acceptWithExecpolicyAmendment: { execpolicy_amendment: answer.amendment } })
    case "applyNetworkAmendment":
      return asOffered({ applyNetworkPolicyAmendment: { network_policy_amendment: answer.amendment } })
    default:
      return asOffered(answer._tag)
  }
}

const fileDecision = (answer: Answer): Result<Files>["decision"] =>
  // Rules apply only to commands. As an answer to another question, a rule declines.
  answer._tag === "acceptAndRemember" || answer._tag === "applyNetworkAmendment" ? "decline" : answer._tag

const reviewDecision = (answer: Answer): ReviewDecision => {
  switch (answer._tag) {
    case "accept":
      return "approved"
    case "acceptForSession":
      return "approved_for_session"
    case "cancel":
      return "abort"
    case "decline":
    // These requests propose no rules, so there is no rule to send.
    case "acceptAndRemember":
    case "applyNetworkAmendment":
      return denied
  }
}

const denied = { denied: { rejection: "The client's policy declined it" } } as const
