/**
 * A turn as an activity of a workflow.
 *
 * @since 0.171.0
 */
export { turnActivity, TurnError, TurnOutcome } from "../internal/workflow/turnActivity.ts"
export type { TurnActivity, TurnActivityOptions } from "../internal/workflow/turnActivity.ts"
