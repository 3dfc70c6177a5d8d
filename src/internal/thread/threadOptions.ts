/**
 * Settings of threads, and what is sent for them: nothing for what is left out. Settings of turns are `turnOptions.ts`.
 */
import * as Effect from "effect/Effect"
import * as Approval from "../../Approval.ts"
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
import * as Sandbox from "../../Sandbox.ts"
import type { Names } from "../settings.ts"
import * as permissionRequirements from "./permissionRequirements.ts"
import { checkCwd, type Connection } from "./threadConnection.ts"
import type { PermissionRequirements } from "./permissionRequirements.ts"
import * as runtimeGate from "../client/runtimeGate.ts"

/**
 * Settings of a thread, however it comes about. Nothing is sent for what is left out.
 *
 * @category models
 * @since 0.169.0
 */
export interface ThreadOptions {
  /** Replaces Codex's own instructions. Default: Codex's, or those of the thread. */
  readonly baseInstructions?: string | undefined
  /**
   * Codex configuration for this thread, laid over the Codex home's: `{ model_reasoning_effort: "high", features: { … } }`. Tables are merged, and
   * nothing is written down. `null` values inside are sent. Default: the Codex home's.
   */
  readonly config?: { readonly [key: string]: unknown } | undefined
  /** The working folder. It must exist, if the server runs on this machine. Default: the process's, or the thread's own. */
  readonly cwd?: string | undefined
  /** Added to the instructions. Default: nothing. */
  readonly developerInstructions?: string | undefined
  /** Default: as configured, or the thread's own. */
  readonly model?: string | undefined
  /** A provider that the configuration names. An unknown one is refused. Default: as configured. */
  readonly modelProvider?: string | undefined
  /**
   * A permission profile by its id, as `permissionProfile/list` has them: it takes the place of `sandbox`. Experimental: needs
   * `experimentalApi`. Default: as configured, or the thread's own.
   */
  readonly permissions?: string | undefined
  /** What Codex may touch without asking. Not together with `permissions`. Default: as configured, or the thread's own. */
  readonly sandbox?: Sandbox.Sandbox | undefined
  /** `null` is the standard tier, whatever is configured. Default: as configured, or the thread's own. */
  readonly serviceTier?: string | null | undefined
}

/**
 * The tools of a thread. What they require is required by the call that they are given to.
 *
 * @category models
 * @since 0.169.0
 */
export interface ToolsOptions<T extends DynamicTools.Tools = never> {
  /**
   * A `Toolkit` that the model can call. A new thread gets these tools for good; one that is resumed or forked has those that it was started with,
   * and gets nothing but somebody to answer their calls. Needs `experimentalApi`. Default: none, and calls are answered with a failure.
   *
   * What the tools require is required here and used for each call, but not kept open: provide it around the program, and not around this call. To
   * require it once, in the constructor of a service, find the handlers there: `const kit = yield* Kit`, then `startThread({ tools: kit })`.
   */
  readonly tools?: T | undefined
  /** Limits and approval of the calls. */
  readonly toolOptions?: DynamicTools.Options<DynamicTools.Names<T>> | undefined
}

/**
 * Settings of a new thread.
 *
 * @category models
 * @since 0.169.0
 */
export interface StartThreadOptions<T extends DynamicTools.Tools = never> extends ThreadOptions, ToolsOptions<T> {
  /**
   * Who decides about what goes beyond the sandbox:
   * `auto_review` (a reviewer model), `deny_all` (nobody: Codex stays inside the sandbox), `ask` (the handlers of this program; without one,
   * declined) or `inherit` (as configured). Default: `auto_review`.
   */
  readonly approvalMode?: Approval.ApprovalMode | undefined
  /**
   * Where commands run, the first by default; none (`[]`) means that they cannot. Experimental: needs `experimentalApi`.
   * Default: this machine.
   */
  readonly environments?: ThreadStartParams["environments"]
  /** Keep nothing of the thread: it can't be resumed or forked. Default: `false`. */
  readonly ephemeral?: boolean | undefined
  /**
   * Fields of the protocol that have no option here, such as `projectId`. They are sent as they are, unchecked, and go before
   * the options. Default: none.
   */
  readonly params?: Partial<ThreadStartParams> | undefined
  /** @deprecated The server takes it, and its values no longer select a style. */
  readonly personality?: PersonalityParam | undefined
  /** The service that starts the thread, for statistics. Default: none. */
  readonly serviceName?: string | undefined
  /** What hooks are told: a first start, or one after the conversation was cleared. Default: `startup`. */
  readonly sessionStartSource?: ThreadStartSource | undefined
  /** What the thread is for, for statistics. Default: none. */
  readonly threadSource?: ThreadSource | undefined
}

