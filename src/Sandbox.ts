/**
 * Sandboxes: the access that Codex has without asking, as presets and in the explicit form for a turn.
 *
 * @since 0.169.0
 */
import type { SandboxPolicyParam } from "./generated/types.ts"

/**
 * A preset for a thread. Configured additions to it (writable directories, network) stay in effect.
 *
 * @category models
 * @since 0.169.0
 */
export type Sandbox = "readOnly" | "workspaceWrite" | "fullAccess"

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
 * `workspaceWrite` is missing on purpose. On a turn it replaces the configured network setting, so you must state
 * that setting with {@link workspaceWrite}.
 *
 * @category models
 * @since 0.169.0
 */
export type TurnSandbox = "readOnly" | "fullAccess" | WorkspaceWrite

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
