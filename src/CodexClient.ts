/**
 * The whole protocol, typed: every request, notifications, and the handshake. No notion of threads or turns: that is `Codex` and `Thread`; no
 * ids or replies: that is `JsonRpc`.
 *
 * Use it for what the facade doesn't wrap; `codex.request` is the same call.
 *
 * @since 0.169.0
 */
import * as Context from "effect/Context"
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
import * as clientOptions from "./internal/client/clientOptions.ts"
import type { Options } from "./internal/client/clientOptions.ts"
import * as closing from "./internal/closing.ts"
import * as decoding from "./internal/client/decoding.ts"
import * as eventBuffer from "./internal/client/eventBuffer.ts"
import { mergeDeltas } from "./internal/client/mergeDeltas.ts"
import * as metadata from "./internal/client/metadata.ts"
import * as methodVersions from "./internal/errors/methodVersions.ts"
import * as Unreadable from "./internal/client/unreadable.ts"
import * as serverRequests from "./internal/serverRequests/engine.ts"
import * as sessions from "./internal/session/session.ts"
import { type Names, unknownOption } from "./internal/settings.ts"
import * as JsonRpc from "./JsonRpc.ts"
import type { Notification } from "./Notification.ts"
import type * as ServerRequests from "./ServerRequests.ts"
import { Transport } from "./Transport.ts"

export type { Options } from "./internal/client/clientOptions.ts"
export type { Metadata } from "./internal/client/metadata.ts"

/**
 * Settings of one call.
 *
 * @category models
 * @since 0.169.0
 */
export interface CallOptions {
  /**
   * How long the call may take, counted from the call, also while `maxInFlight` others hold it up. With `"Infinity"` it isn't counted among those,
   * so that it holds up no other. Default: `requestTimeout` of the connection.
   */
  readonly timeout?: Duration.Input | undefined
  /**
   * Called with the request's id when the message is handed over for writing. From then on the server may act on it,
   * whether or not the caller still waits.
   */
  readonly onSent?: ((id: number) => void) | undefined
  /**
   * Called with the result, as it came, of a reply that comes after the call was given up, by its timeout or by
   * interruption. It is called by the reader of the connection, so it must return at once.
   */
  readonly onLateReply?: ((result: unknown) => void) | undefined
}

/**
 * Params and options of a call; the params of methods that need none can be left out.
 *
 * @category models
 * @since 0.169.0
 */
export type CallArgs<M extends keyof ClientRequests> = undefined extends ClientRequests[M]["params"]
  ? [params?: ClientRequests[M]["params"], options?: CallOptions]
  : [params: ClientRequests[M]["params"], options?: CallOptions]

/**
 * What a connection offers. An interface of its own, so that declarations made from it name it, and nothing that is closed.
 *
 * @category models
 * @since 0.169.0
 */
export interface Client {
  /** What the server said of itself in the handshake. */
  readonly metadata: metadata.Metadata
  /**
   * Calls a method.
   *
   * Interrupting it stops waiting; the server may still do the work. The reply is decoded; fields that this version doesn't know are left
   * out: `requestRaw` has them.
   */
  request<M extends keyof ClientRequests>(
    method: M,
    ...args: CallArgs<M>
  ): Effect.Effect<ClientRequests[M]["result"], CodexError>
  /** Calls any method, also one that this version doesn't know, and gives the reply as it came. */
  requestRaw(method: string, params?: unknown, options?: JsonRpc.CallOptions): Effect.Effect<unknown, CodexError>
  /** Sends a notification. */
  notify<M extends keyof ClientNotifications>(method: M): Effect.Effect<void, CodexError>
  /**
   * Every notification from the moment the stream runs; fails with the connection's error when that ends.
   *
   * **Details**
   *
   * A consumer that is more than 1024 notifications or 8 MiB behind gets texts of the same item put together, and of what
   * tells a whole state, such as `turn/diff/updated`, only the latest. Past 64 MiB the oldest are dropped, and a
   * warning is logged.
   */
  readonly notifications: Stream.Stream<Notification, CodexError>
  /** Every notification from now on: the subscription is in place when this returns, and ends with the scope. The stream is to be run once. */
  readonly subscribe: Effect.Effect<Stream.Stream<Notification, CodexError>, never, Scope.Scope>
  /** How many calls wait for a reply, now. */
  readonly inFlight: Effect.Effect<number>
  /**
   * How many replies and notifications came in a form that this version cannot read, by method. What could be read of them
   * was delivered: a malformed item as `{ type: "~unknown", raw }`, a notification as `{ method: "~unknown", raw, error }`.
   */
  readonly unreadable: Effect.Effect<ReadonlyMap<string, number>>
  /** How each request of the server ended, from the moment the stream runs; it ends with the connection. */
  readonly decisions: Stream.Stream<ServerRequests.Decision>
  /** The requests of the server that wait for an answer, now; the oldest first. At most 1024: past that the oldest is declined. */
  readonly openRequests: Effect.Effect<ReadonlyArray<ServerRequests.OpenRequest>>
  /** What the connection knows of its threads and logins, for the rooms above. */
  readonly "~session": sessions.Session
}

