/**
 * One JSON-RPC connection, untyped: ids, pending calls, routing, and the one close that settles everything. Which methods exist, and what
 * their payloads mean, is `CodexClient`'s; how messages travel is `Transport`'s.
 *
 * The wire has no `jsonrpc` field. The two sides number their requests apart, so an id of the server may equal one of ours. Replies come in
 * any order.
 *
 * States of the connection, and who moves it on:
 *
 * - `open`: calls are sent, replies settle them.
 * - `ended`: entered once, by the failure of `transport.messages` (exit, end of output, write error, oversize line) or by the end of the
 *   scope, whichever is first. It keeps one reason. Every pending call fails with it, handlers of server requests are interrupted,
 *   `onEnd` is told, and later calls fail at once. There is no way back.
 *
 * States of a call: waiting for a place, unless it is urgent (leaves by interruption, without a trace) → sent (leaves by reply, timeout, interruption or end). A
 * call that leaves before its reply is remembered as abandoned, so that the late reply is dropped quietly, or handed to its `onLateReply`.
 *
 * @since 0.169.0
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
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
import * as deadlines from "./internal/deadlines.ts"
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
  /** Called by the reader for each notification, in order: it must return at once. What it throws is logged and costs that notification. */
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
  /** How long to wait for the reply, counted from sending. Default: the connection's. */
  readonly timeout?: Duration.Input | undefined
  /** Whether it goes ahead of the calls that wait for a place: for what stops something. Default: `false`. */
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
  /** How long a call waits for its reply. */
  readonly requestTimeout: Duration.Input
  /** How many calls may wait for replies at once; more wait for a place. */
  readonly maxInFlight: number
  /** Adds to the reason of a refused call what is known of its method. Default: nothing. */
  readonly refine?: ((reason: Reason, method: string) => Reason) | undefined
}

