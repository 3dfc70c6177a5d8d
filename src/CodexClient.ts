/**
 * The whole protocol, typed: every request, all notifications, and the handshake.
 *
 * Use it for what `Codex` does not cover; `codex.request` is the same call. Threads and turns are in `Codex` and
 * `Thread`; ids and replies are in `JsonRpc`.
 *
 * **Example** (Calling methods of the protocol)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { Effect, Layer } from "effect"
 * import { AppServer, CodexClient } from "effect-codex"
 *
 * const program = Effect.gen(function* () {
 *   const client = yield* CodexClient.CodexClient
 *   const { thread } = yield* client.request("thread/start", { cwd: "/srv/repository" })
 *   const { data } = yield* client.request("thread/loaded/list", {})
 *   return [thread.id, data]
 * })
 *
 * const live = CodexClient.layer().pipe(Layer.provide(AppServer.layer()), Layer.provide(NodeServices.layer))
 *
 * Effect.runPromise(Effect.provide(program, live))
 * ```
 *
 * @since 0.169.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { CodexError, StartTimeout } from "./CodexError.ts"
import { type ClientNotifications, clientRequestResults, type ClientRequests } from "./generated/methods.ts"
import { codexVersion } from "./generated/version.ts"
import { Changing } from "./internal/client/changing.ts"
import * as clientOptions from "./internal/client/clientOptions.ts"
import type { Options } from "./internal/client/clientOptions.ts"
import * as closing from "./internal/connection/closing.ts"
import * as decoding from "./internal/client/decoding.ts"
import * as directs from "./internal/connection/direct.ts"
import * as healths from "./internal/client/health.ts"
import * as metadata from "./internal/client/metadata.ts"
import * as methodVersions from "./internal/errors/methodVersions.ts"
import * as subscribing from "./internal/client/subscribing.ts"
import * as Unreadable from "./internal/client/unreadable.ts"
import * as serverRequests from "./internal/serverRequests/engine.ts"
import { Carried } from "./internal/session/carried.ts"
import type { Connections } from "./internal/session/connections.ts"
import * as sessions from "./internal/session/session.ts"
import { type Names, unknownOption } from "./internal/settings.ts"
import * as JsonRpc from "./internal/connection/jsonRpc.ts"
import type { Notification } from "./internal/client/notifications.ts"
import type * as ServerRequests from "./ServerRequests.ts"
import { Transport } from "./Transport.ts"

export type { Options } from "./internal/client/clientOptions.ts"
export type { Health } from "./internal/client/health.ts"
export type { Metadata } from "./internal/client/metadata.ts"

/**
 * Options of one call.
 *
 * @category models
 * @since 0.169.0
 */
export interface CallOptions {
  /**
   * Maximum time for the call, counted from the call. Default: `requestTimeout` of the connection.
   *
   * The time includes the wait for a slot of `maxInFlight`. A call with `"Infinity"` does not use such a slot.
   */
  readonly timeout?: Duration.Input | undefined
  /** For internal modules. */
  readonly "~hooks"?: JsonRpc.CallHooks | undefined
}

/**
 * The params and options of a call. Params can be omitted if the method needs none.
 *
 * @category models
 * @since 0.169.0
 */
export type CallArgs<M extends keyof ClientRequests> = undefined extends ClientRequests[M]["params"]
  ? [params?: ClientRequests[M]["params"], options?: CallOptions]
  : [params: ClientRequests[M]["params"], options?: CallOptions]

/**
 * The operations of a connection. A separate interface, so that generated declarations refer to it by name.
 *
 * @category models
 * @since 0.169.0
 */
