/**
 * What a turn tells of the reviewer of `auto_review`, read from its events. Who decides is `Approval`'s; what is asked of this program instead is
 * `ServerRequests`.
 */
import * as Option from "effect/Option"
import type {
  GuardianApprovalReviewAction,
  GuardianApprovalReviewStatus,
  GuardianRiskLevel,
  GuardianUserAuthorization
} from "../../generated/types.ts"
import type { Notification } from "../../Notification.ts"

/**
 * A review of one action by the reviewer model, as it begins or as it came out.
 *
 * @category models
 * @since 0.169.0
 */
export interface AutoReview {
  /** The same at its beginning and its end. */
  readonly id: string
  readonly threadId: string
  readonly turnId: string
  /** The item that waits for it. None for access to the network. */
  readonly itemId: Option.Option<string>
  /** What is reviewed: a command, a patch, access to the network, … */
  readonly action: GuardianApprovalReviewAction
  /** `approved`, `denied`, `timedOut` or `aborted`; none while it runs. Only what is `approved` is done. */
  readonly verdict: Option.Option<Exclude<GuardianApprovalReviewStatus, "inProgress">>
  /** How much harm the reviewer sees in it. None while it runs, and where the reviewer gave no verdict that counts: that is a denial, too. */
  readonly riskLevel: Option.Option<GuardianRiskLevel>
  /** How far the reviewer thinks that the user asked for it. */
  readonly userAuthorization: Option.Option<GuardianUserAuthorization>
  /** Why, in the reviewer's words, or in the server's where the review failed. The model reads it, too. */
  readonly rationale: Option.Option<string>
}

/**
 * The review that an event of a turn, or a notification, tells of: one when it begins, one more when it comes out; none for others.
 *
 * **Details**
 *
 * The protocol calls the reviewer unstable; what a later version adds is in the event.
 *
 * **Gotchas**
 *
 * A snapshot holds no reviews: who comes late to a turn sees those from then on. Of a review whose turn is interrupted, `aborted` can be told after the
 * turn's end: then only to `codex.notifications`. After three denials in a row the server interrupts the turn itself.
 *
 * **Example** (Telling what was denied)
 *
 * ```ts
 * Stream.runForEach(turn.events, (event) =>
 *   Option.match(Turn.autoReview(event), {
 *     onNone: () => Effect.void,
 *     onSome: ({ action, rationale, verdict }) =>
 *       Option.contains(verdict, "denied")
 *         ? Console.log("denied", action, Option.getOrElse(rationale, () => "without a reason"))
 *         : Effect.void
 *   })
 * )
 * ```
 *
 * @category events
 * @since 0.169.0
 */
export const autoReview = (event: Notification | { readonly method: "~snapshot" }): Option.Option<AutoReview> => {
  if (event.method !== "item/autoApprovalReview/started" && event.method !== "item/autoApprovalReview/completed") {
    return Option.none()
  }
  const { action, review, reviewId, targetItemId, threadId, turnId } = event.params
  return Option.some({
    id: reviewId,
    threadId,
    turnId,
    itemId: Option.fromNullishOr(targetItemId),
    action,
    verdict: review.status === "inProgress" ? Option.none() : Option.some(review.status),
    riskLevel: Option.fromNullishOr(review.riskLevel),
    userAuthorization: Option.fromNullishOr(review.userAuthorization),
    rationale: Option.fromNullishOr(review.rationale)
  })
}
