/**
 * Sandboxes: the access that Codex has without asking, as presets and in the explicit form for a turn.
 *
 * @since 0.169.0
 */
import * as Effect from "effect/Effect"
import { InvalidInput } from "./CodexError.ts"
import type { SandboxModeParam, SandboxPolicyParam } from "./generated/types.ts"

/**
 * A preset for a thread. Configured additions to it (writable directories, network) stay in effect.
 *
 * @category models
 * @since 0.169.0
 */
export type Sandbox = "read-only" | "workspace-write" | "full-access"

/**
 * Write access to the workspace, in the explicit form for a turn: see {@link workspaceWrite}.
 *
 * @category models
 * @since 0.169.0
 */
export interface WorkspaceWrite {
  readonly _tag: "WorkspaceWrite"
  readonly policy: SandboxPolicyParam
}

/**
 * A sandbox for a turn.
 *
 * `workspace-write` is missing on purpose. On a turn it replaces the configured network setting, so you must state
 * that setting with {@link workspaceWrite}.
 *
 * @category models
 * @since 0.169.0
 */
export type TurnSandbox = "read-only" | "full-access" | WorkspaceWrite

/**
 * Creates write access to the workspace, for a turn and later turns.
 *
 * **Gotchas**
 *
 * Network access and the temporary directories are exactly as given here, regardless of the configuration.
 * Configured writable directories stay, and these are added.
 *
 * @category constructors
 * @since 0.169.0
 */
export const workspaceWrite = (options: {
  /** Writable directories in addition to the workspace, as absolute paths. */
  readonly writableRoots: ReadonlyArray<string>
  readonly networkAccess: boolean
  /** Whether `$TMPDIR` stays read-only. Default: `false`. */
  readonly excludeTmpdirEnvVar?: boolean | undefined
  /** Whether `/tmp` stays read-only. Default: `false`. */
  readonly excludeSlashTmp?: boolean | undefined
}): WorkspaceWrite => ({
  _tag: "WorkspaceWrite",
  policy: {
    type: "workspaceWrite",
    writableRoots: options.writableRoots,
    networkAccess: options.networkAccess,
    excludeTmpdirEnvVar: options.excludeTmpdirEnvVar ?? false,
    excludeSlashTmp: options.excludeSlashTmp ?? false
  }
})

const modes = new Map<unknown, SandboxModeParam>([
  ["read-only", "read-only"],
  ["workspace-write", "workspace-write"],
  ["full-access", "danger-full-access"]
])

const policies = new Map<unknown, SandboxPolicyParam>([
  ["read-only", { type: "readOnly", networkAccess: false }],
  ["full-access", { type: "dangerFullAccess" }]
])

const refuse = (description: string) => Effect.fail(new InvalidInput({ argument: "sandbox", description }))

/**
 * Rejects a sandbox together with a permission profile: the server accepts only one of them.
 *
 * @category encoding
 * @since 0.171.0
 */
export const checkAlone = (sandbox: unknown, permissions: unknown): Effect.Effect<void, InvalidInput> =>
  sandbox === undefined || permissions === undefined
    ? Effect.void
    : refuse("cannot be combined with `permissions`: a permission profile defines the access itself")

/**
 * Returns the field `sandbox` of a thread, or nothing without a sandbox.
 *
 * @category encoding
 * @since 0.169.0
 */
export const toThreadParams = (
  sandbox: Sandbox | undefined
): Effect.Effect<{ readonly sandbox?: SandboxModeParam }, InvalidInput> => {
  if (sandbox === undefined) return Effect.succeed({})
  const mode = modes.get(sandbox)
  return mode === undefined
    ? refuse(`expected one of ${[...modes.keys()].join(", ")}`)
    : Effect.succeed({ sandbox: mode })
}

/**
 * Returns the field `sandboxPolicy` of a turn, or nothing without a sandbox.
 *
 * @category encoding
 * @since 0.169.0
 */
export const toTurnParams = (
  sandbox: TurnSandbox | undefined
): Effect.Effect<{ readonly sandboxPolicy?: SandboxPolicyParam }, InvalidInput> => {
  if (sandbox === undefined) return Effect.succeed({})
  const policy = typeof sandbox === "object" && sandbox !== null ? sandbox.policy : policies.get(sandbox)
  return policy === undefined
    ? refuse(`on a turn, expected ${[...policies.keys()].join(", ")} or Sandbox.workspaceWrite({ … })`)
    : Effect.succeed({ sandboxPolicy: policy })
}
