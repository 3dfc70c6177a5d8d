/**
 * Decisions of people in a workflow.
 *
 * @since 0.171.0
 */
import type * as Layer from "effect/Layer"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import type { ApprovalInbox } from "../internal/cluster/inboxService.ts"
import * as approvals from "../internal/workflow/approval.ts"
import { NotDecided } from "../internal/workflow/approval.ts"
import type { Approval, ApprovalOptions } from "../internal/workflow/approval.ts"

export { NotDecided } from "../internal/workflow/approval.ts"
export type { Approval, ApprovalOptions, Ask, Decision } from "../internal/workflow/approval.ts"

/**
 * Defines a decision that a workflow asks a person for.
 *
 * **Details**
 *
 * `ask` puts the request into the `ApprovalInbox` and suspends the workflow until the entry has ended. No process has
 * to live in the meantime. A person answers with `inbox.answer`, which needs the database only. `layerApprovals`
 * passes the answer on: provide it in the processes that run workflows.
 *
 * Throws a `TypeError` for a name that is not allowed.
 *
 * `ask` fails with `NotDecided` if the time limit passes or the entry is withdrawn. When the workflow ends, its open
 * entries are withdrawn. The entry has `kind: "decision"`.
 *
 * **Example** (Asking before a turn)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { approval, turnActivity } from "effect-codex/workflow"
 *
 * const ship = approval({ name: "ship", choices: { yes: "Ship it", no: "Stop here" } })
 *
 * const step = Effect.gen(function* () {
 *   const { by, choice } = yield* ship.ask({ lines: ["Ship the plan?"], expiresAfter: "2 days" })
 *   if (choice === "yes") yield* turnActivity({ name: "ship", input: `${by} has approved the plan. Ship it.` })
 * })
 * ```
 *
 * **Example** (Asking for a value)
 *
 * ```ts
 * import { Schema } from "effect"
 * import { approval } from "effect-codex/workflow"
 *
 * const budget = approval({
 *   name: "budget",
 *   choices: { grant: "Grant a budget", refuse: "Refuse" },
 *   value: {
 *     of: ["grant"],
 *     schema: Schema.Struct({ euros: Schema.Number }),
 *     fields: [{ name: "euros", label: "Euros", type: "number", required: true, options: [], other: false }]
 *   }
 * })
 * ```
 *
 * @category constructors
 * @since 0.171.0
 */
export const approval: <const Choices extends { readonly [name: string]: string }, A = never>(
  options: ApprovalOptions<Choices, A>
) => Approval<keyof Choices & string, A> = approvals.make

/**
 * Passes decisions from the inbox on to the workflows that wait for them. Provide it wherever workflows run; several
 * processes can do so at once.
 *
 * It reads the database at each `pollInterval` of the inbox. Passing on is repeated until it succeeds, and the first
 * decision counts.
 *
 * @category layers
 * @since 0.171.0
 */
export const layerApprovals: Layer.Layer<never, never, ApprovalInbox | WorkflowEngine> = approvals.relay

/**
 * Whether a value is a `NotDecided`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isNotDecided = (value: unknown): value is NotDecided => value instanceof NotDecided
