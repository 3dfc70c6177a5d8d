/**
 * Policies for the permissions that the model requests, in addition to those of the sandbox.
 *
 * A permission lets it write or read more files and directories, or use the network, in every command until the turn
 * ends. Use `Approval` for a single command or file change, and `ServerRequests` for other requests.
 *
 * A policy grants, declines or abstains. `orElse` tries the next policy if the first abstains. If every policy
 * abstains, the request is declined. `grant` applies to the current turn. A longer lifetime is explicit:
 * `forSession`. A grant of something that was not requested is never sent: the request is declined, with
 * `GrantRefused` in the log.
 *
 * The server asks if the feature `request_permissions_tool` is on and the mode is `ask`. With `denyAll` it declines
 * on its own, and with `autoReview` the reviewer answers.
 *
 * **Example** (Granting one directory, and asking about anything else)
 *
 * ```ts
 * const policy = Permissions.allow({ writes: ["/var/cache/build"] }).pipe(
 *   Permissions.orElse(Permissions.withTimeout(Permissions.ask(askTheUser), "5 minutes"))
 * )
 * const codex = Codex.layer({ config: { features: { request_permissions_tool: true } } }).pipe(
 *   Layer.provide(ServerRequests.layer({ "item/permissions/requestApproval": Permissions.handler(policy) }))
 * )
 * ```
 *
 * **Gotchas**
 *
 * A path is granted as written, and each command follows its links again. If the model can already write where a
 * directory is located, a background command can replace that directory by a link at any time, even after the grant.
 * The grant then applies to the target of the link.
 *
 * @since 0.169.0
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { asEffect } from "./internal/serverRequests/asEffect.ts"
import * as permissions from "./internal/approval/permissions.ts"
import type { Answer, Grant, Part, Policy, Question } from "./internal/approval/permissions.ts"
import type { Handler } from "./internal/serverRequests/types.ts"

export { GrantRefused, isGrantRefused } from "./internal/approval/permissions.ts"
export type { Answer, Grant, Lifetime, Part, Policy, Question, Verdict } from "./internal/approval/permissions.ts"

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
 * @category policies
 * @since 0.169.0
 */
export const allow: (limits: Part, name?: string) => Policy = permissions.allow

/**
 * Declines everything.
 *
 * @category policies
 * @since 0.169.0
 */
export const denyAll: Policy = permissions.make("denyAll", () => Effect.succeed(Option.some(decline)))

/**
 * Runs an effect to decide, for example to ask the user. If the effect fails, the request is declined.
 *
 * @category policies
 * @since 0.169.0
 */
export const ask = <E, R>(decide: (question: Question) => Effect.Effect<Answer, E, R>, name = "ask"): Policy<E, R> =>
  permissions.make(name, (question) => Effect.map(asEffect(decide(question)), Option.some))

/**
 * Tries the second policy if the first abstains. If the first fails, the request is declined.
 *
 * @category combinators
 * @since 0.169.0
 */
export const orElse: {
  <E2, R2>(that: Policy<E2, R2>): <E, R>(self: Policy<E, R>) => Policy<E | E2, R | R2>
  <E, R, E2, R2>(self: Policy<E, R>, that: Policy<E2, R2>): Policy<E | E2, R | R2>
} = permissions.orElse

/**
 * Declines if a policy takes longer than the timeout. A timeout is a decline, so no later policy is tried.
 *
 * @category combinators
 * @since 0.169.0
 */
export const withTimeout: {
  (timeout: Duration.Input): <E, R>(self: Policy<E, R>) => Policy<E, R>
  <E, R>(self: Policy<E, R>, timeout: Duration.Input): Policy<E, R>
} = permissions.withTimeout

/**
 * Asks one question at a time, even if several threads or sub-agents ask concurrently.
 *
 * Use it for a policy that asks a user. A `withTimeout` inside it starts after the wait. A question is never asked
 * if its turn ends during the wait.
 *
 * @category combinators
 * @since 0.171.0
 */
export const oneAtATime: <E, R>(self: Policy<E, R>) => Policy<E, R> = permissions.oneAtATime

/**
 * Creates a handler from a policy.
 *
 * Pass it to `ServerRequests.layer`, or to the option `serverRequests` if it has no requirements.
 *
 * @category handlers
 * @since 0.169.0
 */
export const handler: <E, R>(
  policy: Policy<E, R>
) => Handler<"item/permissions/requestApproval", E | permissions.GrantRefused, R> = permissions.handler
