/**
 * A turn as an activity of a workflow.
 *
 * @since 0.171.0
 */
import type * as Input from "../Input.ts"
import * as activity from "../internal/workflow/turnActivity.ts"
import type { TurnActivity, TurnActivityOptions } from "../internal/workflow/turnActivity.ts"

export { TurnError, TurnOutcome } from "../internal/workflow/turnActivity.ts"
export type { TurnActivity, TurnActivityOptions } from "../internal/workflow/turnActivity.ts"

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
export const turnActivity: <R = never>(options: {
  readonly name: string
  readonly input: Input.Input
  readonly thread?: string | undefined
  readonly perAttempt?: boolean | undefined
  readonly options?: TurnActivityOptions<R> | undefined
}) => TurnActivity<NoInfer<R>> = activity.make
