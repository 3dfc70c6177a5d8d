/**
 * Runs the planned turns on threads of their own, and checks what each comes to.
 *
 * Each slot holds one thread at a time. A thread is given up after some turns and the next one started, since a program
 * that runs for weeks does so, and since the server sends the whole conversation to the model again with each turn:
 * with threads that only grow, each turn costs more.
 */
import { Effect, Exit, Option, Stream } from "effect"
import { Tool, Toolkit } from "effect/ai"
import * as Schema from "effect/Schema"
import * as Codex from "../../src/Codex.ts"
import type * as ServerRequests from "../../src/ServerRequests.ts"
import type { Thread } from "../../src/Thread.ts"
import * as plan from "./plan.ts"

const Double = Tool.make("double", {
  description: "Doubles a number",
  parameters: Schema.Struct({ number: Schema.Int }),
  success: Schema.Int
})

const Tools = Toolkit.make(Double)

export const ToolHandlers = Tools.toLayer({ double: ({ number }) => Effect.succeed(number * 2) })

/** Accepts the commands that the plan wants to run, and declines the others. */
export const serverRequests: ServerRequests.Handlers = {
  "item/commandExecution/requestApproval": ({ params: { command } }) =>
    Effect.succeed({ decision: command?.includes("echo accepted ") === true ? "accept" : "decline" })
}

/** One place of a thread: a new thread takes it when the old one has run its turns. */
export interface Slot {
  thread: Thread | undefined
  left: number
}

/** How many turns a thread lives for. */
const life = 40

/** Slots whose threads end one after another, not all in the same batch. */
export const slots = (count: number): ReadonlyArray<Slot> =>
  Array.from({ length: count }, (_, index) => ({ thread: undefined, left: 1 + (index % life) }))

/** What a turn was, how long it took, and what was wrong with it. */
export interface Ran {
  readonly kind: plan.Kind
  /** Milliseconds. */
  readonly took: number
  readonly wrong: string | undefined
}

/** Runs one planned turn in a slot. */
export const run = Effect.fnUntraced(function* (slot: Slot, planned: plan.Planned) {
  const thread = yield* threadOf(slot)
  const start = performance.now()
  const exit = yield* Effect.exit(turns[planned.kind](thread, planned))
  const ran: Ran = {
    kind: planned.kind,
    took: performance.now() - start,
    wrong: Exit.isSuccess(exit) ? exit.value : String(exit.cause)
  }
  return ran
})

// internal

const threadOf = Effect.fnUntraced(function* (slot: Slot) {
  const codex = yield* Codex.Codex
  if (slot.thread !== undefined && slot.left === 0) {
    yield* slot.thread.unsubscribe
    slot.thread = undefined
    slot.left = life
  }
  slot.left--
  slot.thread ??= yield* codex.startThread({ approvalMode: "ask", sandbox: "readOnly", tools: Tools })
  return slot.thread
})

const limits = { maxDuration: "2 minutes" } as const

/** Succeeds with what is wrong, or with nothing. */
type Run = (thread: Thread, planned: plan.Planned) => Effect.Effect<string | undefined, unknown>

/** A turn whose answer must contain a text, or must not. */
const answers =
  (expected: (number: number) => string, contained = true): Run =>
  (thread, planned) =>
    Effect.map(thread.run(plan.prompt(planned), limits), ({ finalResponse, status }) => {
      const text = Option.getOrElse(finalResponse, () => "")
      const right = status === "completed" && text.startsWith(`${planned.kind} ${planned.number}: `)
      return right && text.includes(expected(planned.number)) === contained ? undefined : `${status}: ${text}`
    })

/** An effect that must fail with the error of this tag. */
const fails = (effect: Effect.Effect<unknown, unknown>, tag: string): Effect.Effect<string | undefined> =>
  Effect.map(Effect.exit(effect), (exit) => {
    if (Exit.isSuccess(exit)) return "It succeeded."
    const error = Option.getOrUndefined(Exit.findErrorOption(exit))
    return error instanceof Object && "_tag" in error && error._tag === tag ? undefined : String(exit.cause)
  })

const isDelta = ({ method }: { readonly method: string }): boolean => method === "item/agentMessage/delta"

const turns: { readonly [kind in plan.Kind]: Run } = {
  text: (thread, planned) =>
    Effect.map(thread.run(plan.prompt(planned), limits), ({ finalResponse }) =>
      Option.getOrElse(finalResponse, () => "").endsWith(`text ${planned.number}: said`) ? undefined : "Wrong text."
    ),
  tool: answers((number) => String(number * 2)),
  accepted: answers((number) => `accepted ${number + 1}`),
  declined: answers((number) => `declined ${number + 1}`, false),
  interrupted: Effect.fnUntraced(function* (thread, planned) {
    const turn = yield* thread.turn(plan.prompt(planned), limits)
    yield* Stream.runHead(Stream.filter(turn.eventsUntilEnd, isDelta))
    yield* turn.interrupt()
    return yield* fails(turn.result, "TurnInterrupted")
  }),
  left: (thread, planned) =>
    Effect.map(Stream.runHead(Stream.filter(thread.streamUntilEnd(plan.prompt(planned), limits), isDelta)), (delta) =>
      Option.isSome(delta) ? undefined : "No delta arrived."
    ),
  failed: (thread, planned) => fails(thread.run(plan.prompt(planned), limits), "TurnFailed")
}
