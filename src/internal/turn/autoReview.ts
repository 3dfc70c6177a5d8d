/**
 * Reads the reviews of `auto_review` from the events of a turn. Use `Approval` to choose who decides, and
 * `ServerRequests` to answer requests that reach this program.
 */
import * as Option from "effect/Option"
import type {
  GuardianApprovalReviewAction,
  GuardianApprovalReviewStatus,
  GuardianRiskLevel,
  GuardianUserAuthorization
} from "../../generated/types.ts"
import type { Notification } from "../client/notifications.ts"

/**
 * A review of one action by the reviewer model, when it starts or when it ends.
 *
 * @category models
 * @since 0.169.0
 */
export interface AutoReview {
  /** The same at the start and at the end of a review. */
  readonly id: string
  readonly threadId: string
  readonly turnId: string
  /** The item that waits for the review. None for network access. */
  readonly itemId: Option.Option<string>
  /** The reviewed action: a command, a patch, network access, … */
  readonly action: GuardianApprovalReviewAction
  /**
   * `approved`, `denied`, `timedOut` or `aborted`; none while the review runs. Only an `approved` action is carried
   * out.
   */
  readonly verdict: Option.Option<Exclude<GuardianApprovalReviewStatus, "inProgress">>
  /**
   * How much harm the reviewer expects from the action. None while the review runs, and if the reviewer gave no valid
   * verdict, which is a denial too.
   */
  readonly riskLevel: Option.Option<GuardianRiskLevel>
  /** How far the reviewer thinks that the user asked for the action. */
  readonly userAuthorization: Option.Option<GuardianUserAuthorization>
  /** The reason, as the reviewer wrote it, or the server if the review failed. The model reads it too. */
  readonly rationale: Option.Option<string>
}

/**
 * Reads the review from an event of a turn, or from a notification; none for other events.
 *
 * **Details**
 *
 * Each review has two events: one when it starts, and one when it ends. The protocol calls the reviewer unstable. The
 * event has any fields that a later version adds.
 *
 * **Gotchas**
 *
 * A snapshot holds no reviews, so a late subscriber sees only later ones. If the turn of a review is interrupted, its
 * `aborted` event can arrive after the end of the turn, and is then only in `codex.notifications`. After three denials
 * in a row the server interrupts the turn.
 *
 * **Example** (Logging denied actions)
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
