/**
 * Handlers for the server's requests to its client: approvals, questions to the user, tool calls and tokens.
 *
 * You pass one object of typed handlers when you build the layer. A request without a handler is declined in the
 * shape that it defines. `Approval` (commands, files), `Permissions`, `UserInput` (questions) and `Elicitation` (MCP
 * servers) create handlers. Tools belong to a thread instead: see `DynamicTools`.
 *
 * Each request runs in its own fiber and span, so several can be open concurrently, and a handler can call the SDK.
 * If a handler fails, dies or exceeds its timeout, the request is declined. If the server resolves the request, its
 * turn ends or the connection ends, the fiber is interrupted, and nothing is sent.
 *
 * When the connection ends, interrupted handlers have a grace period to end: `shutdownGrace`, or 2 s with a custom
 * transport. After that, the log names the handlers that are still running, and they are abandoned. At most 1024
 * requests can be open. Beyond that, the oldest is declined.
 *
 * One request is shared: the server sends `account/chatgptAuthTokens/refresh` once per rejected turn, and requests
 * up to two seconds after a successful answer share it.
 *
 * A handler that reads `params` itself sees the protocol's own fields. No single field is all that an accepting
 * answer grants, and a field can contain terminal control sequences. `Approval.describe` shows the whole request,
 * and `Printable` makes text safe to print.
 *
 * If the handlers have no requirements, `Codex.layer({ serverRequests: { … } })` is shorter.
 *
 * **Example** (Answering approvals and questions)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { Effect, Layer } from "effect"
 * import { Approval, Codex, ServerRequests, UserInput } from "effect-codex"
 *
 * const handlers = ServerRequests.layer({
 *   ...Approval.handlers(Approval.allowCommands(Approval.command.equals(["date"]))),
 *   "item/tool/requestUserInput": UserInput.handler(({ questions }) =>
 *     Effect.succeed(Object.fromEntries(questions.map(({ id, options }) => [id, options[0]?.label])))
 *   )
 * })
 *
 * const live = Codex.layer().pipe(Layer.provide(handlers), Layer.provide(NodeServices.layer))
 * ```
 *
 * @since 0.169.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as types from "./internal/serverRequests/types.ts"
import { problemOf, prepare, type Prepared } from "./internal/serverRequests/runners.ts"

export type {
  Decision,
  Handler,
  Handlers,
  Method,
  OpenRequest,
  Request,
  Requirements,
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
 * Options of all handlers.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options {
  /**
   * Maximum time for a handler, by the program's `Clock`. After that, the request is declined. Default: no limit.
   *
   * There is no default because a handler can wait for a user. The request also ends with its turn.
   */
  readonly timeout?: Duration.Input | undefined
}

/**
 * Handlers whose requirements are already provided.
 *
 * @category models
 * @since 0.169.0
 */
export interface Settings {
  readonly timeout: Duration.Input | undefined
  readonly "~handlers": Prepared
  /** The problem with the handlers object, if any. Opening a connection with it fails. */
  readonly "~problem": string | undefined
}

/**
 * The handlers that `CodexClient` reads when it is created. Empty by default: every request is declined.
 *
 * **Example** (Reading the timeout of the handlers)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { ServerRequests } from "effect-codex"
 *
 * const program = Effect.map(ServerRequests.ServerRequests, ({ timeout }) => timeout)
 * ```
 *
 * @category references
 * @since 0.169.0
 */
export const ServerRequests: Context.Reference<Settings> = Context.Reference<Settings>("effect-codex/ServerRequests", {
  defaultValue: () => ({ timeout: undefined, "~handlers": new Map(), "~problem": undefined })
})

/**
 * Provides handlers to `Codex.layer` or `CodexClient.layer`.
 *
 * The requirements of the handlers become requirements of the layer, and are resolved where the layer is built.
 *
 * **Gotchas**
 *
 * A handler cannot require `Codex`, which is built after it. To use it anyway, let the handler wait for a
 * `Deferred`, and complete that with `Codex` later.
 *
 * **Example** (Using a service in a handler)
 *
 * ```ts
 * import { Context, Effect } from "effect"
 * import { ServerRequests } from "effect-codex"
 *
 * interface Audit {
 *   readonly record: (text: string) => Effect.Effect<void>
 * }
 *
 * const Audit = Context.Service<Audit, Audit>("app/Audit")
 *
 * // The layer requires `Audit`.
 * const handlers = ServerRequests.layer(
 *   {
 *     "item/fileChange/requestApproval": ({ params }) =>
 *       Effect.gen(function* () {
 *         const audit = yield* Audit
 *         yield* audit.record(params.itemId)
 *         return { decision: "decline" }
 *       })
 *   },
 *   { timeout: "1 minute" }
 * )
 * ```
 *
 * @category layers
 * @since 0.169.0
 */
export const layer = <const H extends types.Handlers<unknown, unknown>>(
  handlers: H & types.NoOtherKeys<H, types.Method>,
  options: Options = {}
): Layer.Layer<never, never, types.Requirements<H>> =>
  Layer.effect(
    ServerRequests,
    Effect.map(Effect.context<types.Requirements<H>>(), (context): Settings => ({
      timeout: options.timeout,
      "~handlers": prepare(handlers, context),
      "~problem": problemOf(handlers)
    }))
  )
