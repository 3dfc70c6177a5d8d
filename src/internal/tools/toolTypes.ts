/**
 * What tools are to those who give them to a thread: the types of the settings, and what a call tells of itself. How calls are run is
 * `toolCalls.ts`.
 */
import type * as Tool from "effect/ai/Tool"
import type * as Toolkit from "effect/ai/Toolkit"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/**
 * Tools with their handlers: a `Toolkit` of `effect/ai`, or what it gives when it is run as an effect, with its handlers found already.
 *
 * @category models
 * @since 0.169.0
 */
export interface Tools {
  readonly tools: Readonly<Record<string, Tool.Any>>
}

/**
 * The names of tools.
 *
 * @category models
 * @since 0.169.0
 */
export type Names<T extends Tools> = Extract<keyof T["tools"], string>

/**
 * What the calls of tools require: the handlers of a `Toolkit`, the dependencies that its tools declare, and the services of their schemas.
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
   * How long one call may run, by the program's `Clock`; the time for which it waits for its turn doesn't count. Then its fiber is interrupted, and
   * the model is told. `"Infinity"` turns it off. Default: 60 s.
   */
  readonly timeout?: Duration.Input | undefined
  /** How many calls may run at once, those that are being stopped included; more wait for their turn. Default: no limit, `Infinity`. */
  readonly concurrency?: number | undefined
}

/**
 * Settings of the tools of a thread. The limits at the top are those of every tool, and `concurrency` that of all together.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options<Name extends string = string> extends Limits {
  /** Limits of single tools: `timeout` in place of that of all, `concurrency` beside it. Default: none. */
  readonly perTool?: { readonly [N in Name]?: Limits | undefined } | undefined
  /**
   * Decides about calls of tools that were made with `needsApproval`. Its failure declines; its time is none of the call's. Default: nobody,
   * so that they are declined.
   */
  readonly approve?: ((call: Call) => Effect.Effect<boolean, unknown>) | undefined
}

/**
 * A call of a tool.
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
  /** As the model gave them. */
  readonly arguments: unknown
}

/**
 * The call that runs, for handlers of tools that want to know which thread it is for.
 *
 * @category references
 * @since 0.169.0
 */
export const CurrentCall: Context.Reference<Option.Option<Call>> = Context.Reference<Option.Option<Call>>(
  "effect-codex/DynamicTools/CurrentCall",
  { defaultValue: () => Option.none() }
)
