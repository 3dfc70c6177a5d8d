/**
 * Defines policies about commands and file changes: their questions and their answers. `policies.ts` has the built-in
 * policies, and `combine.ts` combines policies.
 */
import type * as Option from "effect/Option"
import type { CommandAction, FileUpdateChange, NetworkPolicyAmendmentParam } from "../../generated/types.ts"
import type { Request } from "../serverRequests/types.ts"
import type { PolicyFor } from "./combine.ts"

/** The fields of every question. */
interface Common {
  readonly threadId: string
  /** Absent in requests of the older API. */
  readonly turnId: Option.Option<string>
  readonly itemId: string
  /** The model's reason for the request, in its own text. */
  readonly reason: Option.Option<string>
  /** The answers that the request accepts, in the server's order. Any other answer declines. */
  readonly answers: ReadonlyArray<Answer>
  /**
   * Whether the request asks for more than this question expresses, or may do so. `describe` lists what.
   *
   * - For a command: another environment than the server's machine, network access, further permissions, or input to
   *   a running command.
   * - For any request: fields unknown to this version, or an item of another turn.
   *
   * Plain policies abstain then.
   */
  readonly wantsMore: boolean
}

/**
 * A request to run a command.
 *
 * @category models
 * @since 0.169.0
 */
export interface CommandQuestion extends Common {
  readonly type: "command"
  /**
   * The command line as the server shows it, such as `/bin/bash -lc 'git status'`.
   *
   * Empty if the server does not send it. Older requests have words, which are quoted here.
   */
  readonly command: string
  /**
   * The words of the command if it is one simple command, without the shell around it.
   *
   * A simple command has no operators, variables, patterns or redirections. None if the server parsed several
   * commands or a different one: see `actions`.
   */
  readonly words: Option.Option<ReadonlyArray<string>>
  readonly cwd: Option.Option<string>
  /** The server's parsing of the command, for display. */
  readonly actions: ReadonlyArray<CommandAction>
  /** The id of the environment in which the command would run, if it is not the server's machine. */
  readonly environment: Option.Option<string>
  /** The rule that `acceptAndRemember` sends: the first one among `answers`. */
  readonly amendment: Option.Option<ReadonlyArray<string>>
  /** The host rules that `applyNetworkAmendment` can send: those among `answers`. */
  readonly networkAmendments: ReadonlyArray<NetworkPolicyAmendmentParam>
  readonly request: Request<"item/commandExecution/requestApproval"> | Request<"execCommandApproval">
}

/**
 * A request to change files.
 *
 * @category models
 * @since 0.169.0
 */
export interface FileChangeQuestion extends Common {
  readonly type: "fileChange"
  /** The changes, file by file. Empty if the server did not send them. */
  readonly changes: ReadonlyArray<FileUpdateChange>
  /** Every path that would be written, removed, or be the target of a move. */
  readonly paths: ReadonlyArray<string>
  /** Set if the answer would allow writes in this directory for the rest of the session. */
  readonly grantRoot: Option.Option<string>
  readonly request: Request<"item/fileChange/requestApproval"> | Request<"applyPatchApproval">
}

/**
 * A question for a policy.
 *
 * @category models
 * @since 0.169.0
 */
export type Question = CommandQuestion | FileChangeQuestion

/**
 * The answer of a policy.
 *
 * **Details**
 *
 * - `accept`: accepts this request only.
 * - `decline`: declines, and the turn continues.
 * - `cancel`: declines, and the turn is interrupted.
 * - `acceptForSession`, `acceptAndRemember`, `applyNetworkAmendment`: also hold for later requests, so the server
 *   does not ask again.
 *
 * @category models
 * @since 0.169.0
 */
export type Answer =
  | { readonly _tag: "accept" }
  | { readonly _tag: "decline" }
  | { readonly _tag: "cancel" }
  | { readonly _tag: "acceptForSession" }
  | { readonly _tag: "acceptAndRemember"; readonly amendment: ReadonlyArray<string> }
  | { readonly _tag: "applyNetworkAmendment"; readonly amendment: NetworkPolicyAmendmentParam }

/**
 * Decides about commands and file changes. `none` leaves the decision to the next policy. If all abstain, the request
 * is declined.
 *
 * @category models
 * @since 0.169.0
 */
export interface Policy<out E = never, out R = never> extends PolicyFor<Question, Answer, E, R> {}

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
 * **Example** (Accepting for the session if the request offers it)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Approval } from "effect-codex"
 *
 * const policy = Approval.ask(({ answers }) =>
 *   Effect.succeed(answers.includes(Approval.acceptForSession) ? Approval.acceptForSession : Approval.accept)
 * )
 * ```
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
