/**
 * Types of a turn's outcome, and the choice of its answer. `turnState.ts` folds events into it.
 */
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { ThreadItem, ThreadTokenUsage, TokenUsageBreakdown, TurnError, TurnStatus } from "../../generated/types.ts"

/**
 * Token usage in three views. `inputTokens` includes the cached ones.
 *
 * @category models
 * @since 0.169.0
 */
export interface TurnUsage extends ThreadTokenUsage {
  /** The usage of this turn: all its model responses together. Sub-agents are not included. */
  readonly turn: TokenUsageBreakdown
}

/**
 * The outcome of a turn.
 *
 * @category models
 * @since 0.169.0
 */
export interface TurnResult {
  readonly id: string
  /** `completed`, `failed` or `interrupted`. */
  readonly status: TurnStatus
  /** The server's description of a failure: message, `codexErrorInfo` and details. */
  readonly error: Option.Option<TurnError>
  /** When the turn started, by the server's clock, in whole seconds. */
  readonly startedAt: Option.Option<DateTime.Utc>
  /** When the turn ended, by the server's clock, in whole seconds. */
  readonly completedAt: Option.Option<DateTime.Utc>
  /** How long the turn took, as measured by the server. */
  readonly duration: Option.Option<Duration.Duration>
  /**
   * The text of the answer: the last message of phase `final_answer`, or else the last one without a phase.
   *
   * Commentary never counts. An empty text does.
   */
  readonly finalResponse: Option.Option<string>
  /** The completed items, in the order of their completion. */
  readonly items: ReadonlyArray<ThreadItem>
  /** The latest token usage: of the last model response, of the whole thread, and of this turn. */
  readonly usage: Option.Option<TurnUsage>
  /**
   * Items that started and never completed, as the server sent them at their start. Steering a turn leaves truncated
   * messages behind.
   */
  readonly unfinishedItems: ReadonlyArray<ThreadItem>
  /** The server's first 256 warnings during the turn, in order, for example that it cannot save the thread. */
  readonly warnings: ReadonlyArray<TurnWarning>
}

/**
 * A turn as the server has saved it, found by the key of its input.
 *
 * **Details**
 *
 * `status` is `inProgress` while the turn runs on this app-server. A turn that runs in another process looks
 * `interrupted`.
 *
 * The items are those that `run` returned. The server saves neither usage, unfinished items nor warnings, so `usage`
 * is none, and the two lists are empty. The exception is a turn whose end this program did not see, or that was
 * interrupted: then they are what this program saw of it, and so are items that the server has not saved.
 *
 * @category models
 * @since 0.171.0
 */
export interface TurnRecord extends TurnResult {
  /** The key of the input. */
  readonly key: string
}

/**
 * A warning of the server.
 *
 * It refers to a thread and not to a turn, so it counts for the turn that was running there.
 *
 * @category models
 * @since 0.171.0
 */
export interface TurnWarning {
  /** The notification of the warning. `guardianWarning` is from the review of the model's actions. */
  readonly method: "warning" | "guardianWarning"
  /** The server's message. It can quote paths, prompts and configuration. */
  readonly message: string
}

/**
 * Returns the answer among a turn's items: the last `final_answer`, or else the last message without a phase.
 *
 * @category events
 * @since 0.169.0
 */
export const finalResponse = (items: ReadonlyArray<ThreadItem>): Option.Option<string> => {
  let unphased: string | undefined
  for (const item of items.toReversed()) {
    if (item.type !== "agentMessage") continue
    if (item.phase === "final_answer") return Option.some(item.text)
    if (item.phase === null || item.phase === undefined) unphased ??= item.text
  }
  return Option.fromUndefinedOr(unphased)
}

/** A time of the server, which sends seconds. */
export const dateTime = (seconds: number | null | undefined): Option.Option<DateTime.Utc> =>
  Option.flatMap(Option.fromNullishOr(seconds), (seconds) => DateTime.make(seconds * 1000))
