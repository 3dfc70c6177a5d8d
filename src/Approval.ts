/**
 * Who decides when Codex wants to do more than the sandbox allows: the choice of a mode, and policies for the requests that the mode `ask` brings.
 * Requests for permissions, which hold for more than one command, are `Permissions`. Handlers of other requests, and those that want to see the
 * protocol's own words, are `ServerRequests`.
 *
 * A policy accepts, declines, or says nothing; `orElse` goes on to the next, and where none says anything, the answer is no. Plain policies
 * accept this once. Answers that hold for longer are given by name: `acceptForSession`, `acceptAndRemember`, `applyNetworkAmendment`.
 *
 * **Example** (A policy, and a question for the rest)
 *
 * ```ts
 * const policy = Approval.allowCommands(Approval.command.startsWith(["gh", "pr", "view"])).pipe(
 *   Approval.orElse(Approval.allowWritesUnder([workspace])),
 *   Approval.orElse(Approval.withTimeout(Approval.ask(askTheUser), "5 minutes"))
 * )
 * const codex = Codex.layer().pipe(Layer.provide(ServerRequests.layer(Approval.handlers(policy))))
 * // and in the program: codex.startThread({ approvalMode: "ask" })
 * ```
 *
 * @since 0.169.0
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import { InvalidInput } from "./CodexError.ts"
import type { ApprovalsReviewerParam, AskForApprovalParam, NetworkPolicyAmendmentParam } from "./generated/types.ts"
import * as describing from "./internal/approval/describe.ts"
import * as policyHandlers from "./internal/approval/handlers.ts"
import * as policies from "./internal/approval/policies.ts"
import * as policy from "./internal/approval/policy.ts"
import type { Answer, CommandQuestion, Policy, Question } from "./internal/approval/policy.ts"

export type { DescribeOptions } from "./internal/approval/describe.ts"
export type { PolicyHandlers } from "./internal/approval/handlers.ts"
export type {
  Answer,
  CommandQuestion,
  FileChangeQuestion,
  Policy,
  Question,
  Verdict
} from "./internal/approval/policy.ts"

/**
 * Who decides about escalations.
 *
 * **Details**
 *
 * - `auto_review`: a reviewer model does. The default of `startThread`. It needs a model provider that serves the reviewer.
 * - `deny_all`: nobody; Codex stays inside the sandbox. It holds for later turns, resumes and forks, until another mode is asked for. Tools of MCP
 *   servers that call themselves read-only are called all the same, unless the server is configured with `default_tools_approval_mode = "prompt"`.
 * - `ask`: this program; the requests come to its handlers, and without a handler they are declined.
 * - `inherit`: send nothing, so that the configuration of the Codex home, or what the thread had, applies.
 *
 * @category models
 * @since 0.169.0
 */
export type ApprovalMode = "auto_review" | "deny_all" | "ask" | "inherit"

/**
 * The protocol's fields for a mode.
 *
 * @category models
 * @since 0.169.0
 */
export interface ApprovalParams {
  readonly approvalPolicy?: AskForApprovalParam
  readonly approvalsReviewer?: ApprovalsReviewerParam
}

// A Map, since programs in JavaScript can pass any word.
const params = new Map<string, ApprovalParams>([
  ["auto_review", { approvalPolicy: "on-request", approvalsReviewer: "auto_review" }],
  ["deny_all", { approvalPolicy: "never" }],
  ["ask", { approvalPolicy: "on-request", approvalsReviewer: "user" }],
  ["inherit", {}]
])

/**
 * The fields to send for a mode; nothing for no mode. Fails for a word that is none, which only programs in JavaScript can pass.
 *
 * @category encoding
 * @since 0.169.0
 */
export const toParams = (mode: ApprovalMode | undefined): Effect.Effect<ApprovalParams, InvalidInput> => {
  const found = mode === undefined ? params.get("inherit") : params.get(mode)
  return found === undefined
    ? Effect.fail(
        new InvalidInput({
          argument: "approvalMode",
          description: `expected one of ${[...params.keys()].join(", ")}`
        })
      )
    : Effect.succeed(found)
}

