/**
 * What Codex may touch without asking: presets, and the explicit form that a turn needs.
 *
 * @since 0.169.0
 */
import * as Effect from "effect/Effect"
import { InvalidInput } from "./CodexError.ts"
import type { SandboxModeParam, SandboxPolicyParam } from "./generated/types.ts"

/**
 * A preset for a thread: what the configuration adds to it (writable folders, network) stays in force.
 *
 * @category models
 * @since 0.169.0
 */
export type Sandbox = "read-only" | "workspace-write" | "full-access"

/**
 * Writing in the workspace, spelled out for a turn: see {@link workspaceWrite}.
 *
 * @category models
 * @since 0.169.0
 */
export interface WorkspaceWrite {
  readonly _tag: "WorkspaceWrite"
  readonly policy: SandboxPolicyParam
}

/**
 * A sandbox for a turn. `workspace-write` is missing on purpose: on a turn it replaces the configured network setting, so it has to be spelled out
 * with {@link workspaceWrite}.
 *
 * @category models
 * @since 0.169.0
 */
export type TurnSandbox = "read-only" | "full-access" | WorkspaceWrite

/**
 * Writing in the workspace, for a turn and those after it.
 *
 * **Gotchas**
 *
 * Network access and the temporary folders are exactly as said here, whatever is configured. Writable folders that are configured stay, and these
 * are added.
 *
 * @category constructors
 * @since 0.169.0
 */
export const workspaceWrite = (options: {
  /** Folders besides the workspace, as absolute paths. */
  readonly writableRoots: ReadonlyArray<string>
  readonly networkAccess: boolean
  /** Keep `$TMPDIR` read-only. Default: `false`. */
  readonly excludeTmpdirEnvVar?: boolean | undefined
  /** Keep `/tmp` read-only. Default: `false`. */
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
 * Refuses a sandbox beside a permission profile: the server takes one of the two.
 *
 * @category encoding
 * @since 0.171.0
 */
export const checkAlone = (sandbox: unknown, permissions: unknown): Effect.Effect<void, InvalidInput> =>
  sandbox === undefined || permissions === undefined
    ? Effect.void
    : refuse("cannot be combined with `permissions`: a permission profile defines the access itself")

/**
 * The field `sandbox` of a thread; nothing for no sandbox.
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
 * The field `sandboxPolicy` of a turn; nothing for no sandbox.
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
