/**
 * Turns and decisions of people in workflows that outlive the processes which run them, by Effect's own workflows:
 * import it from `effect-codex/workflow`.
 *
 * @since 0.171.0
 */
export { approval, isNotDecided, layerApprovals, NotDecided } from "./Decisions.ts"
export type { Approval, ApprovalOptions, Ask, Decision } from "./Decisions.ts"
export { turnActivity, TurnError, TurnOutcome } from "./TurnActivity.ts"
export type { TurnActivity, TurnActivityOptions } from "./TurnActivity.ts"
export * as Turns from "./Turns.ts"