export interface Client extends healths.Told {
  /** The server's description of itself in the handshake: that of the current process, if it was started again. */
  readonly metadata: metadata.Metadata
  /**
   * Calls a method and decodes the reply.
   *
   * Interrupting it stops the wait, but the server may still complete the call. Fields that this version does not
   * support are omitted. `requestRaw` keeps them.
   *
   * **Example** (Giving one call more time)
   *
   * ```ts
   * import { Effect } from "effect"
   * import { CodexClient } from "effect-codex"
   *
   * const program = Effect.gen(function* () {
   *   const client = yield* CodexClient.CodexClient
   *   return yield* client.request("thread/list", { limit: 100 }, { timeout: "2 minutes" })
   * })
   * ```
   */
  request<M extends keyof ClientRequests>(
    method: M,
    ...args: CallArgs<M>
  ): Effect.Effect<ClientRequests[M]["result"], CodexError>
  /**
   * Calls any method, including one that this version does not support, and returns the raw reply.
   *
   * **Example** (Calling a method that this version does not support)
   *
   * ```ts
   * import { Effect } from "effect"
   * import { CodexClient } from "effect-codex"
   *
   * const program = Effect.gen(function* () {
   *   const client = yield* CodexClient.CodexClient
   *   const reply: unknown = yield* client.requestRaw("thread/rename", { name: "A name" })
   *   return reply
   * })
   * ```
   */
  requestRaw(method: string, params?: unknown, options?: CallOptions): Effect.Effect<unknown, CodexError>
  /** Sends a notification. */
  notify<M extends keyof ClientNotifications>(method: M): Effect.Effect<void, CodexError>
  /**
   * Every notification from the moment the stream runs. Fails with the connection's error when that ends.
   *
   * **Details**
   *
   * If the process is started again, the stream continues with a `~restarted` event. It then fails when the client is
   * down.
   *
   * If a consumer is more than 1024 notifications or 8 MiB behind, adjacent deltas of one item are merged. If
   * notifications carry a whole state, such as `turn/diff/updated`, only the latest is kept. Above 64 MiB the oldest
   * are dropped, and a warning is logged.
   */
  readonly notifications: Stream.Stream<Notification, CodexError>
  /**
   * Subscribes to every notification from now on. The subscription is active when this returns.
   *
   * It ends with the scope. Run the stream once.
   *
   * **Example** (Subscribing before a call)
   *
   * ```ts
   * import { Effect, Stream } from "effect"
   * import { CodexClient } from "effect-codex"
   *
   * const program = Effect.scoped(
   *   Effect.gen(function* () {
   *     const client = yield* CodexClient.CodexClient
   *     const notifications = yield* client.subscribe
   *     yield* client.request("thread/start", {})
   *     return yield* notifications.pipe(
   *       Stream.filter(({ method }) => method === "thread/started"),
   *       Stream.runHead
   *     )
   *   })
   * )
   * ```
   */
  readonly subscribe: Effect.Effect<Stream.Stream<Notification, CodexError>, never, Scope.Scope>
  /** How many calls are in flight now. */
  readonly inFlight: Effect.Effect<number>
  /**
   * How many replies and notifications did not match the schema of this version, by method.
   *
   * The readable parts are still delivered: a malformed item as `{ type: "~unknown", raw }`, a notification as
   * `{ method: "~unknown", raw, error }`.
   */
  readonly unreadable: Effect.Effect<ReadonlyMap<string, number>>
  /** How each server request ended, from the moment the stream runs. Ends with the connection. */
  readonly decisions: Stream.Stream<ServerRequests.Decision>
  /**
   * The server requests that are waiting for an answer now, oldest first.
   *
   * At most 1024 can be open. Beyond that, the oldest is declined.
   */
  readonly openRequests: Effect.Effect<ReadonlyArray<ServerRequests.OpenRequest>>
  /** The connection's state of its threads and logins, for internal modules. */
  readonly "~session": sessions.Session
  /** How operations find their connection, for internal modules. Absent if the process is not started again. */
  readonly "~connections"?: Connections<Client> | undefined
}

/**
 * The typed protocol over one connection.
 *
 * **Example** (Reading how much is in flight)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { CodexClient } from "effect-codex"
 *
 * const program = Effect.gen(function* () {
 *   const client = yield* CodexClient.CodexClient
 *   return { server: client.metadata.version, inFlight: yield* client.inFlight }
 * })
 * ```
 *
 * @category services
 * @since 0.169.0
 */
export interface CodexClient extends Client {}

/**
 * The service: `yield* CodexClient` gives one, and a layer provides it.
 *
 * @category services
 * @since 0.169.0
 */
export const CodexClient: Context.Service<CodexClient, CodexClient> = /*#__PURE__*/ Context.Service<
  CodexClient,
  CodexClient
>("effect-codex/CodexClient")

/**
 * Opens the connection: performs the handshake and keeps the session until the scope closes.
 *
 * @category constructors
 * @since 0.169.0
 */
