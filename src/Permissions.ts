/**
 * Answers to the model's requests for permissions: to write or read further files and folders, or to use the network, in every command until the
 * turn ends. Approvals of a single command or change of files are `Approval`; other requests are `ServerRequests`.
 *
 * A policy grants, declines, or says nothing; `orElse` goes on to the next, and where none says anything, the answer is no. `grant` is for this
 * turn. What holds for longer is given by name: `forSession`. Nothing is ever granted that wasn't asked for: such an answer is not sent, and the
 * request is declined with `GrantRefused` in the log.
 *
 * The server asks with the feature `request_permissions_tool` and the mode `ask`; with `deny_all` it declines by itself, and with `auto_review`
 * the reviewer answers.
 *
 * **Example** (One folder without a question, and a question for the rest)
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
 * A path is granted as it is written, and a link is followed by each command anew. A folder that lies where the model can write already can be
 * replaced by a link at any time, also after the grant, by a command that runs in the background; then the grant is one for what the link leads to.
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

export { GrantRefused } from "./internal/approval/permissions.ts"
export type { Answer, Grant, Lifetime, Part, Policy, Question, Verdict } from "./internal/approval/permissions.ts"

/**
 * Yes to everything that was asked, until the turn ends.
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
 * Yes to a part of what was asked, until the turn ends. If it holds anything that was not asked, nothing is granted: see {@link GrantRefused}.
 *
 * @category answers
 * @since 0.169.0
 */
export const grantPart = (part: Part): Grant<"turn"> => ({ _tag: "grant", part: Option.some(part), lifetime: "turn" })

/**
 * No; the model is told, and the turn goes on.
 *
 * @category answers
 * @since 0.169.0
 */
export const decline: Answer = { _tag: "decline" }

/**
 * The same grant for all further turns of the thread, as long as the server has it loaded. Other threads, forks and sub-agents have to ask again,
 * and so has the thread itself after it was unloaded.
 *
 * @category answers
 * @since 0.169.0
 */
export const forSession = (self: Grant<"turn">): Grant<"session"> => ({ ...self, lifetime: "session" })

/**
 * The same grant, but the reviewer model sees every further command of the turn before it runs, also those that need no permission. It needs a model
 * provider that serves the reviewer. There is none for the session: the server refuses that.
 *
 * @category answers
 * @since 0.169.0
 */
export const withReview = (self: Grant<"turn">): Grant<"turnWithReview"> => ({ ...self, lifetime: "turnWithReview" })

/**
 * Grants, for the turn, requests that ask for nothing but this, and says nothing of others. What may be written may be
 * read. It is about the machine of the server: it says nothing of a request in another environment, nor of one that has
 * fields that this version doesn't know.
 *
 * **Gotchas**
 *
 * Paths must be written as the request has them; those below a folder don't count, since the model could have made a link of them. Name no folder
 * that lies where the model can write without asking.
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
 * Lets a function decide, which may take its time and ask somebody. Its failure declines.
 *
 * @category policies
 * @since 0.169.0
 */
export const ask = <E, R>(decide: (question: Question) => Effect.Effect<Answer, E, R>, name = "ask"): Policy<E, R> =>
  permissions.make(name, (question) => Effect.map(asEffect(decide(question)), Option.some))

/**
 * Asks the second policy where the first says nothing. When the first fails, the second isn't asked: the request is declined.
 *
 * @category combinators
 * @since 0.169.0
 */
export const orElse: {
  <E2, R2>(that: Policy<E2, R2>): <E, R>(self: Policy<E, R>) => Policy<E | E2, R | R2>
  <E, R, E2, R2>(self: Policy<E, R>, that: Policy<E2, R2>): Policy<E | E2, R | R2>
} = permissions.orElse

/**
 * Declines when a policy takes longer than this. That is a no and not a silence, so that no later policy can turn it into a yes.
 *
 * @category combinators
 * @since 0.169.0
 */
export const withTimeout: {
  (limit: Duration.Input): <E, R>(self: Policy<E, R>) => Policy<E, R>
  <E, R>(self: Policy<E, R>, limit: Duration.Input): Policy<E, R>
} = permissions.withTimeout

/**
 * The handler that a policy makes, for the record of `ServerRequests.layer`, or the option `serverRequests` where nothing is required.
 *
 * @category handlers
 * @since 0.169.0
 */
export const handler: <E, R>(
  policy: Policy<E, R>
) => Handler<"item/permissions/requestApproval", E | permissions.GrantRefused, R> = permissions.handler
