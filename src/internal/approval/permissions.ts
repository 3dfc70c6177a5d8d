/**
 * Defines policies about permissions: their question, their answers, and the built-in policies. `permissionGrants.ts`
 * answers a request with a policy, and `combine.ts` combines policies.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { FileSystemSandboxEntry } from "../../generated/types.ts"
import { asEffect } from "../serverRequests/asEffect.ts"
import type { Request } from "../serverRequests/types.ts"
import { make, type PolicyFor } from "./combine.ts"
import * as doubts from "./doubts.ts"

/**
 * A request that commands of a thread may do more than its sandbox allows.
 *
 * @category models
 * @since 0.169.0
 */
export interface Question {
  /** The requesting thread. A sub-agent has its own thread id, and a grant applies to that thread only. */
  readonly threadId: string
  readonly turnId: string
  readonly itemId: string
  /** The model's reason for the request, in its own text. */
  readonly reason: Option.Option<string>
  readonly cwd: string
  /** The id of the environment of the paths and the network, if it is not the server's machine. */
  readonly environment: Option.Option<string>
  /** Whether network access is requested. */
  readonly network: boolean
  /** Absolute paths of files and directories to read. */
  readonly reads: ReadonlyArray<string>
  /** Absolute paths of files and directories to write. Write access includes read access. */
  readonly writes: ReadonlyArray<string>
  /** Other requested access, such as patterns. No grant covers it. The current server does not request any. */
  readonly others: ReadonlyArray<FileSystemSandboxEntry>
  readonly request: Request<"item/permissions/requestApproval">
}

/**
 * A part of what was requested.
 *
 * **Gotchas**
 *
 * Paths must be written exactly as in `question.reads` and `question.writes`. You may grant a path of `writes` for
 * reading only. A path below a requested one is rejected: it can be a link, and then its target would be granted.
 *
 * @category models
 * @since 0.169.0
 */
export interface Part {
  readonly network?: boolean | undefined
  readonly reads?: ReadonlyArray<string> | undefined
  readonly writes?: ReadonlyArray<string> | undefined
}

/**
 * How long a grant holds.
 *
 * - `turn`: for the rest of the turn.
 * - `turnWithReview`: for the rest of the turn, and every further command of the turn is reviewed first.
 * - `session`: for the session.
 *
 * @category models
 * @since 0.169.0
 */
export type Lifetime = "turn" | "turnWithReview" | "session"

/**
 * Grants everything that was requested, or a part of it.
 *
 * @category models
 * @since 0.169.0
 */
export interface Grant<L extends Lifetime = Lifetime> {
  readonly _tag: "grant"
  /** What is granted. `none` grants everything that was requested. */
  readonly part: Option.Option<Part>
  readonly lifetime: L
}

/**
 * The answer of a policy.
 *
 * @category models
 * @since 0.169.0
 */
export type Answer = { readonly _tag: "decline" } | Grant

/**
 * Decides about permissions. `none` leaves the decision to the next policy. If all policies abstain, the request is
 * declined.
 *
 * @category models
 * @since 0.169.0
 */
export interface Policy<out E = never, out R = never> extends PolicyFor<Question, Answer, E, R> {}

/**
 * Grants everything that was requested, until the turn ends.
 *
 * **Gotchas**
 *
 * `question.others` is never granted.
 *
 * @category answers
 * @since 0.169.0
 */
export const grant: Grant<"turn"> = { _tag: "grant", part: Option.none(), lifetime: "turn" }

/**
 * Grants a part of what was requested, until the turn ends.
 *
 * If the part includes anything that was not requested, nothing is granted: see {@link GrantRefused}.
 *
 * **Example** (Granting the paths, but not the network)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Permissions } from "effect-codex"
 *
 * const policy = Permissions.ask(({ reads, writes }) => Effect.succeed(Permissions.grantPart({ reads, writes })))
 * ```
 *
 * @category answers
 * @since 0.169.0
 */
export const grantPart = (part: Part): Grant<"turn"> => ({ _tag: "grant", part: Option.some(part), lifetime: "turn" })

/**
 * Declines the request. The model receives the answer, and the turn continues.
 *
 * @category answers
 * @since 0.169.0
 */
export const decline: Answer = { _tag: "decline" }

/**
 * Extends a grant to all later turns of the thread, while the server has the thread loaded.
 *
 * Other threads, forks and sub-agents must ask again, and so must the thread itself after it was unloaded.
 *
 * **Example** (Granting for the session)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Permissions } from "effect-codex"
 *
 * const policy = Permissions.ask(() => Effect.succeed(Permissions.forSession(Permissions.grant)))
 * ```
 *
 * @category answers
 * @since 0.169.0
 */
export const forSession = (self: Grant<"turn">): Grant<"session"> => ({ ...self, lifetime: "session" })

/**
 * Adds a review to a grant: the reviewer model sees every later command of the turn before it runs.
 *
 * That includes commands that need no permission. It needs a model provider that serves the reviewer. There is no
 * such grant for the session, because the server rejects it.
 *
 * @category answers
 * @since 0.169.0
 */
export const withReview = (self: Grant<"turn">): Grant<"turnWithReview"> => ({ ...self, lifetime: "turnWithReview" })

/**
 * Grants, for the turn, requests that ask for nothing beyond these limits, and abstains from others.
 *
 * A path that can be written can also be read. The limits refer to the server's machine: the policy abstains from a
 * request in another environment, or with fields that this version does not support.
 *
 * **Gotchas**
 *
 * Write paths exactly as the request has them. Paths below a listed directory are not included, because the model
 * could have replaced them by links. Do not list a directory that is located where the model can write without
 * asking.
 *
 * **Example** (Granting the network)
 *
 * ```ts
 * import { Permissions } from "effect-codex"
 *
 * const policy = Permissions.allow({ network: true })
 * ```
 *
 * @category policies
 * @since 0.169.0
 */
export const allow = (limits: Part, name = "allow"): Policy =>
  make(name, (question) =>
    Effect.sync(() => {
      const { environment, network, others, reads, request, writes } = question
      const readable = new Set(limits.reads)
      const writable = new Set(limits.writes)
      const asks = network || reads.length > 0 || writes.length > 0
      return asks &&
        doubts.of(request).length === 0 &&
        Option.isNone(environment) &&
        others.length === 0 &&
        (!network || limits.network === true) &&
        reads.every((path) => readable.has(path) || writable.has(path)) &&
        writes.every((path) => writable.has(path))
        ? Option.some(grant)
        : Option.none()
    })
  )

/**
 * Declines everything.
 *
 * @category policies
 * @since 0.169.0
 */
export const denyAll: Policy = make("denyAll", () => Effect.succeed(Option.some(decline)))

/**
 * Runs an effect to decide, for example to ask the user. If the effect fails, the request is declined.
 *
 * **Example** (Asking the user)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Permissions } from "effect-codex"
 *
 * const policy = (confirm: (question: Permissions.Question) => Effect.Effect<boolean>) =>
 *   Permissions.ask((question) =>
 *     Effect.map(confirm(question), (yes) => (yes ? Permissions.grant : Permissions.decline))
 *   )
 * ```
 *
 * @category policies
 * @since 0.169.0
 */
export const ask = <E, R>(decide: (question: Question) => Effect.Effect<Answer, E, R>, name = "ask"): Policy<E, R> =>
  make(name, (question) => Effect.map(asEffect(decide(question)), Option.some))
