/**
 * One JSON-RPC connection, untyped: routing, and the one close that settles everything. Which methods exist, and what
 * their payloads mean, is `CodexClient`'s; how messages travel is `Transport`'s; what a call goes through is in
 * `internal/calls.ts`.
 *
 * The wire has no `jsonrpc` field. The two sides number their requests apart, so an id of the server may equal one of
 * ours. Replies come in any order.
 *
 * States of the connection, and what moves it on:
 *
 * - `open`: calls are sent, replies settle them.
 * - `ended`: entered once, by the end that the transport tells (exit, end of output, write error, oversize line) or by
 *   the end of the scope, whichever is first. It keeps one reason. Every open call fails with it, handlers of server
 *   requests are interrupted, `onEnd` is called, and later calls fail at once. There is no way back.
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
} from "./CodexError.ts"
import * as answers from "./internal/answering.ts"
import type { RawServerRequest, Reply } from "./internal/answering.ts"
import * as callsOf from "./internal/calls.ts"
import * as directs from "./internal/direct.ts"
import { classify, readError } from "./internal/errors/classify.ts"
import { type Message, Transport, type TransportEnd } from "./Transport.ts"
import { shownMethod } from "./internal/errors/shownMethod.ts"

export type { RawServerRequest, Reply } from "./internal/answering.ts"

/**
 * A notification as it came: the message with its method and params picked out.
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
 * What the room above does with what comes in. Given once, before the first byte is read.
 *
 * @category models
 * @since 0.169.0
 */
export interface Handlers {
  /**
   * Called by the reader for each notification, in order: it must return at once. What it throws is logged and costs
   * that notification.
   */
  readonly onNotification: (notification: RawNotification) => void
  /**
   * Called by the reader for each request of the server, in order with the notifications. What it gives runs in a fiber
   * of its own, which the end of the connection interrupts.
   */
  readonly onRequest: (request: RawServerRequest) => Effect.Effect<Reply>
  /** Called once, when the connection has ended. */
  readonly onEnd: (reason: ConnectionClosed) => void
}

/**
 * Settings of one call.
 *
 * @category models
 * @since 0.169.0
 */
export interface CallOptions {
  /**
   * How long the call may take, counted from the call: the wait for a permit is part of it. A call with `"Infinity"`
   * takes no permit, so that it holds up no other. Default: the connection's.
   */
  readonly timeout?: Duration.Input | undefined
  /**
   * Whether it needs no permit, and so goes ahead of the calls that wait for one: for what stops something. Default:
   * `false`.
   */
  readonly isUrgent?: boolean | undefined
  /** W3C trace context to send along. */
  readonly trace?: { readonly traceparent: string } | undefined
  /** Called when the message is handed over for writing: from here on the server may act on it. */
  readonly onSent?: ((id: number) => void) | undefined
  /** Called by the reader with the result of a reply that comes after the call was given up, by its timeout or by interruption. */
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
  request(method: string, params: unknown, options?: CallOptions): Effect.Effect<unknown, CodexError>
  /** Sends a notification. */
  notify(method: string, params?: unknown): Effect.Effect<void, CodexError>
  /** Tells that the handshake is done; only the wording of a later end depends on it. */
  readonly markRunning: () => void
  /** Waits for the end of the connection. */
  readonly awaitEnd: Effect.Effect<ConnectionClosed>
  /** The calls that wait for a reply, now. */
  readonly inFlight: () => number
}

/**
 * Settings of a connection.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options {
  /** What to do with what comes in. */
  readonly handlers: Handlers
  /** How long a call may take, counted from the call. */
  readonly requestTimeout: Duration.Input
  /**
   * How many permits there are: a call has one from being sent to its end. Further calls wait for one in the order in
   * which they were made.
   */
  readonly maxInFlight: number
  /** Adds to the reason of a refused call what is known of its method. Default: nothing. */
  readonly refine?: ((reason: Reason, method: string) => Reason) | undefined
}

/**
 * Opens a connection over the `Transport`; the scope's end closes it.
 *
 * @category constructors
 * @since 0.169.0
 */
export const make = Effect.fnUntraced(function* (
  options: Options
): Effect.fn.Return<JsonRpc, never, Transport | Scope.Scope> {
  const transport = yield* Transport
  const direct = directs.of(transport)
  const { handlers, refine = (reason: Reason) => reason } = options
  const defaultMillis = Duration.toMillis(Duration.fromInputUnsafe(options.requestTimeout))
  const calls = yield* callsOf.make(direct, options.maxInFlight)
  const answering = yield* answers.make(transport, handlers.onRequest)
  const log = Effect.runForkWith(yield* Effect.context())
  const ended = Deferred.makeUnsafe<ConnectionClosed>()
  let end: callsOf.End | undefined
  let phase: "starting" | "running" = "starting"
  // What starts the answers to the requests of the batch that is read.
  const starts: Array<() => void> = []

  const settle = ({ end: how, stderr }: TransportEnd): void => {
    if (end !== undefined) return
    const reason = new ConnectionClosed({ end: how, phase, stderr })
    end = { sent: reason, unsent: new ConnectionClosed({ end: how, phase, stderr, sent: false }) }
    calls.end(end)
    try {
      handlers.onEnd(reason)
    } finally {
      Deferred.doneUnsafe(ended, Exit.succeed(reason))
    }
  }

  const request: JsonRpc["request"] = (method, params, call) => {
    // From JavaScript it may be anything, and no error could name it.
    if (typeof method !== "string") return Effect.fail(new CodexError({ method: "request", reason: noMethod }))
    if (call === undefined) return calls.make(callOf(method, params, defaultMillis, true, call))
    const limit = call.timeout === undefined ? Option.some(defaultMillis) : millisOf(call.timeout)
    if (Option.isNone(limit)) {
      const reason = new InvalidOptions({ option: "timeout", description: 'expected a duration, such as "30 seconds"' })
      return Effect.fail(new CodexError({ method, reason }))
    }
    // A call that asks for all the time there is must not take a permit away for that long.
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
      // Beyond this two ids of the protocol are one number here, and an answer would go out under the wrong one.
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
        : Exit.fail(new CodexError({ method: called, reason: refine(classify(readError(error)), called) }))
    )
  }

  yield* Effect.addFinalizer(() => Effect.sync(() => settle({ end: { _tag: "Closed" }, stderr: [] })))

  yield* direct
    .receive((batch) => {
      for (const message of batch) route(message)
      // After the batch, since the first steps of a handler are the caller's code, and what follows a request can end it.
      // Still within the reader, so that the end of the connection finds each handler where it can be interrupted.
      if (starts.length > 0) for (const start of starts.splice(0)) start()
    })
    .pipe(
      // What the reader can't take in is the end, too.
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
    awaitEnd: Deferred.await(ended),
    inFlight: calls.inFlight
  }
})

// internal

const noMethod = new InvalidInput({ argument: "method", description: "expected a method name, such as `model/list`" })

const millisOf = (timeout: Duration.Input): Option.Option<number> =>
  Option.map(Duration.fromInput(timeout), Duration.toMillis)

const callOf = (
  method: string,
  params: unknown,
  timeoutMillis: number,
  isCounted: boolean,
  call: CallOptions | undefined
): callsOf.Request => ({
  method,
  params,
  timeoutMillis,
  isCounted,
  trace: call?.trace,
  onSent: call?.onSent,
  onLateReply: call?.onLateReply
})
