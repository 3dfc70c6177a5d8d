/**
 * A turn as an activity of a workflow. The workflow's engine runs an activity again if it does not know its result, for
 * example after a crash. The key of the turn is the same then, so the record of the thread decides whether it is paid.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Activity from "effect/workflow/Activity"
import { WorkflowInstance } from "effect/workflow/WorkflowEngine"
import { CodexError } from "../../CodexError.ts"
import type * as Input from "../../Input.ts"
import { DirectoryError } from "../cluster/directory.ts"
import type * as durableTurn from "../cluster/durableTurn.ts"
import { ApprovalInboxError } from "../cluster/inboxService.ts"
import type { OpenOptions } from "../cluster/openThread.ts"
import { ThreadStoreError } from "../threadStore/service.ts"
import {
  EventsOverflowed,
  OutcomeUnknown,
  TurnFailed,
  TurnInterrupted,
  TurnStalled,
  TurnTimedOut
} from "../turn/turnErrors.ts"
import { Turns } from "./turns.ts"

/**
 * The schema of the outcome of a turn in a workflow, as it is stored.
 *
 * @category schemas
 * @since 0.171.0
 */
export const TurnOutcome = Schema.Struct({
  threadId: Schema.String,
  turnId: Schema.String,
  /** The text of the answer, as in `TurnResult`. */
  finalResponse: Schema.OptionFromNullOr(Schema.String),
  /**
   * Where the result is from.
   *
   * - `ran`: the input was sent, and its turn completed.
   * - `continued`: the turn was interrupted, and a continuation was sent: one more request to the model, at least.
   * - `record`: the thread had the completed turn, so nothing was sent.
   */
  source: Schema.Literals(["ran", "continued", "record"]),
  /** The tokens of the turn. None if the server did not report them, or if the result is from the record. */
  totalTokens: Schema.OptionFromNullOr(Schema.Number)
})

/**
 * The outcome of a turn in a workflow.
 *
 * @category models
 * @since 0.171.0
 */
export interface TurnOutcome extends Schema.Schema.Type<typeof TurnOutcome> {}

/**
 * The schema of the errors of a turn in a workflow. Put it into `error` of the workflow.
 *
 * @category schemas
 * @since 0.171.0
 */
export const TurnError = Schema.Union([
  CodexError,
  TurnFailed,
  TurnInterrupted,
  TurnStalled,
  TurnTimedOut,
  EventsOverflowed,
  OutcomeUnknown,
  DirectoryError,
  ThreadStoreError,
  ApprovalInboxError
])

/**
 * Why a turn in a workflow failed.
 *
 * @category models
 * @since 0.171.0
 */
export type TurnError = typeof TurnError.Type

/**
 * Options of a turn in a workflow: those of `thread.runOnce`, and what belongs to a cluster.
 *
 * @category models
 * @since 0.171.0
 */
export interface TurnActivityOptions<R = never> extends durableTurn.DurableTurnOptions<ApprovalInboxError, R> {
  /** How the thread is started or resumed. */
  readonly thread?: OpenOptions | undefined
}

/** A turn as an activity. */
export interface TurnActivity<R> extends Activity.Activity<typeof TurnOutcome, typeof TurnError, Turns | R> {}

/** Creates the activity of a turn. */
export const make = <R = never>({
  input,
  name,
  options = {},
  perAttempt = false,
  thread
}: {
  readonly name: string
  readonly input: Input.Input
  readonly thread?: string | undefined
  readonly perAttempt?: boolean | undefined
  readonly options?: TurnActivityOptions<R> | undefined
}): TurnActivity<R> =>
  Activity.make({
    name,
    success: TurnOutcome,
    error: TurnError,
    execute: Effect.gen(function* () {
      const turns = yield* Turns
      const { executionId } = yield* WorkflowInstance
      const attempt = yield* Activity.CurrentAttempt
      const key = `${executionId}/${name}${perAttempt && attempt > 1 ? `/${attempt}` : ""}`
      const { ask, ifInterrupted, ...rest } = options
      let isContinued = false
      const { result, source, threadId } = yield* turns["~run"](thread ?? executionId, key, input, {
        ...rest,
        ifInterrupted: ifInterrupted === "continue" ? "ask" : ifInterrupted,
        // Asked in each case, because the outcome says whether a continuation was sent.
        ask: (unknown) =>
          (ifInterrupted === "continue"
            ? Effect.succeed("continue" as const)
            : ask === undefined
              ? Effect.succeed("fail" as const)
              : ask(unknown)
          ).pipe(
            Effect.tap((decision) =>
              Effect.sync(() => {
                if (decision === "continue") isContinued = true
              })
            )
          )
      })
      return {
        threadId,
        turnId: result.id,
        finalResponse: result.finalResponse,
        source: source === "record" ? source : isContinued ? "continued" : source,
        totalTokens: Option.map(result.usage, ({ turn }) => turn.totalTokens)
      } satisfies TurnOutcome
    })
  })
