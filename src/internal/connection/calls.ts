/**
 * Manages the calls of one connection: what each call waits for, and that it ends exactly once.
 *
 * The reader (`JsonRpc`) matches replies to calls. This is plain code, because every request passes through it.
 *
 * States of a call:
 *
 * - `waiting`: waits for a permit, and has no id yet. Urgent calls and calls without a time limit do not need a
 *   permit.
 * - `sending`: has an id, and waits until the transport has capacity; usually that takes no time.
 * - `sent`: the transport has accepted the message. From here on the server may act on it.
 * - `ended`: entered by the first of these: the reply, a failure to send, the limit (counted from the call),
 *   interruption, or the end of the connection. Its permit is released immediately, and goes to the first waiter.
 *
 * If a call ends before it is `sent`, its message is withdrawn, and its error says so. If it ends between `sent` and
 * its reply, it is recorded as abandoned. A late reply is then passed to its `onLateReply`, or silently dropped.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { CodexError, type ConnectionClosed, RequestTimeout } from "../../CodexError.ts"
import * as deadlines from "./deadlines.ts"
import type { Direct } from "./direct.ts"
import { Permits, type Waiter } from "./permits.ts"

/** The parameters of a call. */
export interface Request {
  readonly method: string
  readonly params: unknown
  readonly timeoutMillis: number
  /** Whether the call takes a permit. */
  readonly isCounted: boolean
  readonly trace: { readonly traceparent: string } | undefined
  readonly onSent: ((id: number) => void) | undefined
  /** Called with a result that arrives after the call has ended. */
  readonly onLateReply: OnLateReply
}

type OnLateReply = ((result: unknown) => void) | undefined

/** How the connection ended, for calls that were sent and for those that were not. */
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
  // If the server stops reading, sending can block. The end of the call then interrupts it.
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
  /** Returns the call that waits for the reply with this id. */
  readonly waitingFor: (id: number) => Call | undefined
  /** Ends a call with its reply. */
  readonly answer: (call: Call, result: Result) => void
  /** Returns the late-reply handler of the abandoned call with this id, if there is one, and removes the call. */
  readonly abandoned: (id: number) => { readonly onLateReply: OnLateReply } | undefined
  /** Ends all calls. Each later call ends immediately. */
  readonly end: (end: End) => void
  /** The number of calls with an id and no reply. */
  readonly inFlight: () => number
}

// A dropped reply never arrives, so the number of recorded ids is limited.
const maxAbandoned = 4096

/** Creates the calls of a transport. At most `maxInFlight` counted calls wait for replies concurrently. */
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

  // Resuming runs the caller's fiber immediately. That must not happen inside the reader loop or inside another
  // caller.
  const resumeDone = () => {
    const calls = done
    done = []
    for (const call of calls) if (call.result !== undefined) call.resume(call.result)
  }

  /**
   * Ends a call: releases its permit, and withdraws its message if it still waits for the transport.
   *
   * Without a result, the caller is not resumed.
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

  // A loop instead of recursion: any number of calls can fail while they are sent, and each failure releases a
  // permit.
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
    // Waiting calls come first. Otherwise they would receive the permits of the others, and be sent although they are
    // overdue.
    for (let call = permits.first; call !== undefined; call = call.behind) look(call)
    for (const call of pending.values()) look(call)
    for (const call of overdue) {
      const { method, timeoutMillis } = call.request
      const reason = new RequestTimeout({ timeout: Duration.millis(timeoutMillis), sent: call.state === "sent" })
      abandon(call, Exit.fail(new CodexError({ method, reason })))
    }
    return next
  })

  return {
    make: (request) =>
      // One callback per call, with neither a race nor a fiber, because these would be most of the cost of a call.
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
