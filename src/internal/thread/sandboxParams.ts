/**
 * The protocol's fields for a sandbox, of a thread and of a turn. `Sandbox` has the public names.
 */
import * as Effect from "effect/Effect"
import { InvalidInput } from "../../CodexError.ts"
import type { SandboxModeParam, SandboxPolicyParam } from "../../generated/types.ts"
import type { Sandbox, TurnSandbox } from "../../Sandbox.ts"

const modes = new Map<unknown, SandboxModeParam>([
  ["readOnly", "read-only"],
  ["workspaceWrite", "workspace-write"],
  ["fullAccess", "danger-full-access"]
])

const policies = new Map<unknown, SandboxPolicyParam>([
  ["readOnly", { type: "readOnly", networkAccess: false }],
  ["fullAccess", { type: "dangerFullAccess" }]
])

const refuse = (description: string) => Effect.fail(new InvalidInput({ argument: "sandbox", description }))

/** Rejects a sandbox together with a permission profile: the server accepts only one of them. */
export const checkAlone = (sandbox: unknown, permissions: unknown): Effect.Effect<void, InvalidInput> =>
  sandbox === undefined || permissions === undefined
    ? Effect.void
    : refuse("cannot be combined with `permissions`: a permission profile defines the access itself")

/** Returns the field `sandbox` of a thread, or nothing without a sandbox. */
export const toThreadParams = (
  sandbox: Sandbox | undefined
): Effect.Effect<{ readonly sandbox?: SandboxModeParam }, InvalidInput> => {
  if (sandbox === undefined) return Effect.succeed({})
  const mode = modes.get(sandbox)
  return mode === undefined
    ? refuse(`expected one of ${[...modes.keys()].join(", ")}`)
    : Effect.succeed({ sandbox: mode })
}

/** Returns the field `sandboxPolicy` of a turn, or nothing without a sandbox. */
export const toTurnParams = (
  sandbox: TurnSandbox | undefined
): Effect.Effect<{ readonly sandboxPolicy?: SandboxPolicyParam }, InvalidInput> => {
  if (sandbox === undefined) return Effect.succeed({})
  const policy = typeof sandbox === "object" && sandbox !== null ? sandbox.policy : policies.get(sandbox)
  return policy === undefined
    ? refuse(`on a turn, expected ${[...policies.keys()].join(", ")} or Sandbox.workspaceWrite({ … })`)
    : Effect.succeed({ sandboxPolicy: policy })
}
