/**
 * Options of threads, and the parameters that they become. An omitted option sends nothing. Options of turns are in
 * `threadTurnOptions.ts`.
 */
import * as Effect from "effect/Effect"
import type * as Approval from "../../Approval.ts"
import type * as DynamicTools from "../../DynamicTools.ts"
import type { InvalidInput, InvalidOptions, RuntimeTooOld } from "../../CodexError.ts"
import type {
  PersonalityParam,
  ThreadForkParams,
  ThreadResumeParams,
  ThreadSource,
  ThreadStartParams,
  ThreadStartSource
} from "../../generated/types.ts"
import type * as Sandbox from "../../Sandbox.ts"
import * as approvalModes from "../approval/modes.ts"
import * as sandboxParams from "./sandboxParams.ts"
import type { Names } from "../settings.ts"
import * as permissionRequirements from "./permissionRequirements.ts"
import { checkCwd, type Connection } from "./threadConnection.ts"
import type { PermissionRequirements } from "./permissionRequirements.ts"
import * as runtimeGate from "../client/runtimeGate.ts"

/**
 * Options that every way to open a thread has in common. An omitted option sends nothing.
 *
 * @category models
 * @since 0.169.0
 */
export interface ThreadOptions {
  /** Replaces Codex's own instructions. Default: Codex's instructions, or those of the thread. */
  readonly baseInstructions?: string | undefined
  /**
   * Codex configuration for this thread, on top of the Codex home's.
   *
   * For example `{ model_reasoning_effort: "high", features: { … } }`.
   *
   * Tables are merged, and nothing is saved. Nested `null` values are sent. Default: the configuration of the Codex
   * home.
   */
  readonly config?: { readonly [key: string]: unknown } | undefined
  /**
   * The working directory. It must exist if the server runs on this machine. Default: the process's, or the thread's
   * own.
   */
  readonly cwd?: string | undefined
  /** Text that is added to the instructions. Default: none. */
  readonly developerInstructions?: string | undefined
  /** The model, by its id. Default: as configured, or the thread's own. */
  readonly model?: string | undefined
  /** A provider from the configuration. An unknown one is rejected. Default: as configured. */
  readonly modelProvider?: string | undefined
  /**
   * The id of a permission profile from `permissionProfile/list`, instead of `sandbox`.
   *
   * Experimental: needs `experimentalApi`. Default: as configured, or the thread's own.
   */
  readonly permissions?: string | undefined
  /**
   * The access that Codex has without asking. Cannot be combined with `permissions`. Default: as configured, or the
   * thread's own.
   */
  readonly sandbox?: Sandbox.Sandbox | undefined
  /**
   * The service tier. `null` selects the standard tier, even if another is configured. Default: as configured, or
   * the thread's own.
   */
  readonly serviceTier?: string | null | undefined
}

/**
 * The tools of a thread. The call that receives them requires what they require.
 *
 * @category models
 * @since 0.169.0
 */
export interface ToolsOptions<T extends DynamicTools.Tools = never> {
  /**
   * A `Toolkit` that the model can call. Needs `experimentalApi`. Default: none, and tool calls are answered with a
   * failure.
   *
   * A new thread keeps these tools permanently. A resumed or forked thread keeps its original tools, and this
   * toolkit only answers their calls.
   *
   * This call requires what the tools require, and each tool call uses it, but the thread does not keep it open.
   * Provide it around the program, not around this call. To require it once, in the constructor of a service,
   * resolve the handlers there: `const kit = yield* Kit`, then `startThread({ tools: kit })`.
   */
  readonly tools?: T | undefined
  /** Limits and approval of the tool calls. */
  readonly toolOptions?: DynamicTools.Options<DynamicTools.Names<T>> | undefined
}

/**
 * Options of a new thread.
 *
 * @category models
 * @since 0.169.0
 */
export interface StartThreadOptions<T extends DynamicTools.Tools = never> extends ThreadOptions, ToolsOptions<T> {
  /**
   * How a request to go beyond the sandbox is decided. Default: `autoReview`.
   *
   * - `autoReview`: a reviewer model.
   * - `denyAll`: declined, and Codex stays inside the sandbox.
   * - `ask`: the handlers of this program. Without a handler, declined.
   * - `inherit`: as configured.
   */
  readonly approvalMode?: Approval.Mode | undefined
  /**
   * The environments in which commands run. The first is the default. With `[]`, no command can run.
   *
   * Experimental: needs `experimentalApi`. Default: this machine.
   */
  readonly environments?: ThreadStartParams["environments"]
  /** Whether the thread is ephemeral: not saved, so it cannot be resumed or forked. Default: `false`. */
  readonly ephemeral?: boolean | undefined
  /**
   * Protocol fields without an option here, such as `projectId`. They are sent unchecked, and override the options.
   * Default: none.
   */
  readonly params?: Partial<ThreadStartParams> | undefined
  /** @deprecated The server takes it, and its values no longer select a style. */
  readonly personality?: PersonalityParam | undefined
  /** The service that starts the thread, for statistics. Default: none. */
  readonly serviceName?: string | undefined
  /**
   * The kind of start that hooks receive: a first start, or a start after the conversation was cleared. Default:
   * `startup`.
   */
  readonly sessionStartSource?: ThreadStartSource | undefined
  /** The purpose of the thread, for statistics. Default: none. */
  readonly threadSource?: ThreadSource | undefined
}