/**
 * Settings of a resumed thread.
 *
 * **Gotchas**
 *
 * On a thread that the server has loaded already, it ignores all of them but `includeTurns`.
 *
 * @category models
 * @since 0.169.0
 */
export interface ResumeThreadOptions<T extends DynamicTools.Tools = never> extends ThreadOptions, ToolsOptions<T> {
  /**
   * Who decides about what goes beyond the sandbox:
   * `auto_review` (a reviewer model), `deny_all` (nobody: Codex stays inside the sandbox), `ask` (the handlers of this program; without one,
   * declined) or `inherit` (as configured, or as the thread had it).
   * Default: as the thread has it; nothing is sent.
   */
  readonly approvalMode?: Approval.ApprovalMode | undefined
  /**
   * What becomes of an active goal. The server goes on with it by itself as soon as it loads the thread, turn after
   * turn, without being asked: `pause` pauses it first, `keep` lets it go on, and `thread.currentGoal` follows it. On a
   * thread that the server has loaded it goes on already, and stays as it is. Default: `pause`, so that a resume costs
   * nothing.
   */
  readonly goal?: "pause" | "keep" | undefined
  /**
   * Whether the reply holds the whole history, which can be very large; `history` gives it in pages. Asking either way needs codex 0.151.0.
   * Default: without it, where the runtime can leave it out.
   */
  readonly includeTurns?: boolean | undefined
  /**
   * Fields of the protocol that have no option here. They are sent as they are, unchecked, and go before the options.
   * Default: none.
   */
  readonly params?: Partial<Omit<ThreadResumeParams, "threadId">> | undefined
  /** @deprecated The server takes it, and its values no longer select a style. */
  readonly personality?: PersonalityParam | undefined
  /**
   * Permissions that the thread must come back with; if it has others, the call fails with `PermissionsDiffer`. A thread on
   * which no turn ran before the server's restart comes back with those of the Codex home, and so does one whose last turn
   * ran on codex 0.147 to 0.154. Default: none; `thread.reply` says what is in force.
   */
  readonly require?: PermissionRequirements | undefined
}

/**
 * Settings of a fork.
 *
 * @category models
 * @since 0.169.0
 */
export interface ForkThreadOptions<T extends DynamicTools.Tools = never> extends ThreadOptions, ToolsOptions<T> {
  /**
   * Who decides about what goes beyond the sandbox:
   * `auto_review` (a reviewer model), `deny_all` (nobody: Codex stays inside the sandbox), `ask` (the handlers of this program; without one,
   * declined) or `inherit` (as configured, or as the thread had it).
   * Default: as the source has it; nothing is sent.
   */
  readonly approvalMode?: Approval.ApprovalMode | undefined
  /** Leave out this turn and those after it. Experimental: needs `experimentalApi`. Default: keep all. */
  readonly beforeTurnId?: string | undefined
  /** Keep nothing of the fork: it can't be resumed or forked. Default: `false`. */
  readonly ephemeral?: boolean | undefined
  /**
   * Whether the reply holds the whole history, which can be very large; `history` gives it in pages. Asking either way needs codex 0.151.0.
   * Default: without it, where the runtime can leave it out.
   */
  readonly includeTurns?: boolean | undefined
  /** Leave out what comes after this turn. Not together with `beforeTurnId`. Default: keep all. */
  readonly lastTurnId?: string | undefined
  /**
   * Fields of the protocol that have no option here. They are sent as they are, unchecked, and go before the options.
   * Default: none.
   */
  readonly params?: Partial<Omit<ThreadForkParams, "threadId">> | undefined
  /** What the fork is for, for statistics. Default: none. */
  readonly threadSource?: ThreadSource | undefined
}

