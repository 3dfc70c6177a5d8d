/**
 * Starts the Codex process again when it ends without being asked to, so that what holds a `Codex` or a `Thread`
 * outlives it. Used by `Codex.layer({ restart })`.
 *
 * **Details**
 *
 * Calls and turns in flight fail with `ConnectionClosed`, and nothing is ever sent again automatically. Calls that
 * were not sent, and new ones, wait for the new process, up to their timeout. Threads are resumed when they are next
 * used. The guide "Running in production" has a table of all outcomes.
 *
 * `Retry` repeats calls that the server rejected. This module repeats nothing but the start of the process.
 *
 * @since 0.171.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as CodexClient from "./CodexClient.ts"
import type { CodexError } from "./CodexError.ts"
import * as supervised from "./internal/restart/client.ts"
import type { Input } from "./internal/restart/restartOptions.ts"
import type { Transport } from "./Transport.ts"

export { policy, type PolicyOptions, policyWith } from "./internal/restart/policy.ts"
export type { HeartbeatOptions, Input, Options } from "./internal/restart/restartOptions.ts"

/**
 * Provides a `CodexClient` over a transport that is built again for each connection, such as `AppServer.layer(…)`.
 *
 * **Details**
 *
 * `Codex.layer({ restart })` is this over `AppServer`, with `Codex` on top. Use this layer with `Codex.layerNoDeps`
 * and a transport of your own, for example over a socket. Each connection builds the transport's layer in a scope of
 * its own, which closes before the next connection is opened.
 *
 * **Example** (Restarting a transport of your own)
 *
 * ```ts
 * import { Layer } from "effect"
 * import { AppServer, Codex, Restart } from "effect-codex"
 *
 * const live = Codex.layerNoDeps.pipe(
 *   Layer.provide(Restart.layer(AppServer.layer({ executable: "/opt/codex/bin/codex" }), Restart.policy))
 * )
 * ```
 *
 * @category layers
 * @since 0.171.0
 */
export const layer = <E extends CodexError, R>(
  transport: Layer.Layer<Transport, E, R>,
  restart: Input = {},
  options: CodexClient.Options = {}
): Layer.Layer<CodexClient.CodexClient, CodexError, R> =>
  Layer.effectContext(
    Effect.map(supervised.make(Layer.build(Layer.fresh(transport)), options, restart), (services) =>
      Context.pick(CodexClient.CodexClient)(services)
    )
  )
