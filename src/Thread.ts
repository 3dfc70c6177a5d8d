/**
 * A conversation: a plain value that holds the connection. Starting and resuming one is `Codex`'s; what a turn comes to is `Turn`.
 *
 * @since 0.169.0
 */
import * as Effect from "effect/Effect"
import * as Approval from "./Approval.ts"
import { CodexError, type InputTooLarge, type InvalidInput } from "./CodexError.ts"
import type {
  PersonalityParam,
  ReasoningEffort,
  ReasoningSummaryParam,
  ThreadResumeResponse,
  ThreadStartResponse,
  TurnStartParams
} from "./generated/types.ts"
import * as Input from "./Input.ts"
import type { Turns } from "./internal/turns.ts"
import * as Sandbox from "./Sandbox.ts"
import type { TurnResult } from "./Turn.ts"
import type { TurnFailed, TurnInterrupted } from "./TurnError.ts"

/**
 * What the server said when the thread was started or resumed: effective model, folder, policies, instruction sources.
 *
 * @category models
 * @since 0.169.0
 */
export type Reply = ThreadStartResponse | ThreadResumeResponse

/**
 * Settings of a turn. Nothing is sent for what is left out.
 *
 * **Gotchas**
 *
 * All but `outputSchema`, `source` and `turnServiceTier` stay in force for the thread's later turns. An effort can't be cleared again.
 *
 * @category models
 * @since 0.169.0
 */
export interface TurnOptions {
  /** Who decides about escalations. Default: as the thread has it. */
  readonly approvalMode?: Approval.ApprovalMode | undefined
  /** The working folder. */
  readonly cwd?: string | undefined
  /** How hard the model thinks: `"low"`, `"medium"`, `"high"` …; which there are depends on the model, and the server doesn't check. */
  readonly effort?: ReasoningEffort | undefined
  readonly model?: string | undefined
  /** JSON Schema that the answer is asked to have, for this turn only. The server doesn't check the answer. */
  readonly outputSchema?: { readonly [key: string]: unknown } | undefined
  readonly personality?: PersonalityParam | undefined
  readonly sandbox?: Sandbox.TurnSandbox | undefined
  readonly serviceTier?: string | undefined
  /** What caused the turn, for a turn that nobody asked for; sent as `turnTrigger`, for this turn only. */
  readonly source?: string | undefined
  /** How reasoning is summarised. */
  readonly summary?: ReasoningSummaryParam | undefined
  /** The service tier of this turn only; sent as `serviceTierForTurn`. */
  readonly turnServiceTier?: string | undefined
}

/**
 * A conversation with Codex.
 *
 * @category models
 * @since 0.169.0
 */
export interface Thread {
  readonly id: string
  /** What the server said when this handle was made. */
  readonly reply: Reply
  /**
   * Runs a turn and waits for its end.
   *
   * **Details**
   *
   * Runs on one thread go one after the other. Interrupting it interrupts the turn on the server and waits for its end, at most 5 s.
   *
   * **Gotchas**
   *
   * A turn has no limit of its own, and one whose model host can't be reached never ends: use `Effect.timeout`, which interrupts it.
   */
  run(input: Input.Input, options?: TurnOptions): Effect.Effect<TurnResult, CodexError | TurnFailed | TurnInterrupted>
}

/**
 * A handle on a thread.
 *
 * @category constructors
 * @since 0.169.0
 */
export const make = (turns: Turns, reply: Reply): Thread => ({
  id: reply.thread.id,
  reply,
  run: Effect.fn("Thread.run")(function* (input, options) {
    const params = yield* Effect.mapError(
      turnParams(reply.thread.id, input, options),
      (reason) => new CodexError({ method: "turn/start", reason })
    )
    return yield* turns.run(params)
  })
})

// internal

const turnParams = Effect.fnUntraced(function* (
  threadId: string,
  input: Input.Input,
  options: TurnOptions = {}
): Effect.fn.Return<TurnStartParams, InvalidInput | InputTooLarge> {
  return {
    ...(yield* Approval.toParams(options.approvalMode)),
    ...(yield* Sandbox.toTurnParams(options.sandbox)),
    cwd: options.cwd,
    effort: options.effort,
    model: options.model,
    outputSchema: options.outputSchema,
    personality: options.personality,
    serviceTier: options.serviceTier,
    turnTrigger: options.source,
    summary: options.summary,
    serviceTierForTurn: options.turnServiceTier,
    threadId,
    input: yield* Input.toParts(input)
  }
})