export const make = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<Client, CodexError, Transport | Scope.Scope> {
  const checked = yield* clientOptions.check(options)
  const transport = yield* Transport
  let serverVersion = ""
  const carried = yield* Carried
  const unreadable = carried?.unreadable ?? (yield* Unreadable.make(() => serverVersion))
  const makeScope = closing.scopeFor(transport)
  const session = yield* sessions.make(unreadable.add, makeScope, carried)
  const health = new Changing<healths.Health>({ _tag: "Starting" })
  const requests = yield* serverRequests.make({
    handlers: checked.serverRequests,
    timeout: checked.serverRequestTimeout,
    makeScope,
    session,
    decisions: carried?.decisions
  })
  const rpc = yield* JsonRpc.make({
    handlers: {
      onNotification: (raw) => {
        requests.onNotification(raw)
        session.onNotification(raw)
      },
      onRequest: requests.onRequest,
      onEnd: (reason) => {
        requests.onEnd()
        session.onEnd(reason)
        health.set({ _tag: "Down", cause: new CodexError({ method: "CodexClient.layer", reason }) })
        health.end()
      }
    },
    restarts: carried !== undefined,
    requestTimeout: checked.requestTimeout,
    maxInFlight: checked.maxInFlight,
    refine: (reason, method) =>
      reason._tag === "MethodNotSupported"
        ? methodVersions.notSupported(method, serverVersion, clientRequestResults)
        : reason
  })

  carried?.onOpened(session.listen, rpc)

  const requestRaw = (method: string, params: unknown, options?: CallOptions) => {
    const problem = options === undefined ? undefined : unknownOption(options, callNames)
    if (problem !== undefined) return Effect.fail(new CodexError({ method, reason: problem }))
    const hooks = options?.["~hooks"]
    const call = hooks === undefined ? options : { ...hooks, timeout: options?.timeout }
    return Effect.withFiber(({ cache }) =>
      // Without a tracer and a parent span, no span is recorded or propagated.
      cache.tracer === undefined && cache.span === undefined
        ? rpc.request(method, params, call)
        : Effect.useSpan(method, { kind: "client" }, (span) =>
            rpc.request(
              method,
              params,
              span.sampled ? { ...call, trace: { traceparent: `00-${span.traceId}-${span.spanId}-01` } } : call
            )
          )
    )
  }

  const request: Client["request"] = (method, params?: unknown, options?: CallOptions) =>
    Effect.flatMap(requestRaw(method, params, urgent.has(method) ? urgently(options) : options), (reply) =>
      decodeReply(method, reply, unreadable)
    )

  const subscribe = subscribing.subscribe(session.listen)

  const reply = yield* rpc
    .request("initialize", checked.initialize, {
      timeout: checked.startTimeout,
      // A server takes tens of milliseconds to start, and the decoder compiles in that time.
      onSent: () => prepareReply("initialize")
    })
    .pipe(
      Effect.catchReason("CodexError", "RequestTimeout", ({ timeout }) =>
        Effect.flatMap(transport.stderr, (stderr) =>
          Effect.fail(new CodexError({ method: "initialize", reason: new StartTimeout({ timeout, stderr }) }))
        )
      )
    )
  rpc.markRunning()
  yield* rpc.notify("initialized")
  const server = metadata.read(yield* decodeReply("initialize", reply, unreadable))
  serverVersion = server.version
  if (server.version !== codexVersion) {
    yield* Effect.logWarning(
      `The codex runtime is ${server.version}, but this package was generated from ${codexVersion}. Newer or removed protocol features may not work.`
    )
  }

  const since = yield* DateTime.now
  health.set({ _tag: "Up", pid: directs.of(transport).pid, since, version: server.version })

  return CodexClient.of({
    metadata: server,
    request,
    requestRaw,
    notify: (method) => rpc.notify(method),
    notifications: Stream.unwrap(subscribe),
    subscribe,
    inFlight: Effect.sync(rpc.inFlight),
    unreadable: Effect.sync(unreadable.counts),
    decisions: requests.decisions,
    openRequests: Effect.sync(requests.open),
    ...healths.of(health),
    "~session": session
  })
})

/**
 * Provides the typed protocol over a `Transport` that you provide.
 *
 * **Example** (Limiting the calls in flight)
 *
 * ```ts
 * import { CodexClient } from "effect-codex"
 *
 * const layer = CodexClient.layer({ maxInFlight: 32, requestTimeout: "1 minute", experimentalApi: false })
 * ```
 *
 * @category layers
 * @since 0.169.0
 */
export const layer = (options?: Options): Layer.Layer<CodexClient, CodexError, Transport> =>
  Layer.effect(CodexClient, make(options))

// internal

const callNames: Names<CallOptions> = { timeout: true, "~hooks": true }

const urgently = (options: CallOptions | undefined): CallOptions => ({
  ...options,
  "~hooks": { ...options?.["~hooks"], isUrgent: true }
})

// Calls that stop a turn or a search skip the in-flight limit, so that long calls cannot delay them. The server
// accepts more calls than that limit.
const urgent: ReadonlySet<string> = new Set([
  "account/login/cancel",
  "thread/backgroundTerminals/terminate",
  "thread/search/stream/cancel",
  "thread/unsubscribe",
  "turn/interrupt"
])

const prepareReply = (method: keyof ClientRequests): void => {
  const codec = clientRequestResults.get(method)
  if (codec !== undefined) decoding.prepare(codec)
}

const decodeReply = <M extends keyof ClientRequests>(
  method: M,
  reply: unknown,
  unreadable: Unreadable.Unreadable
): Effect.Effect<ClientRequests[M]["result"], CodexError> => {
  const codec = clientRequestResults.get(method)
  // JavaScript callers can pass any method. The reply of an unknown one is returned raw.
  if (codec === undefined) return succeed<M>(reply)
  const result = decoding.decode(codec, reply)
  if (Result.isSuccess(result)) return succeed<M>(result.success)
  unreadable.add(method, result.failure)
  const salvaged = decoding.salvage(codec, reply)
  return Option.isSome(salvaged)
    ? succeed<M>(salvaged.value)
    : Effect.fail(new CodexError({ method, reason: result.failure }))
}

// Type boundary: the table pairs each method with the codec of its result.
const succeed = <M extends keyof ClientRequests>(result: unknown) =>
  Effect.succeed(result as ClientRequests[M]["result"])
