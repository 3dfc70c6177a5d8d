/**
 * Defines policies about commands and file changes: their questions and their answers. Policies combine in
 * `combine.ts`.
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Pipeable from "effect/Pipeable"
import type { CommandAction, FileUpdateChange, NetworkPolicyAmendmentParam } from "../../generated/types.ts"
import type { Request } from "../serverRequests/types.ts"
import * as combine from "./combine.ts"

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
export interface Policy<out E = never, out R = never> extends Pipeable.Pipeable {
  /** Shown in the log and in `Decision`. */
  readonly name: string
  readonly decide: (question: Question) => Effect.Effect<Option.Option<Verdict>, E, R>
}

/**
 * An answer, and the name of the policy that gave it.
 *
 * @category models
 * @since 0.169.0
 */
export interface Verdict {
  readonly answer: Answer
  readonly by: string
}

/** Creates a policy that answers under its own name. */
export const make: <E, R>(
  name: string,
  decide: (question: Question) => Effect.Effect<Option.Option<Answer>, E, R>
) => Policy<E, R> = combine.make

/**
 * Consults the second policy if the first abstains. If the first fails, the request is declined and the second is not
 * consulted.
 */
export const orElse: {
  <E2, R2>(that: Policy<E2, R2>): <E, R>(self: Policy<E, R>) => Policy<E | E2, R | R2>
  <E, R, E2, R2>(self: Policy<E, R>, that: Policy<E2, R2>): Policy<E | E2, R | R2>
} = combine.orElse

/** Handles questions one at a time. */
export const oneAtATime: <E, R>(self: Policy<E, R>) => Policy<E, R> = combine.oneAtATime

/**
 * Declines if the policy exceeds its timeout. This is a decline and not an abstention, so later policies are not
 * consulted.
 */
export const withTimeout: {
  (timeout: Duration.Input): <E, R>(self: Policy<E, R>) => Policy<E, R>
  <E, R>(self: Policy<E, R>, timeout: Duration.Input): Policy<E, R>
} = combine.withTimeout<Question, Answer>({ _tag: "decline" })
