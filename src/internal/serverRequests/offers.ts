/**
 * What an approval of a command offers as answers. The server stores what a client sends, a rule wider than the one it proposed too; so an answer that
 * holds for longer than the request can only be taken from the request, never made. How answers are checked is `answers.ts`.
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
 * Marks a value that came with a request. Only in types: no value has it, so that what goes out is what came in.
 *
 * @category models
 * @since 0.169.0
 */
export type FromRequest = Mark

// A class, since a copy by spread loses what is private: a widened copy of a rule is no offer.
declare class Mark {
  private readonly offeredByTheRequest: true
}

/**
 * `"acceptForSession"`, where the request offers it: the command runs, and the thread isn't asked about it again.
 *
 * @category models
 * @since 0.169.0
 */
export type OfferedForSession = "acceptForSession" & FromRequest

/**
 * A rule that the request offers: the command runs, and so will all that begin with the words of `execpolicy_amendment`, in every thread and after a
 * restart. The server writes it into the Codex home.
 *
 * @category models
 * @since 0.169.0
 */
export interface OfferedRule extends AcceptWithExecpolicyAmendmentCommandExecutionApprovalDecisionParam, FromRequest {}

/**
 * A rule about a host that the request offers; its `action` allows or denies.
 *
 * @category models
 * @since 0.169.0
 */
export interface OfferedNetworkRule
  extends ApplyNetworkPolicyAmendmentCommandExecutionApprovalDecisionParam, FromRequest {}

/**
 * A decision that a request about a command offers. What holds for this request alone can be written as a word; the rest is had from the request's
 * `offered`, and from `offeredForSession`, `offeredRules` and `offeredNetworkRules`.
 *
 * @category models
 * @since 0.169.0
 */
export type Offered = "accept" | "decline" | "cancel" | OfferedForSession | OfferedRule | OfferedNetworkRule

/**
 * The answer to a request about a command: a word that holds for this request alone, or what the request offers.
 *
 * @category models
 * @since 0.169.0
 */
export interface CommandAnswer {
  readonly decision: "accept" | "decline" | "cancel" | Offered
}

/** Something that offers: a request. */
interface Offering {
  readonly offered: ReadonlyArray<Offered>
}

/**
 * `"acceptForSession"`, if the request offers it.
 *
 * **Example** (For the session if possible, else once)
 *
 * ```ts
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
 * The rules about commands that the request offers; mostly one or none.
 *
 * @category answers
 * @since 0.169.0
 */
export const offeredRules = ({ offered }: Offering): ReadonlyArray<OfferedRule> =>
  offered.filter((offer) => typeof offer === "object" && "acceptWithExecpolicyAmendment" in offer)

/**
 * The rules about hosts that the request offers, allowing ones and denying ones.
 *
 * @category answers
 * @since 0.169.0
 */
export const offeredNetworkRules = ({ offered }: Offering): ReadonlyArray<OfferedNetworkRule> =>
  offered.filter((offer) => typeof offer === "object" && "applyNetworkPolicyAmendment" in offer)

/** What a request offers, by its decoded params. Where it doesn't say, that is every plain word, and the rules that it proposes. */
export const of = (params: unknown): ReadonlyArray<Offered> => {
  // Type boundary: they were decoded as those of an approval of a command.
  const asked = params as CommandExecutionRequestApprovalParams
  return (asked.availableDecisions ?? proposed(asked)).filter(isKnown).map(claimed)
}

/** A decision taken for an offered one. Whoever calls this leaves it to the check before sending whether it is. */
export const claimed = (decision: CommandExecutionApprovalDecisionParam): Offered =>
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

// What a newer server offers besides can be read in the params, and not be answered: nobody knows what it would allow.
const isKnown = (decision: CommandExecutionApprovalDecision): decision is CommandExecutionApprovalDecisionParam =>
  typeof decision === "string"
    ? words.has(decision)
    : Object.hasOwn(decision, "acceptWithExecpolicyAmendment") || Object.hasOwn(decision, "applyNetworkPolicyAmendment")
