/**
 * Policies about commands and changes of files: what they are asked, and what they may say. How they combine is `combine.ts`.
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Pipeable from "effect/Pipeable"
import type { CommandAction, FileUpdateChange, NetworkPolicyAmendmentParam } from "../../generated/types.ts"
import type { Request } from "../serverRequests/types.ts"
import * as combine from "./combine.ts"

/** What every question tells. */
interface Common {
  readonly threadId: string
  /** Absent in requests of the older APIs. */
  readonly turnId: Option.Option<string>
  readonly itemId: string
  /** Why the model wants it, in its own words. */
  readonly reason: Option.Option<string>
  /** The answers that the request takes, in the server's order; any other declines. */
  readonly answers: ReadonlyArray<Answer>
  /**
   * Whether more is asked than this question can say, or it can't be known: `describe` says what. Of a command: to run it
   * in another environment than the machine of the server, network access, further permissions, input to a running
   * command. Of any request: fields that this version doesn't know, or an item of another turn. Plain policies give no
   * answer then.
   */
  readonly wantsMore: boolean
}

/**
 * May this command run?
 *
 * @category models
 * @since 0.169.0
 */
export interface CommandQuestion extends Common {
  readonly type: "command"
  /**
   * The command line as the server shows it, such as `/bin/bash -lc 'git status'`. Empty if the server doesn't say.
   * Older requests have words: quoted.
   */
  readonly command: string
  /**
   * The words of the command if it is one simple command, without the shell around it: no operators, variables,
   * patterns or redirections. None where the server makes several commands of it, or another one: see `actions`.
   */
  readonly words: Option.Option<ReadonlyArray<string>>
  readonly cwd: Option.Option<string>
  /** What the server makes of the command, for display. */
  readonly actions: ReadonlyArray<CommandAction>
  /** The id of the environment in which it would run, if that is another than the machine of the server. */
  readonly environment: Option.Option<string>
  /** The rule that can be answered by `acceptAndRemember`: the first one among `answers`. */
  readonly amendment: Option.Option<ReadonlyArray<string>>
  /** The rules for hosts that can be answered by `applyNetworkAmendment`: those among `answers`. */
  readonly networkAmendments: ReadonlyArray<NetworkPolicyAmendmentParam>
  readonly request: Request<"item/commandExecution/requestApproval"> | Request<"execCommandApproval">
}

/**
 * May these files be changed?
 *
 * @category models
 * @since 0.169.0
 */
export interface FileChangeQuestion extends Common {
  readonly type: "fileChange"
  /** What would be done, file by file. Empty if the server didn't say. */
  readonly changes: ReadonlyArray<FileUpdateChange>
  /** Every path that would be written, removed or moved to. */
  readonly paths: ReadonlyArray<string>
  /** Set when the answer would allow writes under this folder for the rest of the session. */
  readonly grantRoot: Option.Option<string>
  readonly request: Request<"item/fileChange/requestApproval"> | Request<"applyPatchApproval">
}

/**
 * What a policy is asked.
 *
 * @category models
 * @since 0.169.0
 */
export type Question = CommandQuestion | FileChangeQuestion

/**
 * What a policy can say.
 *
 * **Details**
 *
 * - `accept`: this once. `decline`: no, and the turn goes on. `cancel`: no, and the turn is interrupted.
 * - `acceptForSession`, `acceptAndRemember`, `applyNetworkAmendment`: also in future, so that nobody is asked again.
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
 * Decides about commands and changes of files. `none` leaves it to the next policy; in the end that is a no.
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

/** A policy that answers in its own name. */
export const make: <E, R>(
  name: string,
  decide: (question: Question) => Effect.Effect<Option.Option<Answer>, E, R>
) => Policy<E, R> = combine.make

/** Asks the second policy where the first says nothing. A failure of the first declines: the second isn't asked. */
export const orElse: {
  <E2, R2>(that: Policy<E2, R2>): <E, R>(self: Policy<E, R>) => Policy<E | E2, R | R2>
  <E, R, E2, R2>(self: Policy<E, R>, that: Policy<E2, R2>): Policy<E | E2, R | R2>
} = combine.orElse

/** Asks one question after the other. */
export const oneAtATime: <E, R>(self: Policy<E, R>) => Policy<E, R> = combine.oneAtATime

/** Declines when the policy takes longer than this. It is a no, not a silence: a policy after it isn't asked. */
export const withTimeout: {
  (limit: Duration.Input): <E, R>(self: Policy<E, R>) => Policy<E, R>
  <E, R>(self: Policy<E, R>, limit: Duration.Input): Policy<E, R>
} = combine.withTimeout<Question, Answer>({ _tag: "decline" })
