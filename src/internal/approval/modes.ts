/**
 * The approval modes, and the protocol's fields for each.
 */
import * as Effect from "effect/Effect"
import { InvalidInput } from "../../CodexError.ts"
import type { ApprovalsReviewerParam, AskForApprovalParam } from "../../generated/types.ts"

/**
 * The approval mode: how a request to go beyond the sandbox is decided.
 *
 * **Details**
 *
 * - `autoReview`: a reviewer model. The default of `startThread`. It needs a model provider that serves the
 *   reviewer.
 * - `denyAll`: every escalation is declined, and Codex stays inside the sandbox. It applies to later turns, resumes
 *   and forks until another mode is set. Tools of MCP servers that declare themselves read-only are still called,
 *   unless the server is configured with `default_tools_approval_mode = "prompt"`.
 * - `ask`: the handlers of this program. Without a handler, the request is declined.
 * - `inherit`: nothing is sent, so the configuration of the Codex home or the thread's own mode applies.
 *
 * @category models
 * @since 0.169.0
 */
export type Mode = "autoReview" | "denyAll" | "ask" | "inherit"

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
