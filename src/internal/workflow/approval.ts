/**
 * A person's decision in a workflow. The request is an entry of the inbox that no process waits for, and the workflow
 * waits on a durable deferred. `relay` completes the deferred when the entry has ended.
 *
 * An answer is stored in the inbox first, and passed on after that. So a program for people needs the database only,
 * and an answer is not lost if every runner is down. Passing it on twice changes nothing: the first completion counts.
 */
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Activity from "effect/workflow/Activity"
import * as DurableDeferred from "effect/workflow/DurableDeferred"
import * as Workflow from "effect/workflow/Workflow"
import { type WorkflowEngine, WorkflowInstance } from "effect/workflow/WorkflowEngine"
import { ApprovalInbox, ApprovalInboxError, type Entry, type Field } from "../cluster/inboxService.ts"

/**
 * No person decided: the time limit passed, or the request was withdrawn.
 *
 * @category errors
 * @since 0.171.0
 */
export class NotDecided extends Schema.TaggedError<NotDecided>("effect-codex/workflow/NotDecided")("NotDecided", {
  /** The name of the approval. */
  name: Schema.String,
  /** How the entry of the inbox ended. */
  status: Schema.Literals(["expired", "withdrawn"])
}) {
  /** The same call gives the same error, because its outcome is stored. */
  readonly isRetryable = false
  override get message(): string {
    return this.status === "expired"
      ? "No person decided in time. Ask again under another name, or treat it as a decline."
      : "The request for a decision was withdrawn. Ask again under another name, or treat it as a decline."
  }
}

/**
 * A decision of a person.
 *
 * @category models
 * @since 0.171.0
 */
export interface Decision<C extends string, A> {
  /** The name of the choice. */
  readonly choice: C
  /** The value, if the choice has one. */
  readonly value: Option.Option<A>
  /** Who decided. */
  readonly by: string
  readonly note: Option.Option<string>
  readonly at: DateTime.Utc
}

/**
 * What a person is asked.
 *
 * @category models
 * @since 0.171.0
 */
export interface Ask {
  /** What the person reads, the question first. Control characters are replaced, and secrets are masked. */
  readonly lines: ReadonlyArray<string>
  /** How long an answer is possible. After that, the call fails with `NotDecided`. Default: no limit. */
  readonly expiresAfter?: Duration.Input | undefined
  /** The thread that it is about, for the person. */
  readonly threadId?: string | undefined
}

/**
 * Options of an approval.
 *
 * @category models
 * @since 0.171.0
 */
export interface ApprovalOptions<Choices extends { readonly [name: string]: string }, A> {
  /**
   * The name of the approval, which no other one of the workflow has: 1 to 60 characters without a slash.
   *
   * An execution of a workflow asks once for each name: a second `ask` returns the same decision.
   */
  readonly name: string
  /** The choices, by name, with what a person reads. */
  readonly choices: Choices
  /** The value that a person gives with some of the choices. Default: none. */
  readonly value?:
    | {
        readonly schema: Schema.Codec<A, Schema.Json>
        /** The choices that have it. */
        readonly of: ReadonlyArray<keyof Choices & string>
        /** What is filled in, for a program for people. Without it, that program must know the schema. */
        readonly fields?: ReadonlyArray<Field> | undefined
      }
    | undefined
}

/**
 * An approval of a workflow.
 *
 * @category models
 * @since 0.171.0
 */
