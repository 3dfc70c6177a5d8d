/**
 * The calls of one connection, from the moment they are made to the moment they end. Which message answers which call
 * is told by the reader (`JsonRpc`); here is what a call waits for, and that each ends exactly once. Plain code, since
 * every request passes through it.
 *
 * States of a call:
 *
 * - `waiting`: for a permit. Urgent calls, and those that ask for no limit, don't need one. Has no id yet.
 * - `sending`: it has an id, and waits until the transport has room for it; mostly not at all.
 * - `sent`: the transport has taken it over. From here on the server may act on it.
 * - `ended`: by the reply, by the failure to send it, by its limit, which counts from the call, by interruption, or by
 *   the end of the connection; whichever is first. Its permit is free at that moment, and goes to the first that waits.
 *
 * A call that ends before it is `sent` never was: its message is withdrawn, and its error says so. One that ends
 * between `sent` and its reply is remembered as abandoned, so that the late reply is dropped quietly, or handed to its
 * `onLateReply`.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { CodexError, type ConnectionClosed, RequestTimeout } from "../CodexError.ts"
import * as deadlines from "./deadlines.ts"
import type { Direct } from "./direct.ts"
import { Permits, type Waiter } from "./permits.ts"

/** What a call is made of. */
export interface Request {
  readonly method: string
  readonly params: unknown
  readonly timeoutMillis: number
  /** Whether it takes one of the permits. */
  readonly isCounted: boolean
  readonly trace: { readonly traceparent: string } | undefined
  readonly onSent: ((id: number) => void) | undefined
  /** Called with the result that comes after the call ended without it. */
  readonly onLateReply: OnLateReply
}

type OnLateReply = ((result: unknown) => void) | undefined

/** How the connection ended, for the calls that were sent and for those that were not. */
export interface End {
  readonly sent: ConnectionClosed
  readonly unsent: ConnectionClosed
}

type Result = Exit.Exit<unknown, CodexError>

/** A call that has not ended. */
class Call implements Waiter<Call> {
  ahead: Call | undefined = undefined
  behind: Call | undefined = undefined
  state: "waiting" | "sending" | "sent" | "ended" = "waiting"
  id = 0
  hasPermit = false
  deadline = Infinity
  // A server that reads no more can hold up the sending: what ends the call then has to free it.
  sending: Fiber.Fiber<void> | undefined = undefined
  result: Result | undefined = undefined
  readonly request: Request
  readonly resume: (result: Result) => void

  constructor(request: Request, resume: (result: Result) => void) {
    this.request = request
    this.resume = resume
  }
}

export type { Call }

/** The calls of a connection. */
export interface Calls {
  /** Makes a call and waits for its end. */
  readonly make: (request: Request) => Effect.Effect<unknown, CodexError>
  /** The call that waits for the reply with this id. */
  readonly waitingFor: (id: number) => Call | undefined
  /** Ends a call with its reply. */
  readonly answer: (call: Call, result: Result) => void
  /** What the call with this id wants of a late reply, if it ended before its reply; forgets it. */
  readonly abandoned: (id: number) => { readonly onLateReply: OnLateReply } | undefined
  /** Ends all calls, and each later one at once. */
  readonly end: (end: End) => void
  /** How many have an id and no reply. */
  readonly inFlight: () => number
}

// A dropped reply never comes, so the ids of abandoned calls have to be forgotten some day.
const maxAbandoned = 4096

