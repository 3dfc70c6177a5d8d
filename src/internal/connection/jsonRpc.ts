/**
 * One untyped JSON-RPC connection: routing, and the one end that completes everything.
 *
 * `CodexClient` has the methods and the meaning of their payloads, `Transport` carries the messages, and
 * `internal/connection/calls.ts` describes the stages of a call.
 *
 * The wire has no `jsonrpc` field. Each side numbers its own requests, so an id of the server can equal one of ours.
 * Replies arrive in any order.
 *
 * States of the connection:
 *
 * - `open`: calls are sent, and replies complete them. Left at the end of the transport (exit, end of output, write
 *   error, oversized line) or when the scope closes, whichever is first.
 * - `ended`: entered once, with one reason, and never left. Every open call fails with the reason, handlers of
 *   server requests are interrupted, `onEnd` is called, and later calls fail immediately.
 *
 * @since 0.169.0
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import {
  CodexError,
  ConnectionClosed,
  type EncodeFailed,
  InvalidInput,
  InvalidOptions,
  type Reason
} from "../../CodexError.ts"
import * as answers from "./answering.ts"
import type { RawServerRequest, Reply } from "./answering.ts"
import * as callsOf from "./calls.ts"
import * as directs from "./direct.ts"
import { withoutStack } from "../errors/callSite.ts"
import { classify, readError } from "../errors/classify.ts"
import { type Message, Transport, type TransportEnd } from "../../Transport.ts"
import { shownMethod } from "../errors/shownMethod.ts"

export type { RawServerRequest, Reply } from "./answering.ts"

/**
 * A raw notification, with its method and params extracted.
 *
 * @category models
 * @since 0.169.0
 */
export interface RawNotification {
  readonly method: string
  readonly params: unknown
  readonly message: Message
}

/**
 * How the layer above handles incoming messages. Set once, before the first byte is read.
 *
 * @category models
 * @since 0.169.0
 */
export interface Handlers {
  /**
   * Called by the reader loop for each notification, in order. It must return immediately.
   *
   * If it throws, the error is logged and that notification is lost.
   */
  readonly onNotification: (notification: RawNotification) => void
  /**
   * Called by the reader loop for each server request, in order with the notifications.
   *
   * The returned effect runs in its own fiber, which is interrupted when the connection ends.
   */
  readonly onRequest: (request: RawServerRequest) => Effect.Effect<Reply>
  /** Called once, when the connection has ended. */
  readonly onEnd: (reason: ConnectionClosed) => void
}

/**
 * Options of one call.
 *
 * @category models
 * @since 0.169.0
 */
export interface CallOptions {
  /**
   * Maximum time for the call, counted from the call. Default: the connection's.
   *
   * The time includes the wait for a permit. A call with `"Infinity"` takes no permit, so that it delays no other
   * call.
   */
  readonly timeout?: Duration.Input | undefined
}

/** What this package needs of some calls. None of it may throw or wait. */
export interface CallHooks {
  /** Whether the call needs no permit. Use it for calls that stop something. Default: `false`. */
  readonly isUrgent?: boolean | undefined
  /** The W3C trace context to send. */
  readonly trace?: { readonly traceparent: string } | undefined
  /** Called when the message is passed on for writing. After this the server may act on it. */
  readonly onSent?: ((id: number) => void) | undefined
  /**
   * Called by the reader loop with the result of a reply that arrives after the call timed out or was interrupted.
   */
  readonly onLateReply?: ((result: unknown) => void) | undefined
}

/**
 * A connection.
 *
 * @category models
 * @since 0.169.0
 */
export interface JsonRpc {
  /** Sends a request and waits for its reply. */
  request(method: string, params: unknown, options?: CallOptions & CallHooks): Effect.Effect<unknown, CodexError>
  /** Sends a notification. */
  notify(method: string, params?: unknown): Effect.Effect<void, CodexError>
  /** Marks the handshake as done, which changes only the text of a later `ConnectionClosed`. */
  readonly markRunning: () => void
  /** Ends the connection from this side, with the given end. Does nothing after the end. */
  readonly end: (how: TransportEnd) => void
  /** Waits until the connection ends. */
  readonly awaitEnd: Effect.Effect<ConnectionClosed>
  /** Returns how many calls are in flight now. */
  readonly inFlight: () => number
}

/**
 * Options of a connection.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options {
  /** The handlers of incoming messages. */
  readonly handlers: Handlers
  /** Maximum time for a call, counted from the call. */
  readonly requestTimeout: Duration.Input
  /**
   * The number of permits. A call holds one while it is in flight. More calls wait in the order in which they were
   * made.
   */
  readonly maxInFlight: number
  /** Refines the reason of a rejected call with what is known about its method. Default: unchanged. */
  readonly refine?: ((reason: Reason, method: string) => Reason) | undefined
  /** Whether another connection follows this one. It changes only `ConnectionClosed`. Default: `false`. */
  readonly restarts?: boolean | undefined
}

/**
 * Opens a connection over the `Transport`. Closing the scope closes it.
 *
 * @category constructors
 * @since 0.169.0
 */