// A dropped reply never comes, so the ids of abandoned calls have to be forgotten some day.
const maxAbandoned = 4096

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
  const { handlers, refine = (reason: Reason) => reason } = options
  const defaultTimeout = Duration.fromInputUnsafe(options.requestTimeout)
  const places = Semaphore.makeUnsafe(options.maxInFlight)
  const pending = new Map<number, deadlines.Call>()
  const timer = yield* deadlines.make(pending, (id) => abandon(id))
  const abandoned = new Map<number, CallOptions["onLateReply"]>()
  const answering = yield* answers.make(transport, handlers.onRequest)
  const ended = Deferred.makeUnsafe<ConnectionClosed>()
  let reason: ConnectionClosed | undefined
  let phase: "starting" | "running" = "starting"
  let nextId = 1

  const settle = ({ end, stderr }: TransportEnd): void => {
    if (reason !== undefined) return
    reason = new ConnectionClosed({ end, phase, stderr })
    const calls = [...pending.values()]
    pending.clear()
    for (const { method, settle } of calls) settle(Exit.fail(new CodexError({ method, reason })))
    try {
      handlers.onEnd(reason)
    } finally {
      Deferred.doneUnsafe(ended, Exit.succeed(reason))
    }
  }

  const abandon = (id: number): void => {
    const call = pending.get(id)
    if (call === undefined) return
    pending.delete(id)
    abandoned.set(id, call.onLateReply)
    if (abandoned.size > maxAbandoned) {
      for (const oldest of abandoned.keys()) {
        abandoned.delete(oldest)
        break
      }
    }
  }

  // One callback and one short fiber per call, and no race: that is most of what a call costs.
  const exchange = (method: string, params: unknown, timeoutMillis: number, call: CallOptions | undefined) =>
    Effect.withFiber((caller: Fiber.Fiber<unknown, unknown>) =>
      Effect.callback<unknown, CodexError>((resume) => {
        if (reason !== undefined) return resume(Effect.fail(new CodexError({ method, reason })))
        const id = nextId++
        // A server that reads no more can hold up `send`: what settles the call then has to free it.
        let sending: Fiber.Fiber<void> | undefined
        const settle = (exit: Exit.Exit<unknown, CodexError>) => {
          sending?.interruptUnsafe()
          // Resuming runs the caller's fiber at once, and that must not happen within the reader.
          queueMicrotask(() => resume(exit))
        }
        const deadline = timer.add(timeoutMillis)
        pending.set(id, { method, settle, timeoutMillis, deadline, onLateReply: call?.onLateReply })
        const message = call?.trace === undefined ? { id, method, params } : { id, method, params, trace: call.trace }
        const sent = Effect.mapBoth(transport.send(message), {
          onSuccess: () => call?.onSent?.(id),
          onFailure: (reason) => new CodexError({ method, reason })
        }).pipe(
          Effect.matchCause({
            onSuccess: () => {},
            onFailure: (cause) => {
              if (pending.delete(id)) resume(Effect.failCause(cause))
            }
          })
        )
        const fiber = Effect.runForkWith(caller.context)(sent)
        if (fiber.pollUnsafe() === undefined) {
          sending = fiber
          fiber.addObserver(() => {
            sending = undefined
          })
        }
        return Effect.suspend(() => {
          abandon(id)
          return sending === undefined ? Effect.void : Fiber.interrupt(sending)
        })
      })
    )

  const request: JsonRpc["request"] = (method, params, call) => {
    // From JavaScript it may be anything, and no error could name it.
    if (typeof method !== "string") return Effect.fail(new CodexError({ method: "request", reason: noMethod }))
    const timeout = call?.timeout === undefined ? Option.some(defaultTimeout) : Duration.fromInput(call.timeout)
    if (Option.isNone(timeout)) {
      const reason = new InvalidOptions({ option: "timeout", description: 'it is no duration; write "30 seconds"' })
      return Effect.fail(new CodexError({ method, reason }))
    }
    const exchanging = exchange(method, params, Duration.toMillis(timeout.value), call)
    return call?.isUrgent === true ? exchanging : Semaphore.withPermit(places, exchanging)
  }

  const notify: JsonRpc["notify"] = (method, params) =>
    Effect.suspend((): Effect.Effect<void, ConnectionClosed | EncodeFailed> =>
      reason === undefined ? transport.send({ method, params }) : Effect.fail(reason)
    ).pipe(
      Effect.raceFirst(Effect.flatMap(Deferred.await(ended), Effect.fail)),
      Effect.mapError((reason) => new CodexError({ method, reason }))
    )

  // Routes one message. What takes more than a moment is returned as an effect, to be run after the batch.
  const route = (message: Message): Effect.Effect<unknown> | undefined => {
    const { id, method } = message
    if (typeof method === "string") {
      if (id === undefined) {
        try {
          handlers.onNotification({ method, params: message["params"], message })
        } catch (defect) {
          return Effect.logError(`A notification of ${shownMethod(method)} was lost`, Cause.die(defect))
        }
        return undefined
      }
      // Beyond this two ids of the protocol are one number here, and an answer would go out under the wrong one.
      return typeof id === "string" || (typeof id === "number" && Number.isSafeInteger(id))
        ? answering.answer({ id, method, params: message["params"] })
        : Effect.logWarning("Skipped a request whose id is neither a string nor a safe integer")
    }
    const call = typeof id === "number" ? pending.get(id) : undefined
    if (call === undefined || typeof id !== "number") {
      if (typeof id !== "number" || !abandoned.has(id)) {
        return Effect.logDebug("Skipped a message that answers no call of ours")
      }
      const onLateReply = abandoned.get(id)
      abandoned.delete(id)
      if (onLateReply === undefined || message["error"] != null) return undefined
      try {
        onLateReply(message["result"])
      } catch (defect) {
        return Effect.logError("A late reply was lost", Cause.die(defect))
      }
      return undefined
    }
    pending.delete(id)
    const error = message["error"]
    call.settle(
      // Proxies write `null` beside a result.
      error === undefined || (error === null && "result" in message)
        ? Exit.succeed(message["result"])
        : Exit.fail(new CodexError({ method: call.method, reason: refine(classify(readError(error)), call.method) }))
    )
    return undefined
  }

  yield* Effect.addFinalizer(() => Effect.sync(() => settle({ end: { _tag: "Closed" }, stderr: [] })))

  yield* Stream.runForEachArray(transport.messages, (batch) => {
    let rest: Array<Effect.Effect<unknown>> | undefined
    for (const message of batch) {
      const effect = route(message)
      if (effect !== undefined) (rest ??= []).push(effect)
    }
    return rest === undefined ? Effect.void : Effect.all(rest, { discard: true })
  }).pipe(
    // A transport that ends otherwise than by its failure breaks its contract; nobody shall wait for ever because of that.
    Effect.matchCause({
      onFailure: (cause) => settle(Option.getOrElse(Cause.findErrorOption(cause), () => broken("ReadFailed"))),
      onSuccess: () => settle(broken("EndOfOutput"))
    }),
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
    inFlight: () => pending.size
  }
})

// internal

const noMethod = new InvalidInput({ argument: "method", description: "it is no text, such as `model/list`" })

const broken = (tag: "ReadFailed" | "EndOfOutput"): TransportEnd => ({ end: { _tag: tag }, stderr: [] })
