/** The workflow of the tests: a turn, a decision of a person, and another turn. */
import { Effect, Layer, Option, Schema } from "effect"
import { Workflow } from "effect/workflow"
import * as ApprovalInbox from "../../src/cluster/ApprovalInbox.ts"
import { approval, layerApprovals, NotDecided, TurnError, turnActivity } from "../../src/workflow/index.ts"

export const Review = Workflow.make("Review", {
  payload: { id: Schema.String, ifInterrupted: Schema.Literals(["fail", "continue", "ask"]), days: Schema.Number },
  idempotencyKey: ({ id }) => id,
  success: Schema.Struct({
    plan: Schema.String,
    by: Schema.String,
    done: Schema.String,
    sources: Schema.Array(Schema.String)
  }),
  error: Schema.Union([TurnError, NotDecided])
})

export const ship = approval({
  name: "ship",
  choices: { yes: "Ship it", no: "Stop here" },
  value: {
    of: ["yes"],
    schema: Schema.Struct({ version: Schema.NonEmptyString }),
    fields: [{ name: "version", label: "Version", type: "text", required: true, options: [], other: false }]
  }
})

const text = Option.getOrElse(() => "")

/** A workflow in which a turn runs while a person decides. */
export const Both = Workflow.make("Both", {
  payload: { id: Schema.String },
  idempotencyKey: ({ id }) => id,
  success: Schema.Struct({ by: Schema.String, text: Schema.String, source: Schema.String }),
  error: Schema.Union([TurnError, NotDecided])
})

// The turn first: a branch that waits suspends the workflow, unless another one is in an activity.
const both = Both.toLayer(({ id }) =>
  Effect.map(
    Effect.all([turnActivity({ name: "turn", input: `turn of ${id}` }), ship.ask({ lines: [`Ship ${id}?`] })], {
      concurrency: "unbounded"
    }),
    ([{ finalResponse, source }, { by }]) => ({ by, text: text(finalResponse), source })
  )
)

/** A workflow with a mistake in its code. */
export const Mistake = Workflow.make("Mistake", {
  payload: { id: Schema.String },
  idempotencyKey: ({ id }) => id,
  success: Schema.String,
  error: TurnError
})

// What a JavaScript program can contain.
const broken: { readonly text?: string } = JSON.parse("{}")

const mistake = Mistake.toLayer(() => Effect.sync(() => JSON.parse(broken.text ?? "a mistake")))

const review = Review.toLayer(
  Effect.fnUntraced(function* ({ days, id, ifInterrupted }) {
    const options = { ifInterrupted, ask: ApprovalInbox.continuation() } as const
    const plan = yield* turnActivity({ name: "plan", input: `plan ${id}`, options })
    const { by, choice, value } = yield* ship.ask({
      lines: [`Ship ${id}?`, text(plan.finalResponse)],
      expiresAfter: `${days} days`,
      threadId: plan.threadId
    })
    const what = Option.match(value, { onNone: () => "stop", onSome: ({ version }) => `ship ${version}` })
    const done = yield* turnActivity({ name: "do", input: `${choice}: ${what} of ${id}`, options })
    return { plan: text(plan.finalResponse), by, done: text(done.finalResponse), sources: [plan.source, done.source] }
  })
)

/** Runs the workflows, and passes decisions on to them. */
export const layer = Layer.mergeAll(review, both, mistake, layerApprovals)
