/**
 * Prepares the tools of a thread. They are checked before the thread is requested, then registered under its id,
 * where calls find them.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Tracer from "effect/Tracer"
import type { Session } from "../session/session.ts"
import { InvalidInput, InvalidOptions } from "../../CodexError.ts"
import type { DynamicToolCallParams, DynamicToolCallResponse, FunctionDynamicToolSpec } from "../../generated/types.ts"
import type { Run } from "../serverRequests/runners.ts"
import type { Request } from "../serverRequests/types.ts"
import * as toolCalls from "./toolCalls.ts"
import * as toolSpecs from "./toolSpecs.ts"
import type { Options, Requirements, Tools } from "./toolTypes.ts"

/** Tools that are ready for a thread. */
export interface Prepared {
  readonly specs: ReadonlyArray<FunctionDynamicToolSpec>
  /** Answers the `item/tool/call` requests of one thread. */
  readonly answer: Run
}

/** Prepares the tools with the services that they require, or fails with their problem. */
export const prepare = <T extends Tools>(
  session: Pick<Session, "fork">,
  given: T | undefined,
  options: Options | undefined
): Effect.Effect<Prepared | undefined, InvalidInput | InvalidOptions, Requirements<T>> =>
  Effect.gen(function* () {
    if (given === undefined) {
      if (options === undefined) return undefined
      return yield* new InvalidOptions({
        option: "toolOptions",
        description: "`toolOptions` requires `tools`"
      })
    }
    if (!isToolkit(given) && !isReady(given)) return yield* noToolkit()
    const specs = yield* Effect.fromResult(toolSpecs.make(given))
    const context = yield* Effect.context<Requirements<T>>()
    const { handle } = isToolkit(given) ? yield* withHandlers(given, context) : given
    const run = yield* toolCalls.make(session, given, handle, options)
    return {
      specs,
      answer: ({ params }) =>
        isCall(params) ? answer(run, context, params) : Effect.die("unexpected params of `item/tool/call`")
    }
  })

// internal

const isCall = (params: Request["params"]): params is DynamicToolCallParams => "callId" in params && "tool" in params

type WithHandlers = { readonly handle: toolCalls.Handle<unknown> }

const isReady = (given: Tools): given is Tools & WithHandlers =>
  hasTools(given) && "handle" in given && typeof given.handle === "function"

// Type boundary: a `Toolkit` is an effect that returns a toolkit with handlers, and requires what `Requirements`
// says.
const isToolkit = <T extends Tools>(given: T): given is T & Effect.Effect<WithHandlers, never, Requirements<T>> =>
  Effect.isEffect(given) && hasTools(given)

const hasTools = (given: unknown): boolean =>
  Predicate.hasProperty(given, "tools") && Predicate.isObject(given.tools) && !Array.isArray(given.tools)

const noToolkit = () =>
  new InvalidInput({
    argument: "tools",
    description: "expected a `Toolkit` from `effect/ai`, such as `Toolkit.make(…)`"
  })

/**
 * Fails if a tool has no handler. A `Toolkit` looks up a handler only when its tool is called, and the model must not
 * be offered a tool without one.
 */
const withHandlers = <R>(
  toolkit: Tools & Effect.Effect<WithHandlers, never, R>,
  context: Context.Context<R>
): Effect.Effect<WithHandlers, InvalidInput, R> => {
  const missing = Object.values(toolkit.tools).find(({ id }) => !context.mapUnsafe.has(id))
  return missing === undefined
    ? toolkit
    : Effect.fail(
        new InvalidInput({
          argument: "tools",
          description: `tool ${JSON.stringify(missing.name)} has no handler; provide \`toolkit.toLayer(…)\``
        })
      )
}

const answer = <R>(
  run: toolCalls.Run<unknown>,
  context: Context.Context<R>,
  { arguments: args, callId, threadId, tool, turnId }: DynamicToolCallParams
): Effect.Effect<DynamicToolCallResponse> => {
  // Type boundary: the context has what the tools require, as the signature of `prepare` ensures.
  const answered = run({ threadId, turnId, callId, tool, arguments: args }) as ReturnType<toolCalls.Run<R>>
  return Effect.currentSpan.pipe(
    Effect.orDie,
    // A `Toolkit` writes the arguments to the span in which it runs, and they can hold secrets. From an external
    // span, it uses only the position in the trace.
    Effect.flatMap((span) => Effect.withParentSpan(answered, Tracer.externalSpan(span))),
    // The context was captured when the thread was started, and its span has ended long ago.
    Effect.withSpan("item/tool/call", { kind: "server", root: true, attributes: { threadId, turnId, tool } }),
    Effect.provideContext(context)
  )
}