/**
 * Yes, this once.
 *
 * @category answers
 * @since 0.169.0
 */
export const accept: Answer = { _tag: "accept" }

/**
 * No; the model is told, and the turn goes on.
 *
 * @category answers
 * @since 0.169.0
 */
export const decline: Answer = { _tag: "decline" }

/**
 * No, and the turn is interrupted.
 *
 * @category answers
 * @since 0.169.0
 */
export const cancel: Answer = { _tag: "cancel" }

/**
 * Yes, and the same won't be asked again on this thread.
 *
 * **Gotchas**
 *
 * Where a request lists the decisions that it offers and this is none of them, it is declined. Today's server doesn't list it for commands.
 *
 * @category answers
 * @since 0.169.0
 */
export const acceptForSession: Answer = { _tag: "acceptForSession" }

/**
 * Yes, and commands that begin with these words will never be asked about again.
 *
 * **Gotchas**
 *
 * The server writes the rule into the Codex home, where it outlives the process, for every thread. Only a rule that the
 * request offers (one of `question.answers`; the first is `question.amendment`) is sent; any other is declined. For a
 * change of files it is a no.
 *
 * @category answers
 * @since 0.169.0
 */
export const acceptAndRemember = (amendment: ReadonlyArray<string>): Answer => ({
  _tag: "acceptAndRemember",
  amendment
})

/**
 * A rule for a host, to allow or to deny it from now on. The server keeps it; only one that the request offers is sent.
 *
 * @category answers
 * @since 0.169.0
 */
export const applyNetworkAmendment = (amendment: NetworkPolicyAmendmentParam): Answer => ({
  _tag: "applyNetworkAmendment",
  amendment
})

/**
 * Accepts commands for which the predicate holds, and says nothing of others.
 *
 * **Details**
 *
 * It is asked only about running a command on the machine of the server: not when another environment, access to the
 * network, further permissions, or input to a command that runs already is asked for, when the request has fields that
 * this version doesn't know, or when its item belongs to another turn (`wantsMore`). The predicate sees the line as
 * the server shows it, its words if it is one simple command, and what the server makes of it. A predicate that throws
 * declines.
 *
 * **Gotchas**
 *
 * A text such as `git status && rm -rf x` begins like one that is harmless. Don't look at the line: `command.startsWith` and `command.equals`
 * look at the words of one simple command, and hold for nothing else. Options can make a command do other things, too: allow `gh pr view`, not
 * `gh`.
 *
 * Many commands run what files of their folder name: `npm test` runs scripts, and `git status` what `core.fsmonitor` of the repository says. Where
 * the model can write these files, to allow such a command is to allow any, outside of the sandbox. `cwd` of the question says which folder it is.
 *
 * @category policies
 * @since 0.169.0
 */
export const allowCommands: (predicate: (command: CommandQuestion) => boolean, name?: string) => Policy =
  policies.allowCommands

/**
 * Predicates for `allowCommands`: one simple command that starts with these words, or that is exactly these; or any of several.
 *
 * **Details**
 *
 * They see through the `bash -lc '…'` that the server puts around a command. They hold for no line with operators, redirections, variables,
 * substitutions, patterns, assignments or several lines.
 *
 * @category predicates
 * @since 0.169.0
 */
export const command: {
  readonly startsWith: (words: ReadonlyArray<string>) => (command: CommandQuestion) => boolean
  readonly equals: (words: ReadonlyArray<string>) => (command: CommandQuestion) => boolean
  readonly anyOf: (
    ...predicates: ReadonlyArray<(command: CommandQuestion) => boolean>
  ) => (command: CommandQuestion) => boolean
} = { startsWith: policies.startsWith, equals: policies.equals, anyOf: policies.anyOf }

