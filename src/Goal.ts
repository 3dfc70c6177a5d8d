/**
 * A goal is an objective that the server pursues over several turns. This package shows it as one turn.
 *
 * All turns of a goal have one id, one start and one end. Use `Thread` to start a goal. How its turns are combined
 * is internal.
 *
 * Goals are enabled by default. `[features] goals = false` in the configuration of the runtime disables them.
 *
 * @since 0.169.0
 */
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { ThreadGoalMutationOrigin, ThreadGoalStatus } from "./generated/types.ts"
import type { LimitOptions } from "./internal/turn/limitOptions.ts"
import type { EventsOptions, EventsOverflowed, Failure, Turn, TurnEvent, TurnResult } from "./Turn.ts"

export type { Change, Record } from "./internal/goal/threadGoal.ts"

/**
 * Options of a goal. If it exceeds a limit, it is paused, and fails with `TurnTimedOut` or `TurnStalled` as a turn
 * does.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options extends LimitOptions {
  /** How many tokens the goal may use. After that, it ends as `budgetLimited`. Default: no limit. */
  readonly tokenBudget?: number | undefined
  /** Maximum time to wait for the first turn to start. Default: 30 s. */
  readonly startTimeout?: Duration.Input | undefined
  /**
   * Whether a user requested the goal. The server treats `user` as that user's authorization.
   *
   * Default: nothing is sent, which authorizes nothing.
   */
  readonly origin?: ThreadGoalMutationOrigin | undefined
}

/**
 * The latest state of a goal.
 *
 * @category models
 * @since 0.169.0
 */
export interface GoalState {
  readonly objective: string
  /** `cleared`: the goal was removed. */
  readonly status: ThreadGoalStatus | "cleared"
  readonly tokenBudget: Option.Option<number>
  /** The tokens used, by the server's count. It excludes tokens used after the goal was declared complete. */
  readonly tokensUsed: number
  readonly timeUsed: Duration.Duration
}

/**
 * The outcome of a goal: the combined outcome of its turns, and the end of the goal itself.
 *
 * **Details**
 *
 * `items` and `usage.turn` cover all turns. `status`, `error` and `completedAt` are those of the last turn.
 * `startedAt` and `duration` start with the first.
 *
 * **Gotchas**
 *
 * `status` can be `completed` even if the goal was not reached: a model that gives up declares it `blocked` in a
 * turn that completes. Check `goal.status`.
 *
 * @category models
 * @since 0.169.0
 */
export interface GoalResult extends TurnResult {
  readonly goal: GoalState
}

/**
 * A running goal. It is a turn except for its result.
 *
 * **Details**
 *
 * Its `id` is that of the first turn, and the events of later turns have the same id. It emits only the first
 * `turn/started` and the last `turn/completed`, and none of the goal's own notifications. Server requests, such as
 * approvals, keep the ids that the server sent.
 *
 * `steer` sends input to the running turn, and between two turns waits for the next. `interrupt` pauses the goal
 * first, so that no further turn starts. The goal holds the thread until it ends, so `run` waits for it. You need
 * not keep the handle: the server continues the goal without it.
 *
 * @category models
 * @since 0.169.0
 */
export interface GoalTurn extends Omit<Turn, "events" | "eventsWith" | "result"> {
  /** The events of the goal's turns. Fails as `result` does, after the last event. */
  readonly events: Stream.Stream<TurnEvent, Failure | GoalError>
  /** `events` with another policy for a slow consumer. */
  eventsWith(options: EventsOptions): Stream.Stream<TurnEvent, Failure | GoalError | EventsOverflowed>
  /**
   * Waits until the goal ends and returns its result.
   *
   * You can run it any number of times, before or after the goal ends: the outcome is the same. The `result` in its
   * error is a `GoalResult` too.
   */
  readonly result: Effect.Effect<GoalResult, Failure | GoalError>
  /** The latest state of the goal. */
  readonly goal: Effect.Effect<GoalState>
}