export const make = Effect.fnUntraced(function* (
  options: Options
): Effect.fn.Return<JsonRpc, never, Transport | Scope.Scope> {
  const transport = yield* Transport
  const direct = directs.of(transport)
  const { handlers, refine = (reason: Reason) => reason, restarts = false } = options
  const defaultMillis = Duration.toMillis(Duration.fromInputUnsafe(options.requestTimeout))
  const calls = yield* callsOf.make(direct, options.maxInFlight)
  const answering = yield* answers.make(transport, handlers.onRequest)
  const log = Effect.runForkWith(yield* Effect.context())
  const ended = Deferred.makeUnsafe<ConnectionClosed>()
  let end: callsOf.End | undefined
  let phase: "starting" | "running" = "starting"
  // The functions that start the handlers of the current batch.
  const starts: Array<() => void> = []

  const settle = ({ end: how, stderr }: TransportEnd): void => {
    if (end !== undefined) return
    const fields = { end: how, phase, stderr, restarts: restarts && phase === "running" && how._tag !== "Closed" }
    const reason = withoutStack(() => new ConnectionClosed(fields))
    end = { sent: reason, unsent: withoutStack(() => new ConnectionClosed({ ...fields, sent: false })) }
    calls.end(end)
    try {
      handlers.onEnd(reason)
    } finally {
      Deferred.doneUnsafe(ended, Exit.succeed(reason))
    }
  }

  const request: JsonRpc["request"] = (method, params, call) => {
    // JavaScript callers can pass any value, and no error could show it as a method.
    if (typeof method !== "string") return Effect.fail(new CodexError({ method: "request", reason: noMethod() }))
    if (call === undefined) return calls.make(callOf(method, params, defaultMillis, true, call))
    const limit = call.timeout === undefined ? Option.some(defaultMillis) : millisOf(call.timeout)
    if (Option.isNone(limit)) {
      const reason = new InvalidOptions({ option: "timeout", description: 'expected a duration, such as "30 seconds"' })
      return Effect.fail(new CodexError({ method, reason }))
    }
    // A call without a limit must not hold a permit for that long.
    const isEndless = call.timeout !== undefined && limit.value === Infinity
    return calls.make(callOf(method, params, limit.value, call.isUrgent !== true && !isEndless, call))
  }

  const notify: JsonRpc["notify"] = (method, params) =>
    Effect.suspend((): Effect.Effect<void, ConnectionClosed | EncodeFailed> => {
      if (end !== undefined) return Effect.fail(end.unsent)
      const rest = direct.send({ method, params })
      return rest === undefined
        ? Effect.void
        : Effect.raceFirst(
            rest,
            Effect.flatMap(Deferred.await(ended), (reason) => Effect.fail(end?.unsent ?? reason))
          )
    }).pipe(Effect.mapError((reason) => new CodexError({ method, reason })))

  const route = (message: Message): void => {
    const { id, method } = message
    if (typeof method === "string") {
      if (id === undefined) {
        try {
          handlers.onNotification({ method, params: message["params"], message })
        } catch (defect) {
          log(
            Effect.logError(
              `A notification handler threw; dropped one ${shownMethod(method)} notification.`,
              Cause.die(defect)
            )
          )
        }
        return
      }
      // Beyond safe integers, two ids of the protocol are one number here, and an answer would be sent for the wrong
      // one.
      if (typeof id === "string" || (typeof id === "number" && Number.isSafeInteger(id))) {
        starts.push(answering.answer({ id, method, params: message["params"] }))
      } else {
        log(Effect.logWarning("Ignored a request whose id is neither a string nor a safe integer."))
      }
      return
    }
    const call = typeof id === "number" ? calls.waitingFor(id) : undefined
    if (call === undefined) {
      const late = typeof id === "number" ? calls.abandoned(id) : undefined
      if (late === undefined) {
        log(Effect.logDebug("Ignored a reply to an unknown call."))
      } else if (late.onLateReply !== undefined && message["error"] == null) {
        try {
          late.onLateReply(message["result"])
        } catch (defect) {
          log(Effect.logError("Reading a late reply failed; dropped the reply.", Cause.die(defect)))
        }
      }
      return
    }
    const error = message["error"]
    const called = call.request.method
    calls.answer(
      call,
      // Proxies write `null` beside a result.
      error === undefined || (error === null && "result" in message)
        ? Exit.succeed(message["result"])
        : Exit.fail(
            withoutStack(
              () =>
                new CodexError({
                  method: called,
                  reason: refine(classify(readError(error), call.request.params), called)
                })
            )
          )
    )
  }

  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      // First, because the server takes longer to exit than this side to end.
      direct.finish?.()
      settle({ end: { _tag: "Closed" }, stderr: [] })
    })
  )

  yield* direct
    .receive((batch) => {
      for (const message of batch) route(message)
      // Start handlers after the batch: their first steps are the caller's code, and a later message can withdraw
      // the request. Stay in the reader loop, so that each handler can be interrupted when the connection ends.
      if (starts.length > 0) for (const start of starts.splice(0)) start()
    })
    .pipe(
      // Input that the reader loop cannot process also ends the connection.
      Effect.catchDefect(() => Effect.succeed<TransportEnd>({ end: { _tag: "ReadFailed" }, stderr: [] })),
      Effect.map(settle),
      Effect.andThen(answering.stop),
      Effect.forkScoped
    )

  return {
    request,
    notify,
    markRunning: () => {
      phase = "running"
    },
    end: settle,
    awaitEnd: Deferred.await(ended),
    inFlight: calls.inFlight
  }
})

// internal

const noMethod = () =>
  new InvalidInput({ argument: "method", description: "expected a method name, such as `model/list`" })

const millisOf = (timeout: Duration.Input): Option.Option<number> =>
  Option.map(Duration.fromInput(timeout), Duration.toMillis)

const callOf = (
  method: string,
  params: unknown,
  timeoutMillis: number,
  isCounted: boolean,
  call: (CallOptions & CallHooks) | undefined
): callsOf.Request => ({
  method,
  params,
  timeoutMillis,
  isCounted,
  trace: call?.trace,
  onSent: call?.onSent,
  onLateReply: call?.onLateReply
})