/** Calls over a transport, of which at most `maxInFlight` counted ones wait for replies at once. */
export const make = Effect.fnUntraced(function* (
  direct: Direct,
  maxInFlight: number
): Effect.fn.Return<Calls, never, Scope.Scope> {
  const fork = Effect.runForkWith(yield* Effect.context())
  const permits = new Permits<Call>(maxInFlight)
  const pending = new Map<number, Call>()
  const abandoned = new Map<number, OnLateReply>()
  let ended: End | undefined
  let nextId = 1
  let done: Array<Call> = []
  let isGranting = false

  // Resuming runs the caller's fiber at once, and that must not happen within the reader, nor within another caller.
  const resumeDone = () => {
    const calls = done
    done = []
    for (const call of calls) if (call.result !== undefined) call.resume(call.result)
  }

  /**
   * Ends a call: its permit is free, its message withdrawn if it still waits for room. Without a result it is not
   * resumed.
   */
  const leave = (call: Call, result: Result | undefined): void => {
    const { id, sending, state } = call
    if (state === "ended") return
    call.state = "ended"
    if (state === "waiting") permits.leave(call)
    else pending.delete(id)
    if (result !== undefined) {
      call.result = result
      if (done.push(call) === 1) queueMicrotask(resumeDone)
    }
    if (sending !== undefined) {
      call.sending = undefined
      sending.interruptUnsafe()
    }
    if (call.hasPermit) {
      permits.release()
      if (ended === undefined && permits.first !== undefined) grant()
    }
  }

  // A loop and not a recursion: each of any number of calls can fail while it is sent, which frees its permit.
  const grant = (): void => {
    if (isGranting) return
    isGranting = true
    try {
      for (let call = permits.next(); call !== undefined; call = permits.next()) {
        call.hasPermit = true
        send(call)
      }
    } finally {
      isGranting = false
    }
  }

  const send = (call: Call): void => {
    const { method, params, trace } = call.request
    const id = nextId++
    call.id = id
    call.state = "sending"
    pending.set(id, call)
    const rest = direct.send(trace === undefined ? { id, method, params } : { id, method, params, trace })
    if (rest === undefined) return sent(call)
    const fiber = fork(
      Effect.matchCause(
        Effect.mapError(rest, (reason) => new CodexError({ method, reason })),
        {
          onSuccess: () => sent(call),
          onFailure: (cause) => {
            call.sending = undefined
            leave(call, Exit.failCause(cause))
          }
        }
      )
    )
    if (call.state === "sending") call.sending = fiber
  }

  const sent = (call: Call): void => {
    if (call.state !== "sending") return
    call.state = "sent"
    call.sending = undefined
    const { onSent } = call.request
    if (onSent === undefined) return
    try {
      onSent(call.id)
    } catch (defect) {
      abandon(call, Exit.die(defect))
    }
  }

  const abandon = (call: Call, result: Result | undefined): void => {
    if (call.state === "sent") {
      abandoned.set(call.id, call.request.onLateReply)
      if (abandoned.size > maxAbandoned) {
        for (const oldest of abandoned.keys()) {
          abandoned.delete(oldest)
          break
        }
      }
    }
    leave(call, result)
  }

  const timer = yield* deadlines.make((now) => {
    let next = Infinity
    const overdue: Array<Call> = []
    const look = (call: Call) => {
      if (call.deadline <= now) overdue.push(call)
      else if (call.deadline < next) next = call.deadline
    }
    // Those that wait come first, or they would get the permits of the others and be sent on their last legs.
    for (let call = permits.first; call !== undefined; call = call.behind) look(call)
    for (const call of pending.values()) look(call)
    for (const call of overdue) {
      const { method, timeoutMillis } = call.request
      const reason = new RequestTimeout({ timeoutMillis, sent: call.state === "sent" })
      abandon(call, Exit.fail(new CodexError({ method, reason })))
    }
    return next
  })

  return {
    make: (request) =>
      // One callback per call and neither race nor fiber: that is most of what a call costs.
      Effect.callback((resume) => {
        if (ended !== undefined) {
          return resume(Effect.fail(new CodexError({ method: request.method, reason: ended.unsent })))
        }
        const call = new Call(request, resume)
        call.deadline = timer.add(request.timeoutMillis)
        if (!request.isCounted) send(call)
        else if (permits.take()) {
          call.hasPermit = true
          send(call)
        } else permits.join(call)
        return Effect.sync(() => abandon(call, undefined))
      }),
    waitingFor: (id) => pending.get(id),
    answer: leave,
    abandoned: (id) => {
      if (!abandoned.has(id)) return undefined
      const onLateReply = abandoned.get(id)
      abandoned.delete(id)
      return { onLateReply }
    },
    end: (end) => {
      ended = end
      const calls = [...pending.values()]
      for (let call = permits.first; call !== undefined; call = call.behind) calls.push(call)
      for (const call of calls) {
        const reason = call.state === "sent" ? end.sent : end.unsent
        leave(call, Exit.fail(new CodexError({ method: call.request.method, reason })))
      }
    },
    inFlight: () => pending.size
  }
})