/**
 * Settings of `resumeOrStart`: those of a new thread, and of a resumed one.
 *
 * @category models
 * @since 0.169.0
 */
export interface ResumeOrStartOptions<T extends DynamicTools.Tools = never>
  extends StartThreadOptions<T>, ResumeThreadOptions<T> {
  /**
   * Who decides about what goes beyond the sandbox:
   * `auto_review` (a reviewer model), `deny_all` (nobody: Codex stays inside the sandbox), `ask` (the handlers of this program; without one,
   * declined) or `inherit` (as configured, or as the thread had it).
   * Default: as a thread that is resumed has it, and `auto_review` for a new one.
   */
  readonly approvalMode?: Approval.ApprovalMode | undefined
  /** Fields of the protocol that have no option here, for either case. Default: none. */
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

/** The names of the settings of a new thread. */
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

/** The names of the settings of a resumed thread. */
export const resumeNames: Names<ResumeThreadOptions> = {
  ...commonNames,
  approvalMode: true,
  goal: true,
  includeTurns: true,
  params: true,
  personality: true,
  require: true
}

/** The names of the settings of a fork. */
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

/** The names of the settings of `resumeOrStart`. */
export const resumeOrStartNames: Names<ResumeOrStartOptions> = { ...startNames, ...resumeNames }

/** Why settings are refused before anything is sent. */
export type Refusal = InvalidInput | InvalidOptions | RuntimeTooOld

/** What is sent for a new thread. */
export const toStart = (
  connection: Connection,
  options: Omit<StartThreadOptions, keyof ToolsOptions>
): Effect.Effect<ThreadStartParams, Refusal> =>
  Effect.map(
    common(connection, options, options.approvalMode === undefined ? "auto_review" : options.approvalMode),
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

/** What is sent to resume a thread. */
export const toResume = (
  connection: Connection,
  threadId: string,
  options: Omit<ResumeThreadOptions, keyof ToolsOptions>
): Effect.Effect<ThreadResumeParams, Refusal> =>
  Effect.andThen(
    permissionRequirements.check(options.require),
    Effect.zipWith(
      common(connection, options, options.approvalMode),
      turns(options, connection.client.metadata.version),
      (params, turns) => ({
        ...params,
        ...turns,
        personality: options.personality,
        ...options.params,
        threadId
      })
    )
  )

/** What is sent to fork a thread. */
export const toFork = (
  connection: Connection,
  threadId: string,
  options: Omit<ForkThreadOptions, keyof ToolsOptions>
): Effect.Effect<ThreadForkParams, Refusal> =>
  Effect.zipWith(
    common(connection, options, options.approvalMode),
    turns(options, connection.client.metadata.version),
    (params, turns) => ({
      ...params,
      ...turns,
      beforeTurnId: options.beforeTurnId,
      ephemeral: options.ephemeral,
      lastTurnId: options.lastTurnId,
      threadSource: options.threadSource,
      ...options.params,
      threadId
    })
  )

// internal

const common = Effect.fnUntraced(function* (
  connection: Connection,
  options: ThreadOptions & Pick<StartThreadOptions, "environments">,
  mode: Approval.ApprovalMode | undefined
) {
  yield* checkCwd(connection, options)
  yield* Sandbox.checkAlone(options.sandbox, options.permissions)
  return {
    ...(yield* Approval.toParams(mode)),
    ...(yield* Sandbox.toThreadParams(options.sandbox)),
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

// Only what was asked for can be refused: an older runtime sends the history, as it always did.
const turns = (
  { includeTurns }: { readonly includeTurns?: boolean | undefined },
  version: string
): Effect.Effect<{ readonly excludeTurns?: boolean }, RuntimeTooOld> =>
  includeTurns === undefined
    ? Effect.succeed(runtimeGate.isNewEnough(version) ? { excludeTurns: true } : {})
    : Effect.as(runtimeGate.check(version, ["excludeTurns"]), { excludeTurns: !includeTurns })