/**
 * The typed protocol over one connection.
 *
 * @category services
 * @since 0.169.0
 */
export class CodexClient extends Context.Service<CodexClient, Client>()("effect-codex/CodexClient") {}

/**
 * Checks the settings without opening anything.
 *
 * @category validation
 * @since 0.169.0
 */
export const validate = (options: Options = {}): Effect.Effect<void, CodexError> =>
  Effect.asVoid(clientOptions.check(options))

/**
 * Opens the connection: does the handshake and keeps the session, for as long as the scope lives.
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
  const unreadable = yield* Unreadable.make(() => serverVersion)
  const makeScope = closing.scopeFor(transport)
  const session = yield* sessions.make(unreadable.add, makeScope)
  const requests = yield* serverRequests.make({
    handlers: checked.serverRequests,
    limit: checked.serverRequestLimit,
    makeScope,
    session
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
      }
    },
    requestTimeout: checked.requestTimeout,
    maxInFlight: checked.maxInFlight,
    refine: (reason, method) =>
      reason._tag === "MethodNotSupported"
        ? methodVersions.notSupported(method, serverVersion, clientRequestResults)
        : reason
  })

  const requestRaw = (method: string, params: unknown, call?: JsonRpc.CallOptions) => {
    const fault = call === undefined ? undefined : unknownOption(call, callNames)
    if (fault !== undefined) return Effect.fail(new CodexError({ method, reason: fault }))
    return Effect.withFiber(({ cache }) =>
      // Without a tracer and outside of any span nobody could see the span or follow the trace.
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

  const request: Client["request"] = (method, params?: unknown, call?: CallOptions) =>
    Effect.flatMap(requestRaw(method, params, urgent.has(method) ? { ...call, isUrgent: true } : call), (reply) =>
      decodeReply(method, reply, unreadable)
    )

  const subscribe = Effect.acquireRelease(
    Effect.contextWith((context: Context.Context<never>) => Effect.sync(() => listen(session, context))),
    ({ remove }) => Effect.sync(remove)
  ).pipe(Effect.map(({ stream }) => stream))

  const reply = yield* rpc
    .request("initialize", checked.initialize, { timeout: checked.startTimeout })
    .pipe(
      Effect.catchReason("CodexError", "RequestTimeout", ({ timeoutMillis }) =>
        Effect.flatMap(transport.stderr, (stderr) =>
          Effect.fail(new CodexError({ method: "initialize", reason: new StartTimeout({ timeoutMillis, stderr }) }))
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
    "~session": session
  })
})

/**
 * The typed protocol over a `Transport` that you provide.
 *
 * @category layers
 * @since 0.169.0
 */
export const layer = (options?: Options): Layer.Layer<CodexClient, CodexError, Transport> =>
  Layer.effect(CodexClient, make(options))

// internal

const callNames: Names<JsonRpc.CallOptions> = {
  timeout: true,
  isUrgent: true,
  trace: true,
  onSent: true,
  onLateReply: true
}

// With all permits taken by long calls, what stops a turn or a search must not wait for one of them. The server takes more
// than we let wait.
const urgent: ReadonlySet<string> = new Set([
  "account/login/cancel",
  "thread/backgroundTerminals/terminate",
  "thread/search/stream/cancel",
  "thread/unsubscribe",
  "turn/interrupt"
])

const decodeReply = <M extends keyof ClientRequests>(
  method: M,
  reply: unknown,
  unreadable: Unreadable.Unreadable
): Effect.Effect<ClientRequests[M]["result"], CodexError> => {
  const codec = clientRequestResults.get(method)
  // From JavaScript a method may be anything; its reply is then handed on as it came.
  if (codec === undefined) return succeed<M>(reply)
  const result = decoding.decode(codec, reply)
  if (Result.isSuccess(result)) return succeed<M>(result.success)
  unreadable.add(method, result.failure)
  const salvaged = decoding.salvage(codec, reply)
  return Option.isSome(salvaged)
    ? succeed<M>(salvaged.value)
    : Effect.fail(new CodexError({ method, reason: result.failure }))
}

const lost =
  "A consumer of `notifications` is more than 64 MiB behind, so its oldest notifications are dropped. Logged once per consumer."

// Type boundary: the table pairs each method with the codec of its result.
const succeed = <M extends keyof ClientRequests>(result: unknown) =>
  Effect.succeed(result as ClientRequests[M]["result"])

const listen = (session: sessions.Session, context: Context.Context<never>) => {
  const buffer = eventBuffer.make<Notification, CodexError>(mergeDeltas)
  buffer.onLost(() => Effect.runForkWith(context)(Effect.logWarning(lost)))
  const remove = session.listen({
    onNotification: (notification) => buffer.offer(notification),
    onEnd: (reason) => buffer.end(Effect.fail(new CodexError({ method: "notifications", reason })))
  })
  return { remove, stream: buffer.stream }
}