export interface Approval<C extends string, A> {
  readonly name: string
  /**
   * Puts the request into the inbox, and waits for the decision, which can take days. The workflow is suspended in the
   * meantime, and no process has to live.
   */
  ask(
    request: Ask
  ): Effect.Effect<Decision<C, A>, NotDecided | ApprovalInboxError, ApprovalInbox | WorkflowEngine | WorkflowInstance>
  /**
   * Decides without the inbox, for a program that has a token and the engine. The first decision counts.
   *
   * Use it for tests, or if people answer in a system of yours. The entry in the inbox is withdrawn when the workflow
   * has ended.
   */
  decide(
    token: DurableDeferred.Token,
    decision: {
      readonly choice: C
      readonly value?: A | undefined
      readonly by: string
      readonly note?: string | undefined
    }
  ): Effect.Effect<void, Schema.SchemaError, WorkflowEngine>
  /** The token of the request in an execution of a workflow, for `decide`. */
  token(workflow: Workflow.Any, executionId: string): DurableDeferred.Token
}

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
export const approval = <const Choices extends { readonly [name: string]: string }, A = never>({
  choices,
  name,
  value
}: ApprovalOptions<Choices, A>): Approval<keyof Choices & string, A> => {
  // The name is a part of ids, which have a slash and a limit.
  if (typeof name !== "string" || name === "" || name.length > 60 || name.includes("/")) {
    throw new TypeError("the name of an approval: expected 1 to 60 characters without a slash")
  }
  type C = keyof Choices & string
  // Type boundary: the keys of the object are its names.
  const names = Object.keys(choices) as ReadonlyArray<C>
  const hasValue = (choice: string) => value?.of.some((each) => each === choice) ?? false
  const decode = value === undefined ? undefined : Schema.decodeUnknownEffect(value.schema)
  const encode = value === undefined ? undefined : Schema.encodeEffect(value.schema)

  /** Reads a stored decision. `undefined` if its value does not match the schema. */
  const read = ({ choice, value: raw, ...rest }: Stored): Effect.Effect<Decision<C, A> | undefined> => {
    const known = names.find((each) => each === choice)
    if (known === undefined) return Effect.succeed(undefined)
    if (!hasValue(known) || decode === undefined) {
      return Effect.succeed({ ...rest, choice: known, value: Option.none<A>() })
    }
    return Effect.map(Effect.result(decode(Option.getOrNull(raw))), (decoded) =>
      Result.isSuccess(decoded) ? { ...rest, choice: known, value: Option.some(decoded.success) } : undefined
    )
  }

  return {
    name,
    ask: Effect.fnUntraced(function* (request: Ask) {
      const inbox = yield* ApprovalInbox
      for (let round = 1; ; round++) {
        const waiting = deferredOf(name, round)
        const token = yield* DurableDeferred.token(waiting)
        const id = yield* Activity.make({
          name: waiting.name,
          success: Schema.String,
          error: ApprovalInboxError,
          execute: Effect.gen(function* () {
            const { executionId } = yield* WorkflowInstance
            const entry = yield* inbox["~internal"].put({
              id: `${executionId}/${name}/${round}`,
              kind: "decision",
              token,
              lines: round === 1 ? request.lines : [...request.lines, "The last answer did not have the right form."],
              choices: names.map((each) => ({
                name: each,
                label: choices[each] ?? each,
                needsValue: hasValue(each)
              })),
              fields: value?.fields,
              expiresAfter: request.expiresAfter,
              threadId: request.threadId
            })
            return entry.id
          })
        })
        // A workflow that is interrupted, or that goes on in another way, leaves no open request behind.
        yield* Workflow.addFinalizer(() => inbox["~internal"].withdrawOpen(id))
        const decision = yield* read(yield* DurableDeferred.await(waiting))
        if (decision !== undefined) return decision
      }
    }),
    token: (workflow, executionId) =>
      DurableDeferred.tokenFromExecutionId(deferredOf(name, 1), { workflow, executionId }),
    decide: Effect.fnUntraced(function* (token, { by, choice, note, value: given }) {
      const encoded = given === undefined || encode === undefined ? undefined : yield* encode(given)
      const at = yield* DateTime.now
      yield* DurableDeferred.done(deferredOf(name, 1), {
        token,
        exit: Exit.succeed({
          choice,
          value: Option.fromUndefinedOr(encoded),
          by,
          note: Option.fromUndefinedOr(note),
          at
        })
      })
    })
  }
}

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
export const layerApprovals: Layer.Layer<never, never, ApprovalInbox | WorkflowEngine> = Layer.effectDiscard(
  Effect.gen(function* () {
    const inbox = yield* ApprovalInbox
    const { pollInterval, relayed, toRelay } = inbox["~internal"]
    const pass = (entry: Entry) =>
      Effect.andThen(complete(entry), relayed(entry)).pipe(
        // One that fails must not stop the others.
        Effect.catchCause((cause) =>
          Effect.logWarning("A decision cannot be passed on to its workflow now. The next attempt follows.", cause)
        )
      )
    const once = Effect.flatMap(toRelay, Effect.forEach(pass, { discard: true }))
    yield* Effect.catchCause(once, (cause) =>
      Effect.logDebug("Decisions cannot be passed on to workflows now. The next attempt follows.", cause)
    ).pipe(Effect.andThen(Effect.sleep(pollInterval)), Effect.forever, Effect.forkScoped)
  })
)

// internal

/** What a deferred has. Each approval has the same schema, so that the relay needs no approval. */
const Stored = Schema.Struct({
  choice: Schema.String,
  value: Schema.OptionFromNullOr(Schema.Json),
  by: Schema.String,
  note: Schema.OptionFromNullOr(Schema.String),
  at: Schema.DateTimeUtcFromMillis
})

type Stored = typeof Stored.Type

const prefix = "effect-codex/approval/"

const deferredOf = (name: string, round: number) =>
  DurableDeferred.make(`${prefix}${name}/${round}`, { success: Stored, error: NotDecided })

/** Completes what waits for an entry. */
const complete = ({ answer, status, token }: Entry): Effect.Effect<void, Schema.SchemaError, WorkflowEngine> =>
  Effect.gen(function* () {
    const parsed = yield* decodeToken(Option.getOrElse(token, () => ""))
    const [name = ""] = parsed.deferredName.slice(prefix.length).split("/")
    yield* DurableDeferred.done(DurableDeferred.make(parsed.deferredName, { success: Stored, error: NotDecided }), {
      token: parsed.asToken,
      exit:
        status === "answered" && Option.isSome(answer)
          ? Exit.succeed(answer.value)
          : Exit.fail(new NotDecided({ name, status: status === "expired" ? "expired" : "withdrawn" }))
    })
  })

const decodeToken = Schema.decodeUnknownEffect(DurableDeferred.TokenParsed.FromString)
