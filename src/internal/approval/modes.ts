/**
 * The protocol's fields for an approval mode. `Approval` documents the modes.
 */
import * as Effect from "effect/Effect"
import type { Mode } from "../../Approval.ts"
import { InvalidInput } from "../../CodexError.ts"
import type { ApprovalsReviewerParam, AskForApprovalParam } from "../../generated/types.ts"

interface ApprovalParams {
  readonly approvalPolicy?: AskForApprovalParam
  readonly approvalsReviewer?: ApprovalsReviewerParam
}

// A Map, because JavaScript callers can pass any string.
const params = new Map<string, ApprovalParams>([
  ["autoReview", { approvalPolicy: "on-request", approvalsReviewer: "auto_review" }],
  ["denyAll", { approvalPolicy: "never" }],
  ["ask", { approvalPolicy: "on-request", approvalsReviewer: "user" }],
  ["inherit", {}]
])

/** Returns the fields to send for a mode, or none without a mode. */
export const toParams = (mode: Mode | undefined): Effect.Effect<ApprovalParams, InvalidInput> => {
  const found = mode === undefined ? params.get("inherit") : params.get(mode)
  return found === undefined
    ? Effect.fail(
        new InvalidInput({
          argument: "approvalMode",
          description: `expected one of ${[...params.keys()].join(", ")}`
        })
      )
    : Effect.succeed(found)
}
