/**
 * Lists the answers that a command approval offers.
 *
 * The server stores what a client sends, even a rule that is wider than the one it proposed. An answer that holds
 * longer than the request can therefore only be taken from the request, never constructed. Answers are checked in
 * `answers.ts`.
 */
import * as Option from "effect/Option"
import type {
  AcceptWithExecpolicyAmendmentCommandExecutionApprovalDecisionParam,
  ApplyNetworkPolicyAmendmentCommandExecutionApprovalDecisionParam,
  CommandExecutionApprovalDecision,
  CommandExecutionApprovalDecisionParam,
  CommandExecutionRequestApprovalParams
} from "../../generated/types.ts"

/**
 * Marks a value that was received with a request. It exists only in types and changes no value at run time.
 *
 * @category models
 * @since 0.169.0
 */
export type FromRequest = Mark

// A class, because a copy by spread loses private members: a widened copy of a rule does not have the type of an
// offer.
declare class Mark {
  private readonly offeredByTheRequest: true
}

/**
 * `"acceptForSession"`, if the request offers it. The command runs, and the server does not ask about it again on
 * this thread.
 *
 * @category models
 * @since 0.169.0
 */
export type OfferedForSession = "acceptForSession" & FromRequest

/**
 * A command rule that the request offers. The command runs now.
 *
 * From then on, every command that begins with the words of `execpolicy_amendment` runs without approval, in every
 * thread and after a restart. The server saves the rule in the Codex home.
 *
 * @category models
 * @since 0.169.0
 */
export interface OfferedRule extends AcceptWithExecpolicyAmendmentCommandExecutionApprovalDecisionParam, FromRequest {}

/**
 * A host rule that the request offers. Its `action` allows or denies the host.
 *
 * @category models
 * @since 0.169.0
 */
export interface OfferedNetworkRule
  extends ApplyNetworkPolicyAmendmentCommandExecutionApprovalDecisionParam, FromRequest {}

/**
 * A decision that a command approval offers.
 *
 * You can write decisions that hold for one request as strings. Take all others from `offered` of the request, or
 * from `offeredForSession`, `offeredRules` and `offeredNetworkRules`.
 *
 * @category models
 * @since 0.169.0
 */
export type Offered = "accept" | "decline" | "cancel" | OfferedForSession | OfferedRule | OfferedNetworkRule

/**
 * The answer to a command approval: a string that holds for this request only, or a decision that the request offers.
 *
 * @category models
 * @since 0.169.0
 */
export interface CommandAnswer {
  readonly decision: "accept" | "decline" | "cancel" | Offered
}

/** A request that offers decisions. */
interface Offering {
  readonly offered: ReadonlyArray<Offered>
}

/**
 * `"acceptForSession"`, if the request offers it.
 *
 * **Example** (For the session if possible, else once)
 *
 * ```ts
 * import { Effect, Option } from "effect"
 * import { ServerRequests } from "effect-codex"
 *
 * const handlers = ServerRequests.layer({
 *   "item/commandExecution/requestApproval": (request) =>
 *     Effect.succeed({ decision: Option.getOrElse(ServerRequests.offeredForSession(request), () => "accept") })
 * })
 * ```
 *
 * @category answers
 * @since 0.169.0
 */
export const offeredForSession = ({ offered }: Offering): Option.Option<OfferedForSession> =>
  Option.fromUndefinedOr(offered.find((offer) => offer === "acceptForSession"))

/**
 * Returns the command rules that the request offers, usually one or none.
 *
 * @category answers
 * @since 0.169.0
 */
export const offeredRules = ({ offered }: Offering): ReadonlyArray<OfferedRule> =>
  offered.filter((offer) => typeof offer === "object" && "acceptWithExecpolicyAmendment" in offer)

/**
 * Returns the host rules that the request offers. They include rules that allow a host and rules that deny it.
 *
 * @category answers
 * @since 0.169.0
 */
export const offeredNetworkRules = ({ offered }: Offering): ReadonlyArray<OfferedNetworkRule> =>
  offered.filter((offer) => typeof offer === "object" && "applyNetworkPolicyAmendment" in offer)

/**
 * Returns what a request offers, from its decoded params.
 *
 * A request without a list offers every plain string and the rules that it proposes.
 */
export const of = (params: unknown): ReadonlyArray<Offered> => {
  // Type boundary: the caller decoded them as the params of a command approval.
  const asked = params as CommandExecutionRequestApprovalParams
  return (asked.availableDecisions ?? proposed(asked)).filter(isKnown).map(asOffered)
}

/** Treats a decision as an offered one, unchecked. The check before sending decides whether it was offered. */
export const asOffered = (decision: CommandExecutionApprovalDecisionParam): Offered =>
  // Type boundary: `Offered` differs from its decision by a mark that no value has.
  decision as Offered

// internal

const words: ReadonlySet<unknown> = new Set(["accept", "acceptForSession", "decline", "cancel"])

const proposed = (params: CommandExecutionRequestApprovalParams): ReadonlyArray<CommandExecutionApprovalDecision> =>
  params.kind === "humanCommand"
    ? ["accept", "decline", "cancel"]
    : [
        "accept",
        "acceptForSession",
        ...(params.proposedExecpolicyAmendment == null
          ? []
          : [{ acceptWithExecpolicyAmendment: { execpolicy_amendment: params.proposedExecpolicyAmendment } }]),
        ...(params.proposedNetworkPolicyAmendments ?? []).map((amendment) => ({
          applyNetworkPolicyAmendment: { network_policy_amendment: amendment }
        })),
        "decline",
        "cancel"
      ]

// Further decisions that a newer server offers are readable in the params. They cannot be answered, because their
// effect is unknown.
const isKnown = (decision: CommandExecutionApprovalDecision): decision is CommandExecutionApprovalDecisionParam =>
  typeof decision === "string"
    ? words.has(decision)
    : Object.hasOwn(decision, "acceptWithExecpolicyAmendment") || Object.hasOwn(decision, "applyNetworkPolicyAmendment")
