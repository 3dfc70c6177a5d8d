/**
 * Public types of tools: options, and the description of a call. How calls run is `toolCalls.ts`.
 */
import type * as Tool from "effect/ai/Tool"
import type * as Toolkit from "effect/ai/Toolkit"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/**
 * Tools with their handlers: a `Toolkit` of `effect/ai`, or the result of running one, with resolved handlers.
 *
 * @category models
 * @since 0.169.0
 */
export interface Tools {
  readonly tools: Readonly<Record<string, Tool.Any>>
}

/**
 * The names of the tools.
 *
 * @category models
 * @since 0.169.0
 */
export type Names<T extends Tools> = Extract<keyof T["tools"], string>

/**
 * The requirements of tool calls.
 *
 * That is the handlers of a `Toolkit`, the dependencies that its tools declare, and the services of their schemas.
 *
 * @category models
 * @since 0.169.0
 */
export type Requirements<T> =
  T extends Toolkit.Toolkit<infer Known>
    ? Tool.HandlersFor<Known> | Tool.HandlerServices<Known[keyof Known]>
    : T extends Toolkit.WithHandler<infer Known>
      ? Tool.HandlerServices<Known[keyof Known]>
      : never

/**
 * Limits of the calls of one tool.
 *
 * @category models
 * @since 0.169.0
 */
export interface Limits {
  /**
   * Maximum time for one call, by the program's `Clock`, without the time that it waits in the queue. Default: 60 s.
   *
   * After that, its fiber is interrupted, and the model receives a failure. `"Infinity"` removes the limit.
   */
  readonly timeout?: Duration.Input | undefined
  /**
   * How many calls can run concurrently, including calls that are being stopped. More calls wait. Default:
   * `Infinity`.
   */
  readonly concurrency?: number | undefined
}

/**
 * Tool options of a thread. The top-level limits apply to every tool; `concurrency` applies to all tools together.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options<Name extends string = string> extends Limits {
  /**
   * Limits of single tools. `timeout` replaces the top-level one, and `concurrency` applies in addition. Default:
   * none.
   */
  readonly perTool?: { readonly [N in Name]?: Limits | undefined } | undefined
  /**
   * Decides about calls of tools with `needsApproval`. If it fails, the call is declined. Default: none, and the
   * calls are declined.
   *
   * The time it takes does not count as time of the call.
   */
  readonly approve?: ((call: Call) => Effect.Effect<boolean, unknown>) | undefined
}

/**
 * A tool call.
 *
 * @category models
 * @since 0.169.0
 */
export interface Call {
  readonly threadId: string
  readonly turnId: string
  /** The id of the item `dynamicToolCall`. */
  readonly callId: string
  readonly tool: string
  /** The arguments as the model sent them. */
  readonly arguments: unknown
}

/**
 * The current call, for tool handlers that need its thread, turn or ids.
 *
 * **Example** (Reading the thread of a call)
 *
 * ```ts
 * import { Effect, Option, Schema } from "effect"
 * import { Tool, Toolkit } from "effect/ai"
 * import { DynamicTools } from "effect-codex"
 *
 * const Where = Toolkit.make(Tool.make("where", { success: Schema.String }))
 *
 * const WhereHandlers = Where.toLayer({
 *   where: () =>
 *     Effect.map(DynamicTools.CurrentCall, (call) =>
 *       Option.match(call, { onNone: () => "nowhere", onSome: ({ threadId }) => threadId })
 *     )
 * })
 * ```
 *
 * @category references
 * @since 0.169.0
 */
export const CurrentCall: Context.Reference<Option.Option<Call>> = Context.Reference<Option.Option<Call>>(
  "effect-codex/DynamicTools/CurrentCall",
  { defaultValue: () => Option.none() }
)