/**
 * Options of a resumed thread.
 *
 * **Gotchas**
 *
 * If the server has already loaded the thread, it ignores all options except `includeTurns`.
 *
 * @category models
 * @since 0.169.0
 */
export interface ResumeThreadOptions<T extends DynamicTools.Tools = never> extends ThreadOptions, ToolsOptions<T> {
  /**
   * How a request to go beyond the sandbox is decided. Default: unchanged; nothing is sent.
   *
   * - `autoReview`: a reviewer model.
   * - `denyAll`: declined, and Codex stays inside the sandbox.
   * - `ask`: the handlers of this program. Without a handler, declined.
   * - `inherit`: as configured, or the thread's own mode.
   */
  readonly approvalMode?: Approval.Mode | undefined
  /**
   * Whether to pause an active goal. Default: `pause`, so that a resume costs nothing.
   *
   * When the server loads the thread, it continues an active goal automatically, turn after turn. `pause` pauses the
   * goal first. `keep` lets it continue, and `thread.currentGoal` follows it. If the server has already loaded the
   * thread, the goal is already running, and this option does not change it.
   */
  readonly goal?: "pause" | "keep" | undefined
  /**
   * Whether the reply contains the whole history, which can be very large. Use `history` to read it in pages.
   *
   * Setting it to either value needs codex 0.151.0. Default: without the history, if the runtime can omit it.
   */
  readonly includeTurns?: boolean | undefined
  /** Protocol fields without an option here. They are sent unchecked, and override the options. Default: none. */
  readonly params?: Partial<Omit<ThreadResumeParams, "threadId">> | undefined
  /** @deprecated The server takes it, and its values no longer select a style. */
  readonly personality?: PersonalityParam | undefined
  /**
   * Permissions that the resumed thread must have. If they differ, the call fails with `PermissionsDiffer`. Default:
   * none.
   *
   * Two kinds of threads resume with the permissions of the Codex home: those that ran no turn before the server
   * restarted, and those whose last turn ran on codex 0.147 to 0.154. `thread.reply` shows the effective
   * permissions.
   */
  readonly require?: PermissionRequirements | undefined
}

/**
 * Options of a fork.
 *
 * @category models
 * @since 0.169.0
 */
export interface ForkThreadOptions<T extends DynamicTools.Tools = never> extends ThreadOptions, ToolsOptions<T> {
  /**
   * How a request to go beyond the sandbox is decided. Default: as the source thread; nothing is sent.
   *
   * - `autoReview`: a reviewer model.
   * - `denyAll`: declined, and Codex stays inside the sandbox.
   * - `ask`: the handlers of this program. Without a handler, declined.
   * - `inherit`: as configured, or the source thread's mode.
   */
  readonly approvalMode?: Approval.Mode | undefined
  /**
   * The first turn to leave out: the fork ends before it. Experimental: needs `experimentalApi`. Default: all turns
   * are copied.
   */
  readonly beforeTurnId?: string | undefined
  /** Whether the fork is ephemeral: not saved, so it cannot be resumed or forked. Default: `false`. */
  readonly ephemeral?: boolean | undefined
  /**
   * Whether the reply contains the whole history, which can be very large. Use `history` to read it in pages.
   *
   * Setting it to either value needs codex 0.151.0. Default: without the history, if the runtime can omit it.
   */
  readonly includeTurns?: boolean | undefined
  /** The last turn to copy. Cannot be combined with `beforeTurnId`. Default: all turns are copied. */
  readonly lastTurnId?: string | undefined
  /** Protocol fields without an option here. They are sent unchecked, and override the options. Default: none. */
  readonly params?: Partial<Omit<ThreadForkParams, "threadId">> | undefined
  /** The purpose of the fork, for statistics. Default: none. */
  readonly threadSource?: ThreadSource | undefined
}

/**
 * Options of `resumeOrStart`: those of a new thread and of a resumed one.
 *
 * @category models
 * @since 0.169.0
 */
export interface ResumeOrStartOptions<T extends DynamicTools.Tools = never>
  extends StartThreadOptions<T>, ResumeThreadOptions<T> {
  /**
   * How a request to go beyond the sandbox is decided. Default: unchanged for a resumed thread, `autoReview` for a
   * new one.
   *
   * - `autoReview`: a reviewer model.
   * - `denyAll`: declined, and Codex stays inside the sandbox.
   * - `ask`: the handlers of this program. Without a handler, declined.
   * - `inherit`: as configured, or the thread's own mode.
   */
  readonly approvalMode?: Approval.Mode | undefined
  /** Protocol fields without an option here, sent in either case. Default: none. */
  readonly params?: (Partial<ThreadStartParams> & Partial<Omit<ThreadResumeParams, "threadId">>) | undefined
  /** @deprecated The server takes it, and its values no longer select a style. */
  readonly personality?: StartThreadOptions["personality"]
}

