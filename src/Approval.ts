/**
 * Decides what happens when Codex wants to do more than the sandbox allows.
 *
 * The module has approval modes, and policies for the requests of the mode `ask`.
 *
 * Use `Permissions` for requests that hold for more than one command, and `ServerRequests` for other requests or to
 * read the protocol's own fields.
 *
 * A policy accepts, declines or abstains. `orElse` tries the next policy if the first abstains. If every policy
 * abstains, the request is declined. Plain policies accept a request once. Longer-lived answers are explicit:
 * `acceptForSession`, `acceptAndRemember` and `applyNetworkAmendment`.
 *
 * **Example** (Combining a policy with a question)
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
import type * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import type { NetworkPolicyAmendmentParam } from "./generated/types.ts"
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
 * The approval mode: how a request to go beyond the sandbox is decided.
 *
 * **Details**
 *
 * - `autoReview`: a reviewer model. The default of `startThread`. It needs a model provider that serves the
 *   reviewer.
 * - `denyAll`: every escalation is declined, and Codex stays inside the sandbox. It applies to later turns, resumes
 *   and forks until another mode is set. Tools of MCP servers that declare themselves read-only are still called,
 *   unless the server is configured with `default_tools_approval_mode = "prompt"`.
 * - `ask`: the handlers of this program. Without a handler, the request is declined.
 * - `inherit`: nothing is sent, so the configuration of the Codex home or the thread's own mode applies.
 *
 * @category models
 * @since 0.169.0
 */
export type Mode = "autoReview" | "denyAll" | "ask" | "inherit"

/**
 * Accepts this request only.
 *
 * @category answers
 * @since 0.169.0
 */
export const accept: Answer = { _tag: "accept" }

/**
 * Declines the request. The model receives the answer, and the turn continues.
 *
 * @category answers
 * @since 0.169.0
 */
export const decline: Answer = { _tag: "decline" }

/**
 * Declines the request and interrupts the turn.
 *
 * @category answers
 * @since 0.169.0
 */
export const cancel: Answer = { _tag: "cancel" }

/**
 * Accepts the request and the same request later on this thread, without asking again.
 *
 * **Gotchas**
 *
 * If the request lists its allowed decisions and this one is not among them, the request is declined. The current
 * server does not list it for commands.
 *
 * @category answers
 * @since 0.169.0
 */
export const acceptForSession: Answer = { _tag: "acceptForSession" }

/**
 * Accepts the command, and all later commands that start with these words, without asking again.
 *
 * **Gotchas**
 *
 * The server writes the rule into the Codex home. There it outlives the process and applies to every thread. Only a
 * rule that the request offers is sent: one of `question.answers`, the first of which is `question.amendment`. Any
 * other rule declines the request. For a file change, this answer declines.
 *
 * @category answers
 * @since 0.169.0
 */
export const acceptAndRemember = (amendment: ReadonlyArray<string>): Answer => ({
  _tag: "acceptAndRemember",
  amendment
})

/**
 * Adds a rule that allows or denies a host from now on. The server saves it.
 *
 * Only a rule that the request offers is sent.
 *
 * @category answers
 * @since 0.169.0
 */
export const applyNetworkAmendment = (amendment: NetworkPolicyAmendmentParam): Answer => ({
  _tag: "applyNetworkAmendment",
  amendment
})

/**
 * Accepts commands that match a predicate, and abstains from others.
 *
 * **Details**
 *
 * The predicate sees the line as the server shows it, its words if it is one simple command, and the server's own
 * reading of it. A predicate that throws declines the request.
 *
 * The policy considers only requests to run a command on the server's machine. It abstains (`wantsMore`) if:
 *
 * - the request asks for another environment, network access or further permissions, or for input to a running
 *   command
 * - the request has fields that this version does not support
 * - the item of the request belongs to another turn
 *
 * **Gotchas**
 *
 * Do not match on the line: `git status && rm -rf x` starts like a harmless command. `command.startsWith` and
 * `command.equals` compare the words of one simple command, and match nothing else. Options can also change what a
 * command does: allow `gh pr view`, not `gh`.
 *
 * Many commands run what files in their directory specify: `npm test` runs scripts, and `git status` runs
 * `core.fsmonitor` of the repository. If the model can write these files, allowing such a command allows any
 * command, outside the sandbox. `cwd` of the question is that directory.
 *
 * @category policies
 * @since 0.169.0
 */
