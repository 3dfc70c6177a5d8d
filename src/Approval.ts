/**
 * Who decides when Codex wants to do more than the sandbox allows. Only the choice: handlers of the requests that `ask` brings are
 * `ServerRequests`.
 *
 * @since 0.169.0
 */
import * as Effect from "effect/Effect"
import { InvalidInput } from "./CodexError.ts"
import type { ApprovalsReviewerParam, AskForApprovalParam } from "./generated/types.ts"

/**
 * Who decides about escalations.
 *
 * **Details**
 *
 * - `auto_review`: a reviewer model does. The default of `startThread`. It needs a model provider that serves the reviewer.
 * - `deny_all`: nobody; Codex stays inside the sandbox. It holds for later turns, resumes and forks, until another mode is asked for.
 * - `ask`: this program; the requests come to its handlers, and without a handler they are declined.
 * - `inherit`: send nothing, so that the configuration of the Codex home, or what the thread had, applies.
 *
 * @category models
 * @since 0.169.0
 */
export type ApprovalMode = "auto_review" | "deny_all" | "ask" | "inherit"

/**
 * The protocol's fields for a mode.
 *
 * @category models
 * @since 0.169.0
 */
export interface ApprovalParams {
  readonly approvalPolicy?: AskForApprovalParam
  readonly approvalsReviewer?: ApprovalsReviewerParam
}

// A Map, since programs in JavaScript can pass any word.
const params = new Map<string, ApprovalParams>([
  ["auto_review", { approvalPolicy: "on-request", approvalsReviewer: "auto_review" }],
  ["deny_all", { approvalPolicy: "never" }],
  ["ask", { approvalPolicy: "on-request", approvalsReviewer: "user" }],
  ["inherit", {}]
])

/**
 * The fields to send for a mode; nothing for no mode. Fails for a word that is none, which only programs in JavaScript can pass.
 *
 * @category encoding
 * @since 0.169.0
 */
export const toParams = (mode: ApprovalMode | undefined): Effect.Effect<ApprovalParams, InvalidInput> => {
  const found = mode === undefined ? params.get("inherit") : params.get(mode)
  return found === undefined
    ? Effect.fail(
        new InvalidInput({
          argument: "approvalMode",
          description: `it must be one of ${[...params.keys()].join(", ")}`
        })
      )
    : Effect.succeed(found)
}
