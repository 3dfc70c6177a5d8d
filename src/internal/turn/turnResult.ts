/**
 * What a turn comes to, as types, and which of its messages is the answer. How events are folded into it is `turnState.ts`.
 */
import * as Option from "effect/Option"
import type { ThreadItem, ThreadTokenUsage, TokenUsageBreakdown, TurnError, TurnStatus } from "../../generated/types.ts"

/**
 * Tokens, in three views. `inputTokens` contains the cached ones.
 *
 * @category models
 * @since 0.169.0
 */
export interface TurnUsage extends ThreadTokenUsage {
  /** What this turn used: all its model responses together. Sub-agents are not in it. */
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
  /** The server's account of a failure: its words, `codexErrorInfo`, details. */
  readonly error: Option.Option<TurnError>
  /** Unix time in seconds. */
  readonly startedAt: Option.Option<number>
  /** Unix time in seconds. */
  readonly completedAt: Option.Option<number>
  readonly durationMs: Option.Option<number>
  /**
   * The text of the answer: the last message of phase `final_answer`, or else the last one without a phase. Commentary never counts; an empty
   * text does.
   */
  readonly finalResponse: Option.Option<string>
  /** The items that were completed, in the order of their completion. */
  readonly items: ReadonlyArray<ThreadItem>
  /** Tokens as last told: of the last model response, of the whole thread, and of this turn. */
  readonly usage: Option.Option<TurnUsage>
  /** Items that were started and never completed: a steered turn leaves cut messages behind. As the server showed them at their start. */
  readonly unfinishedItems: ReadonlyArray<ThreadItem>
  /** What the server warned of while the turn ran, such as that it cannot save the thread; in the order in which it came. */
  readonly warnings: ReadonlyArray<TurnWarning>
}

/**
 * A warning of the server. It names the thread and no turn: it counts for the turn that ran there.
 *
 * @category models
 * @since 0.171.0
 */
export interface TurnWarning {
  /** The notification that told it; `guardianWarning` is from the review of what the model wants to do. */
  readonly method: "warning" | "guardianWarning"
  /** The server's words. They can quote paths, prompts and configuration. */
  readonly message: string
}

/**
 * The answer among a turn's items: the last `final_answer`, or else the last message without a phase.
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
