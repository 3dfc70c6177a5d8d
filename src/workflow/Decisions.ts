/**
 * Decisions of people in a workflow.
 *
 * @since 0.171.0
 */
import { NotDecided } from "../internal/workflow/approval.ts"

export { approval, layerApprovals, NotDecided } from "../internal/workflow/approval.ts"
export type { Approval, ApprovalOptions, Ask, Decision } from "../internal/workflow/approval.ts"

/**
 * Whether a value is a `NotDecided`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isNotDecided = (value: unknown): value is NotDecided => value instanceof NotDecided
