/**
 * What a turn comes to. How events are folded into it is `internal/turnState.ts`; how it ends badly is `TurnError`.
 *
 * @since 0.169.0
 */
import type * as Option from "effect/Option"
import type { ThreadItem, ThreadTokenUsage, TurnError, TurnStatus } from "./generated/types.ts"

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
  /** Tokens as last told during the turn: of the last model response, and of the whole thread. */
  readonly usage: Option.Option<ThreadTokenUsage>
  /** Items that were started and never completed: a steered turn leaves cut messages behind. As the server showed them at their start. */
  readonly unfinishedItems: ReadonlyArray<ThreadItem>
}
