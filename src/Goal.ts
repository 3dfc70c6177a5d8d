/**
 * A goal: an objective that the server pursues over as many turns as it takes. Here it is one turn: what the server does with its continuation
 * turns is shown under one id, with one beginning and one end. Started by `Thread`; how the turns are put together is internal.
 *
 * The runtime has goals switched on by default; `[features] goals = false` in its configuration switches them off.
 *
 * @since 0.169.0
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { ThreadGoalMutationOrigin, ThreadGoalStatus } from "./generated/types.ts"
import type { LimitOptions } from "./internal/turn/limitOptions.ts"
import type { Failure, Turn, TurnEvent, TurnResult } from "./Turn.ts"

/**
 * Settings of a goal. A goal whose limit passes is paused, and fails as a turn does: with `TurnTimedOut` or `TurnStalled`.
 *
 * @category models
 * @since 0.169.0
 */
export interface GoalOptions extends LimitOptions {
  /** How many tokens the goal may use. Once they are used, it ends as `budgetLimited`. Default: no limit. */
  readonly tokenBudget?: number | undefined
  /** How long the server may take to begin the first turn. Default: 30 s. */
  readonly startTimeout?: Duration.Input | undefined
  /** Whether a person asked for the goal. The server takes `user` for that person's authorisation. Default: nothing is sent, which authorises nothing. */
  readonly origin?: ThreadGoalMutationOrigin | undefined
}

/**
 * A goal as last told.
 *
 * @category models
 * @since 0.169.0
 */
export interface GoalState {
  readonly objective: string
  /** `cleared`: somebody removed the goal. */
  readonly status: ThreadGoalStatus | "cleared"
  readonly tokenBudget: Option.Option<number>
  /** By the server's count, which leaves out what is used after the goal was declared complete. */
  readonly tokensUsed: number
  readonly timeUsedSeconds: number
}

/**
 * What a goal came to: the outcome of its turns as one turn, and the goal's own end.
 *
 * **Details**
 *
 * `items` are those of all turns, `usage.turn` counts all of them; `status`, `error` and `completedAt` are the last turn's. `startedAt` and
 * `durationMs` begin with the first.
 *
 * **Gotchas**
 *
 * `status` is `completed` also for a goal that wasn't reached: a model that gives up declares it `blocked` in a turn that ends well. Look at
 * `goal.status`.
 *
 * @category models
 * @since 0.169.0
 */
export interface GoalResult extends TurnResult {
  readonly goal: GoalState
}

/**
 * A running goal: a turn in all but its result.
 *
 * **Details**
 *
 * Its `id` is that of the first turn; the events of later ones bear it too. Of all `turn/started` the first is shown, of all `turn/completed` the
 * last, and the goal's own notifications are not. Requests of the server, such as approvals, bear the ids that the server gave.
 *
 * `steer` goes to the turn that runs, and between two turns waits for the next. `interrupt` pauses the goal first, so that it goes no further. The
 * thread is taken until the end: `run` waits for it. Nobody has to hold the handle: the server goes on with the goal without it.
 *
 * @category models
 * @since 0.169.0
 */
export interface GoalTurn extends Omit<Turn, "eventsOrFail" | "result"> {
  /** `events`, and then the failure that `result` has, if it has one. */
  readonly eventsOrFail: Stream.Stream<TurnEvent, Failure | GoalError>
  /** Waits for the end. It is the same however often and whenever it is asked for. The `result` inside a failed one is a `GoalResult` too. */
  readonly result: Effect.Effect<GoalResult, Failure | GoalError>
  /** The goal as last told. */
  readonly goal: Effect.Effect<GoalState>
}

/**
 * Whether the result of a failure is that of a goal, so that it tells the goal's end.
 *
 * **Example** (Asking why a goal failed)
 *
 * ```ts
 * thread.runGoal("…").pipe(
 *   Effect.catchTag("TurnFailed", ({ result }) => Console.log(Goal.isGoalResult(result) ? result.goal.status : "no goal"))
 * )
 * ```
 *
 * @category guards
 * @since 0.169.0
 */
export const isGoalResult = (result: TurnResult): result is GoalResult => Object.hasOwn(result, "goal")

const id = (name: string): string => `effect-codex/GoalError/${name}`

/**
 * Goals are switched off.
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
 * The thread is not kept, and a goal needs one that is.
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
 * The server took the goal and began no turn in time. The goal has been paused.
 *
 * @category errors
 * @since 0.169.0
 */
export class GoalNotStarted extends Schema.TaggedError<GoalNotStarted>(id("GoalNotStarted"))("GoalNotStarted", {
  /** The limit that passed, in milliseconds. */
  timeoutMillis: Schema.Number
}) {
  readonly isRetryable = true
  override get message(): string {
    return `The server accepted the goal but started no turn within ${this.timeoutMillis / 1000} s. The goal was paused. Increase \`startTimeout\` if it needs longer.`
  }
}

/**
 * A turn ran, and the server never told of the goal: what ran was an ordinary turn.
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
 * All reasons, as a schema.
 *
 * @category schemas
 * @since 0.169.0
 */
export const GoalErrorReason = Schema.Union([GoalsDisabled, ThreadNotPersisted, GoalNotStarted, GoalNotActivated])

/**
 * A goal could not be pursued on this thread, and `reason` says why. A call that failed is a `CodexError`, a turn that failed a `TurnFailed`.
 *
 * **Example** (Doing without goals)
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
  reason: GoalErrorReason
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
