/**
 * A turn as an activity of a workflow. The workflow's engine runs an activity again if it does not know its result, for
 * example after a crash. The key of the turn is the same then, so the record of the thread decides whether it is paid.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Activity from "effect/workflow/Activity"
import * as DurableDeferred from "effect/workflow/DurableDeferred"
import { WorkflowEngine, WorkflowInstance } from "effect/workflow/WorkflowEngine"
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

/**
 * A turn as an activity of a workflow: `yield*` it there.
 *
 * @category models
 * @since 0.171.0
 */
export interface TurnActivity<R> extends Effect.Effect<
  TurnOutcome,
  TurnError,
  Turns | R | WorkflowEngine | WorkflowInstance
> {}

/**
 * Runs a turn as an activity. `yield*` it in a workflow.
 *
 * **Details**
 *
 * - `name` identifies the turn within the workflow. Two turns of one workflow have two names.
 * - `input` is that of `thread.run`. It must be the same whenever the workflow is replayed.
 * - `thread` is the name of the conversation in the `ThreadDirectory`. Default: the id of the execution, so that each
 *   execution has its own thread. Turns with the same name continue one conversation.
 * - `options` are those of `thread.runOnce`, with `thread.start` and `thread.resume` for the thread itself.
 * - `perAttempt`: whether each attempt of `Activity.retry` is another piece of work with a key of its own. Default:
 *   `false`, so an attempt finds what the attempt before has paid, and fails as that did. Use `ifFailed: "repeat"` to
 *   send the input again after a failure that can pass.
 *
 * The key of the turn consists of the id of the execution and the name. The engine runs an activity again if it does
 * not know its result: after a crash, the turn is found by its key, and is not paid a second time. If it was
 * interrupted, `ifInterrupted` decides: `fail`, the default, fails with `OutcomeUnknown`; `continue` sends a
 * continuation, which is at least one more request to the model, and is `source: "continued"` in the outcome; `ask`
 * calls `ask`, such as `ApprovalInbox.continuation()`.
 *
 * The outcome is stored in the database of the workflow: the text of the answer and numbers, and no items.
 *
 * **Example** (Running two turns of one conversation)
 *
 * ```ts
 * import { Effect, Option, Schema } from "effect"
 * import { Workflow } from "effect/workflow"
 * import { TurnError, turnActivity } from "effect-codex/workflow"
 *
 * const Fix = Workflow.make("Fix", {
 *   payload: { issue: Schema.Number },
 *   idempotencyKey: ({ issue }) => String(issue),
 *   success: Schema.String,
 *   error: TurnError
 * })
 *
 * const layer = Fix.toLayer(
 *   Effect.fnUntraced(function* ({ issue }) {
 *     yield* turnActivity({ name: "plan", input: `Make a plan for issue ${issue}.` })
 *     const { finalResponse } = yield* turnActivity({
 *       name: "do",
 *       input: "Do it.",
 *       options: { ifInterrupted: "continue" }
 *     })
 *     return Option.getOrElse(finalResponse, () => "")
 *   })
 * )
 * ```
 *
 * @category constructors
 * @since 0.171.0
 */
export const turnActivity = <R = never>({
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
}): TurnActivity<NoInfer<R>> =>
  // The instance of the run, which an activity does not get itself.
  Effect.flatMap(WorkflowInstance, (run) =>
    Activity.make({
      name,
      success: TurnOutcome,
      error: TurnError,
      execute: Effect.gen(function* () {
        const turns = yield* Turns
        const attempt = yield* Activity.CurrentAttempt
        const key = `${run.executionId}/${name}${perAttempt && attempt > 1 ? `/${attempt}` : ""}`
        const context = yield* Effect.context<WorkflowEngine | WorkflowInstance>()
        return yield* turns["~run"](
          thread ?? run.executionId,
          key,
          (turn) => toOutcome(options, (decided) => turn(input, decided)),
          Effect.provideContext(isReplayed(run), context)
        )
      })
    })
  )

// internal

/** Runs the turn, and notes whether a continuation was sent. */
const toOutcome = Effect.fnUntraced(function* <R>(
  { ask, ifInterrupted, ...options }: TurnActivityOptions<R>,
  turn: (
    options: TurnActivityOptions<R>
  ) => Effect.Effect<durableTurn.DurableResult, durableTurn.DurableFailure | ApprovalInboxError, R>
) {
  let isContinued = false
  const decide = (unknown: OutcomeUnknown): Effect.Effect<"fail" | "continue", ApprovalInboxError, R> =>
    ifInterrupted === "continue"
      ? Effect.succeed("continue")
      : ask === undefined
        ? Effect.succeed("fail")
        : ask(unknown)
  const { result, source, threadId } = yield* turn({
    ...options,
    // Asked for `continue`, too, because the outcome says whether a continuation was sent.
    ifInterrupted: ifInterrupted === "continue" ? "ask" : ifInterrupted,
    ask: (unknown) =>
      Effect.tap(decide(unknown), (decision) =>
        Effect.sync(() => {
          if (decision === "continue") isContinued = true
        })
      )
  })
  return {
    threadId,
    turnId: result.id,
    finalResponse: result.finalResponse,
    source: source === "ran" && isContinued ? "continued" : source,
    totalTokens: Option.map(result.usage, ({ turn }) => turn.totalTokens)
  } satisfies TurnOutcome
})

/**
 * Whether the run was interrupted to replay it. An engine marks it as suspended then. It also does so if the workflow
 * itself is interrupted, of which it has a signal. If the process loses the workflow, the run is not marked.
 */
const isReplayed = (
  run: WorkflowInstance["Service"]
): Effect.Effect<boolean, never, WorkflowEngine | WorkflowInstance> =>
  Effect.gen(function* () {
    if (!run.suspended || run.abandoned || run.interrupted) return false
    const engine = yield* WorkflowEngine
    return Option.isNone(yield* engine.deferredResult(interruptSignal))
  })

// The name that Effect's cluster gives it.
const interruptSignal = DurableDeferred.make("Workflow/InterruptSignal")