const commonNames: Names<ThreadOptions & ToolsOptions> = {
  baseInstructions: true,
  config: true,
  cwd: true,
  developerInstructions: true,
  model: true,
  modelProvider: true,
  permissions: true,
  sandbox: true,
  serviceTier: true,
  tools: true,
  toolOptions: true
}

/** The option names of a new thread. */
export const startNames: Names<StartThreadOptions> = {
  ...commonNames,
  approvalMode: true,
  environments: true,
  ephemeral: true,
  params: true,
  personality: true,
  serviceName: true,
  sessionStartSource: true,
  threadSource: true
}

/** The option names of a resumed thread. */
export const resumeNames: Names<ResumeThreadOptions> = {
  ...commonNames,
  approvalMode: true,
  goal: true,
  includeTurns: true,
  params: true,
  personality: true,
  require: true
}

/** The option names of a fork. */
export const forkNames: Names<ForkThreadOptions> = {
  ...commonNames,
  approvalMode: true,
  beforeTurnId: true,
  ephemeral: true,
  includeTurns: true,
  lastTurnId: true,
  params: true,
  threadSource: true
}

/** The option names of `resumeOrStart`. */
export const resumeOrStartNames: Names<ResumeOrStartOptions> = { ...startNames, ...resumeNames }

/** Why options are rejected before anything is sent. */
export type Refusal = InvalidInput | InvalidOptions | RuntimeTooOld

/** Returns the parameters that start a thread. */
export const toStart = (
  connection: Connection,
  options: Omit<StartThreadOptions, keyof ToolsOptions>
): Effect.Effect<ThreadStartParams, Refusal> =>
  Effect.map(
    common(connection, options, options.approvalMode === undefined ? "autoReview" : options.approvalMode),
    (params) => ({
      ...params,
      environments: options.environments,
      ephemeral: options.ephemeral,
      personality: options.personality,
      serviceName: options.serviceName,
      sessionStartSource: options.sessionStartSource,
      threadSource: options.threadSource,
      ...options.params
    })
  )

/** Returns the parameters that resume a thread. */
export const toResume = (
  connection: Connection,
  threadId: string,
  options: Omit<ResumeThreadOptions, keyof ToolsOptions>
): Effect.Effect<ThreadResumeParams, Refusal> =>
  Effect.andThen(
    permissionRequirements.check(options.require),
    Effect.zipWith(common(connection, options, options.approvalMode), turns(options, connection), (params, turns) => ({
      ...params,
      ...turns,
      personality: options.personality,
      ...options.params,
      threadId
    }))
  )

/** Returns the parameters that fork a thread. */
export const toFork = (
  connection: Connection,
  threadId: string,
  options: Omit<ForkThreadOptions, keyof ToolsOptions>
): Effect.Effect<ThreadForkParams, Refusal> =>
  Effect.zipWith(common(connection, options, options.approvalMode), turns(options, connection), (params, turns) => ({
    ...params,
    ...turns,
    beforeTurnId: options.beforeTurnId,
    ephemeral: options.ephemeral,
    lastTurnId: options.lastTurnId,
    threadSource: options.threadSource,
    ...options.params,
    threadId
  }))

// internal

const common = Effect.fnUntraced(function* (
  connection: Connection,
  options: ThreadOptions & Pick<StartThreadOptions, "environments">,
  mode: Approval.Mode | undefined
) {
  yield* checkCwd(connection, options)
  yield* sandboxParams.checkAlone(options.sandbox, options.permissions)
  return {
    ...(yield* approvalModes.toParams(mode)),
    ...(yield* sandboxParams.toThreadParams(options.sandbox)),
    baseInstructions: options.baseInstructions,
    config: options.config,
    cwd: options.cwd,
    developerInstructions: options.developerInstructions,
    model: options.model,
    modelProvider: options.modelProvider,
    permissions: options.permissions,
    serviceTier: options.serviceTier
  }
})

// Only an explicit value can fail here: an older runtime always sends the history.
const turns = (
  { includeTurns }: { readonly includeTurns?: boolean | undefined },
  { client }: Connection
): Effect.Effect<{ readonly excludeTurns?: boolean }, RuntimeTooOld> =>
  includeTurns === undefined
    ? Effect.succeed(runtimeGate.isNewEnough(client.metadata.version) ? { excludeTurns: true } : {})
    : Effect.as(runtimeGate.check(client.metadata.version, ["excludeTurns"]), { excludeTurns: !includeTurns })