/**
 * Accepts changes of files that all lie under one of the folders, and says nothing of others.
 *
 * **Details**
 *
 * Links are followed and `..` is resolved, in the folders and in the files, each time; where a file is moved to counts
 * like where it is. Folders that aren't absolute are taken from the program's working folder; an empty one is none.
 * Nothing is accepted in `.git`, `.codex` and `.agents` below a folder, nor an `AGENTS.md` or `AGENTS.override.md`,
 * whose content others run or believe, in any spelling that a file system takes for one of these names. Nothing is
 * accepted if the server doesn't tell the paths, asks for writes under a whole folder, or sends fields that this version
 * doesn't know.
 *
 * The policy says nothing of a path that the server can read in another way than this program: a path that passes
 * `/proc` or `/dev/fd`, also by a link, a path of Windows without a drive, and one that is too long to be looked at. It
 * says nothing of a file with further names (hard links), one of which can lie outside, nor of what is no plain file,
 * such as a named pipe.
 *
 * Files that other tools run or believe, such as workflows, hooks and settings of editors, are files like others to it.
 *
 * **Gotchas**
 *
 * It looks at the files of the machine on which the program runs. What is a folder at the look can be a link at the write, if somebody else can
 * change it.
 *
 * A request for changes of files doesn't say in which environment they would be made. On a thread with another
 * environment than the machine of the server, don't use this policy.
 *
 * Files that `project_doc_fallback_filenames` of the configuration has Codex read as instructions aren't known here:
 * they are files like others.
 *
 * @category policies
 * @since 0.169.0
 */
export const allowWritesUnder: (
  folders: ReadonlyArray<string>,
  name?: string
) => Policy<never, FileSystem.FileSystem | Path.Path> = policies.allowWritesUnder

/**
 * Declines everything.
 *
 * @category policies
 * @since 0.169.0
 */
export const denyAll: Policy = policies.denyAll

/**
 * Lets a function decide, which may take its time and ask somebody. Its failure declines.
 *
 * @category policies
 * @since 0.169.0
 */
export const ask: <E, R>(handler: (question: Question) => Effect.Effect<Answer, E, R>, name?: string) => Policy<E, R> =
  policies.ask

/**
 * Asks the second policy where the first says nothing. When the first fails, the second isn't asked: the request is declined.
 *
 * @category combinators
 * @since 0.169.0
 */
export const orElse: {
  <E2, R2>(that: Policy<E2, R2>): <E, R>(self: Policy<E, R>) => Policy<E | E2, R | R2>
  <E, R, E2, R2>(self: Policy<E, R>, that: Policy<E2, R2>): Policy<E | E2, R | R2>
} = policy.orElse

/**
 * Declines when a policy takes longer than this. That is a no and not a silence, so that no later policy can turn it into a yes.
 *
 * @category combinators
 * @since 0.169.0
 */
export const withTimeout: {
  (limit: Duration.Input): <E, R>(self: Policy<E, R>) => Policy<E, R>
  <E, R>(self: Policy<E, R>, limit: Duration.Input): Policy<E, R>
} = policy.withTimeout

/**
 * Asks one question after the other, also where several threads or sub-agents ask at once: for a policy that asks a person. Only what comes after
 * the wait counts for a `withTimeout` inside of it. A question whose turn ends while it waits is never asked.
 *
 * @category combinators
 * @since 0.169.0
 */
export const oneAtATime: <E, R>(self: Policy<E, R>) => Policy<E, R> = policy.oneAtATime

/**
 * A question as lines of text for a person, the question itself first: the whole command, or the changes with their diffs, where, why, and what a
 * yes would mean. Nothing in it can act on a terminal or hide: each line is one of `Printable.line`.
 *
 * @category formatting
 * @since 0.169.0
 */
export const describe: (question: Question, options?: describing.DescribeOptions) => ReadonlyArray<string> =
  describing.describe

/**
 * Handlers for the approvals of commands and of changes of files, those of the older API included. To be spread into the record of
 * `ServerRequests.layer`, or of the option `serverRequests` where nothing is required.
 *
 * @category handlers
 * @since 0.169.0
 */
export const handlers: <E, R>(policy: Policy<E, R>) => policyHandlers.PolicyHandlers<E, R> = policyHandlers.handlers
