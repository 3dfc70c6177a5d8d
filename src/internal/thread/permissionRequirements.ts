/**
 * Compares the permissions that a caller requires of a thread with those that the server reports when the thread is
 * resumed.
 */
import * as Effect from "effect/Effect"
import type * as Approval from "../../Approval.ts"
import { InvalidInput, type InvalidOptions, PermissionsDiffer } from "../../CodexError.ts"
import type { ApprovalsReviewer, AskForApproval, SandboxPolicy } from "../../generated/types.ts"
import type * as Sandbox from "../../Sandbox.ts"
import type { Names } from "../settings.ts"
import * as settings from "../settings.ts"

/**
 * The permissions that a resumed thread must have.
 *
 * @category models
 * @since 0.171.0
 */
export interface PermissionRequirements {
  /** The mode that must be in force. Default: any. */
  readonly approvalMode?: Exclude<Approval.Mode, "inherit"> | undefined
  /** The kind of sandbox that must be in force. Its directories and network setting are not compared. Default: any. */
  readonly sandbox?: Sandbox.Sandbox | undefined
}

/** The permissions in the reply to `thread/resume`. */
interface InForce {
  readonly approvalPolicy: AskForApproval
  readonly approvalsReviewer: ApprovalsReviewer
  readonly sandbox: SandboxPolicy
}

const names: Names<PermissionRequirements> = { approvalMode: true, sandbox: true }

// Maps, because a JavaScript caller can pass any string.
const sandboxes = new Map<string, SandboxPolicy["type"]>([
  ["readOnly", "readOnly"],
  ["workspaceWrite", "workspaceWrite"],
  ["fullAccess", "dangerFullAccess"]
])

const reviewers = new Map<string, ApprovalsReviewer>([
  ["ask", "user"],
  ["autoReview", "auto_review"]
])

/** Rejects requirements that cannot be compared, before anything is sent. */
export const check = (
  required: PermissionRequirements | undefined
): Effect.Effect<void, InvalidInput | InvalidOptions> =>
  Effect.suspend((): Effect.Effect<void, InvalidInput | InvalidOptions> => {
    const fault = settings.unknownOption(required, names, "require")
    if (fault !== undefined) return Effect.fail(fault)
    const { approvalMode, sandbox } = required ?? {}
    if (approvalMode !== undefined && approvalMode !== "denyAll" && !reviewers.has(approvalMode)) {
      return refuse("require.approvalMode", ["autoReview", "denyAll", "ask"])
    }
    return sandbox === undefined || sandboxes.has(sandbox)
      ? Effect.void
      : refuse("require.sandbox", [...sandboxes.keys()])
  })

/** Fails if the permissions in force differ from the required ones. */
export const compare = (
  required: PermissionRequirements | undefined,
  inForce: InForce
): Effect.Effect<void, PermissionsDiffer> => {
  const { approvalMode, sandbox } = required ?? {}
  const differences = [
    ...(approvalMode === undefined || isInForce(approvalMode, inForce)
      ? []
      : [{ setting: "approvalMode", required: approvalMode, actual: modeOf(inForce) }]),
    ...(sandbox === undefined || inForce.sandbox.type === sandboxes.get(sandbox)
      ? []
      : [{ setting: "sandbox", required: sandbox, actual: sandboxOf(inForce.sandbox) }])
  ]
  return differences.length === 0 ? Effect.void : Effect.fail(new PermissionsDiffer({ differences }))
}

// internal

const refuse = (argument: string, words: ReadonlyArray<string>) =>
  Effect.fail(new InvalidInput({ argument, description: `expected one of ${words.join(", ")}` }))

const isInForce = (mode: string, { approvalPolicy, approvalsReviewer }: InForce): boolean =>
  mode === "denyAll"
    ? approvalPolicy === "never"
    : approvalPolicy !== "never" && approvalsReviewer === reviewers.get(mode)

const modeOf = ({ approvalPolicy, approvalsReviewer }: InForce): string => {
  if (approvalPolicy === "never") return "denyAll"
  return [...reviewers].find(([, reviewer]) => reviewer === approvalsReviewer)?.[0] ?? approvalsReviewer
}

const sandboxOf = ({ type }: SandboxPolicy): string => [...sandboxes].find(([, actual]) => actual === type)?.[0] ?? type
