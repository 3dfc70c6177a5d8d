/**
 * Answers to what the server asks of its client: approvals, questions to the user, tools, tokens. One record of typed handlers, given when the
 * layer is built; what has no handler is declined in that request's own way. Handlers that are easier to make are in `Approval` (commands, files),
 * `Permissions`, `UserInput` (questions) and `Elicitation` (MCP servers); tools are given to a thread (`DynamicTools`). How requests are run is
 * `internal/serverRequests/engine.ts`.
 *
 * Each request runs in a fiber and a span of its own, so several may be open at once, and a handler may call the SDK. A handler that fails, dies
 * or outlasts the limit declines. When the server resolves the request, its turn ends or the connection ends, the fiber is interrupted, and
 * nothing is sent. At the end of the connection handlers have a grace to end (`shutdownGrace`, or 2 s over a transport of your own); what still runs
 * then is named in the log and left to itself. At most 1024 requests are open at once: past that the oldest is declined. Only `account/chatgptAuthTokens/refresh`, which comes once for each turn that was refused, is run once for all that come until two
 * seconds after it.
 *
 * **Example** (Asking before a command runs, and answering a question of the model)
 *
 * ```ts
 * const person = Approval.ask((question) =>
 *   Effect.map(confirm(Approval.describe(question)), (yes) => (yes ? Approval.accept : Approval.decline))
 * )
 * const handlers = ServerRequests.layer({
 *   ...Approval.handlers(person),
 *   "item/tool/requestUserInput": UserInput.handler(askTheUser)
 * })
 * const codex = Codex.layer().pipe(Layer.provide(handlers))
 * ```
 *
 * A handler that reads `params` itself sees the protocol's own words: one field of them is not all that a yes grants,
 * and they can hold what acts on a terminal. `Approval.describe` says all of it, and `Printable` makes text safe to
 * show.
 *
 * Where nothing is required, `Codex.layer({ serverRequests: { … } })` is shorter.
 *
 * @since 0.169.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as types from "./internal/serverRequests/types.ts"
import { fault, prepare, type Prepared } from "./internal/serverRequests/runners.ts"

export type {
  Decision,
  Handler,
  Handlers,
  Method,
  OpenRequest,
  Request,
  Result,
  Rule,
  Withdrawal
} from "./internal/serverRequests/types.ts"

export type {
  CommandAnswer,
  FromRequest,
  Offered,
  OfferedForSession,
  OfferedNetworkRule,
  OfferedRule
} from "./internal/serverRequests/offers.ts"

export { offeredForSession, offeredNetworkRules, offeredRules } from "./internal/serverRequests/offers.ts"

/**
 * What handlers have in common.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options {
  /**
   * How long a handler may take, by the program's `Clock`; after that the request is declined, never granted. Default: none, since a person may be
   * asked; the end of the turn ends the request anyway.
   */
  readonly limit?: Duration.Input | undefined
}

/**
 * Handlers, with what they require already given.
 *
 * @category models
 * @since 0.169.0
 */
export interface Settings {
  readonly limit: Duration.Input | undefined
  readonly "~handlers": Prepared
  /** What is wrong with the record, if something is; it fails whoever opens a connection with it. */
  readonly "~fault": string | undefined
}

/**
 * Who answers, read by `CodexClient` when it is made. Nobody by default, so that everything is declined.
 *
 * @category references
 * @since 0.169.0
 */
export const ServerRequests: Context.Reference<Settings> = Context.Reference<Settings>("effect-codex/ServerRequests", {
  defaultValue: () => ({ limit: undefined, "~handlers": new Map(), "~fault": undefined })
})

/**
 * What the handlers of a record require.
 *
 * @category models
 * @since 0.169.0
 */
export type Requirements<H> = RequirementsOf<H[keyof H]>

// Over each function by itself, so that one that may be absent counts like one that is there.
type RequirementsOf<F> = F extends (...args: ReadonlyArray<never>) => Effect.Effect<infer _A, infer _E, infer R>
  ? R
  : never

/**
 * Handlers as a layer: to be provided to `Codex.layer` or `CodexClient.layer`. What the handlers require shows in the layer, and is taken from
 * where the layer is built.
 *
 * **Gotchas**
 *
 * A handler can't require `Codex`, which is built after it. It may use one all the same: complete a `Deferred` with it once it is there.
 *
 * @category layers
 * @since 0.169.0
 */
export const layer = <const H extends types.Handlers<unknown, unknown>>(
  handlers: H & types.NoOtherKeys<H, types.Method>,
  options: Options = {}
): Layer.Layer<never, never, Requirements<H>> =>
  Layer.effect(
    ServerRequests,
    Effect.map(Effect.context<Requirements<H>>(), (context): Settings => ({
      limit: options.limit,
      "~handlers": prepare(handlers, context),
      "~fault": fault(handlers)
    }))
  )