/**
 * Returns whether the result of a failure is that of a goal, and so contains the end of the goal.
 *
 * **Example** (Asking why a goal failed)
 *
 * ```ts
 * thread.runGoal("…").pipe(
 *   Effect.catchTag("TurnFailed", ({ result }) =>
 *     Console.log(Goal.isGoalResult(result) ? result.goal.status : "no goal")
 *   )
 * )
 * ```
 *
 * @category guards
 * @since 0.169.0
 */
export const isGoalResult = (result: TurnResult): result is GoalResult => Object.hasOwn(result, "goal")

const id = (name: string): string => `effect-codex/GoalError/${name}`

/**
 * Goals are disabled.
 *
 * @category errors
 * @since 0.169.0
 */
export class GoalsDisabled extends Schema.TaggedError<GoalsDisabled>(id("GoalsDisabled"))("GoalsDisabled", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "Goals are disabled. Set `goals = true` under `[features]` in the config.toml of the Codex home, or `features.goals` in the `config` option."
  }
}

/**
 * Whether a value is a `GoalsDisabled`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isGoalsDisabled = (value: unknown): value is GoalsDisabled => value instanceof GoalsDisabled

/**
 * The thread is not saved, and a goal requires a saved thread.
 *
 * @category errors
 * @since 0.169.0
 */
export class ThreadNotPersisted extends Schema.TaggedError<ThreadNotPersisted>(id("ThreadNotPersisted"))(
  "ThreadNotPersisted",
  {}
) {
  readonly isRetryable = false
  override get message(): string {
    return "Goals require a saved thread, and this one is ephemeral. Start it without `ephemeral`."
  }
}

/**
 * Whether a value is a `ThreadNotPersisted`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isThreadNotPersisted = (value: unknown): value is ThreadNotPersisted => value instanceof ThreadNotPersisted

/**
 * The server accepted the goal but started no turn in time. The goal has been paused.
 *
 * @category errors
 * @since 0.169.0
 */
export class GoalNotStarted extends Schema.TaggedError<GoalNotStarted>(id("GoalNotStarted"))("GoalNotStarted", {
  /** The limit that was exceeded, in milliseconds. */
  timeout: Schema.DurationFromMillis
}) {
  readonly isRetryable = true
  override get message(): string {
    return `The server accepted the goal but started no turn within ${Duration.toSeconds(this.timeout)} s. The goal was paused. Increase \`startTimeout\` if it needs longer.`
  }
}

/**
 * Whether a value is a `GoalNotStarted`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isGoalNotStarted = (value: unknown): value is GoalNotStarted => value instanceof GoalNotStarted

/**
 * The server ran an ordinary turn and never reported the goal.
 *
 * @category errors
 * @since 0.169.0
 */
export class GoalNotActivated extends Schema.TaggedError<GoalNotActivated>(id("GoalNotActivated"))(
  "GoalNotActivated",
  {}
) {
  readonly isRetryable = false
  override get message(): string {
    return "The server ran a turn but never reported the goal. Update the runtime, or remove `thread/goal/updated` from `optOutNotificationMethods`."
  }
}

/**
 * Whether a value is a `GoalNotActivated`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isGoalNotActivated = (value: unknown): value is GoalNotActivated => value instanceof GoalNotActivated

/**
 * The schema of all reasons.
 *
 * @category schemas
 * @since 0.169.0
 */
export const Reason = Schema.Union([GoalsDisabled, ThreadNotPersisted, GoalNotStarted, GoalNotActivated])

/**
 * A goal could not be pursued on this thread; `reason` says why.
 *
 * A call that fails is a `CodexError` instead, and a turn that fails is a `TurnFailed`.
 *
 * **Example** (Continuing without goals)
 *
 * ```ts
 * thread.runGoal("…").pipe(Effect.catchReason("GoalError", "GoalsDisabled", () => thread.run("…")))
 * ```
 *
 * @category errors
 * @since 0.169.0
 */
export class GoalError extends Schema.TaggedError<GoalError>("effect-codex/GoalError")("GoalError", {
  threadId: Schema.String,
  reason: Reason
}) {
  override readonly cause = this.reason

  /** Whether the same goal can be started again with a chance of success. */
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }

  override get message(): string {
    return this.reason.message
  }
}

/**
 * Whether a value is a `GoalError`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isGoalError = (value: unknown): value is GoalError => value instanceof GoalError