export const allowCommands: (predicate: (command: CommandQuestion) => boolean, name?: string) => Policy =
  policies.allowCommands

/**
 * Predicates for `allowCommands`: one simple command that starts with these words or equals them, or any of several.
 *
 * **Details**
 *
 * They see through the `bash -lc '…'` that the server puts around a command. They do not match a line with
 * operators, redirections, variables, substitutions, patterns, assignments or several lines.
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
 * Accepts file changes if all paths are under one of the directories, and abstains from others.
 *
 * **Details**
 *
 * Each time, links are followed and `..` is resolved, in the directories and in the files. For a moved file, both
 * its old and its new path count. Relative directories are resolved against the program's working directory. An
 * empty string throws.
 *
 * The policy never accepts:
 *
 * - a change in `.git`, `.codex` or `.agents` below a directory, or of an `AGENTS.md` or `AGENTS.override.md`,
 *   because others run or trust their content. Any spelling that a file system treats as one of these names counts.
 * - a request without paths, a request to write below a whole directory, or one with fields that this version does
 *   not support
 *
 * The policy abstains if the server can resolve a path differently than this program. That applies to paths through
 * `/proc` or `/dev/fd` (also through a link), Windows paths without a drive, and paths that are too long to inspect.
 * It also abstains for files with several hard links, one of which can be outside, and for anything that is not a
 * regular file, such as a named pipe.
 *
 * Files that other tools run or trust, such as workflows, hooks and editor settings, get no special treatment.
 *
 * **Gotchas**
 *
 * It inspects the files of the machine on which the program runs. If another process can change a directory, that
 * directory can become a link between the check and the write.
 *
 * A request for file changes does not say in which environment they are made. Do not use this policy on a thread
 * with an environment other than the server's machine.
 *
 * Files that Codex reads as instructions through `project_doc_fallback_filenames` are not recognized: they get no
 * special treatment.
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
 * Runs an effect to decide, for example to ask the user. If the effect fails, the request is declined.
 *
 * @category policies
 * @since 0.169.0
 */
export const ask: <E, R>(handler: (question: Question) => Effect.Effect<Answer, E, R>, name?: string) => Policy<E, R> =
  policies.ask

/**
 * Tries the second policy if the first abstains. If the first fails, the request is declined.
 *
 * @category combinators
 * @since 0.169.0
 */
export const orElse: {
  <E2, R2>(that: Policy<E2, R2>): <E, R>(self: Policy<E, R>) => Policy<E | E2, R | R2>
  <E, R, E2, R2>(self: Policy<E, R>, that: Policy<E2, R2>): Policy<E | E2, R | R2>
} = policy.orElse

/**
 * Declines if a policy takes longer than the timeout. A timeout is a decline, so no later policy is tried.
 *
 * @category combinators
 * @since 0.169.0
 */
export const withTimeout: {
  (timeout: Duration.Input): <E, R>(self: Policy<E, R>) => Policy<E, R>
  <E, R>(self: Policy<E, R>, timeout: Duration.Input): Policy<E, R>
} = policy.withTimeout

/**
 * Asks one question at a time, even if several threads or sub-agents ask concurrently.
 *
 * Use it for a policy that asks a user. A `withTimeout` inside it starts after the wait. A question is never asked
 * if its turn ends during the wait.
 *
 * @category combinators
 * @since 0.169.0
 */
export const oneAtATime: <E, R>(self: Policy<E, R>) => Policy<E, R> = policy.oneAtATime

/**
 * Formats a question as lines of text for a user, with the question itself first.
 *
 * The lines show the whole command, or the changes with their diffs, the directory, the reason, and what an
 * accepting answer grants. They contain no terminal control sequences or hidden characters: each line is made by
 * `Printable.line`.
 *
 * @category formatting
 * @since 0.169.0
 */
export const describe: (question: Question, options?: describing.DescribeOptions) => ReadonlyArray<string> =
  describing.describe

/**
 * Handlers for the approvals of commands and file changes, including those of the older API.
 *
 * Spread them into the handlers object of `ServerRequests.layer`, or of the option `serverRequests` if they have no
 * requirements.
 *
 * @category handlers
 * @since 0.169.0
 */
export const handlers: <E, R>(policy: Policy<E, R>) => policyHandlers.PolicyHandlers<E, R> = policyHandlers.handlers
