/**
 * Prepares handlers to run: finds them by method, provides what they require, and runs each one in a span.
 */
import type * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { serverRequestParams } from "../../generated/methods.ts"
import * as Notification from "../client/notifications.ts"
import { asEffect } from "./asEffect.ts"
import { kindOf } from "./kinds.ts"
import type { Handlers, Request } from "./types.ts"

/** Runs the handler of a request that was decoded for that handler. */
export type Run = (request: Request) => Effect.Effect<unknown, unknown>

/** Handlers by method. A Map, because methods come from the server. */
export type Prepared = ReadonlyMap<string, Run>

/**
 * Returns the problem with a handlers object, if there is one. A misspelled name would cause requests to be declined.
 */
export const fault = (handlers: unknown): string | undefined => {
  if (typeof handlers !== "object" || handlers === null || Array.isArray(handlers)) return noRecord
  for (const [method, handler] of Object.entries(handlers)) {
    if (!serverRequestParams.has(method)) return `unknown request ${JSON.stringify(method)}; ${noRecord}`
    if (handler !== undefined && typeof handler !== "function") {
      return `the handler of ${method} must be a function; to use a policy, call \`Approval.handlers\` or \`Permissions.handler\``
    }
  }
  return undefined
}

const noRecord = "expected handlers by request name, such as `Approval.handlers(policy)`"

/** Prepares a handlers object with the services that its handlers require. Omit `context` if they require nothing. */
export const prepare = (handlers: Handlers<unknown, unknown>, context?: Context.Context<never>): Prepared => {
  const prepared = new Map<string, Run>()
  // The code that opens a connection with these handlers reports the problem.
  if (fault(handlers) !== undefined) return prepared
  for (const [method, handler] of Object.entries(handlers)) {
    if (handler === undefined) continue
    // Type boundary: a handler is called only with requests of the method it is listed under. The signatures of the
    // callers ensure that the context has what it requires.
    const call = handler as Run
    prepared.set(method, (request) => {
      const { threadId, turnId } = Notification.ids(request.params)
      // The context was captured when the layer was built, and its span has ended long ago. Params can hold secrets,
      // so they are not attributes.
      const inSpan = Effect.withSpan(method, {
        kind: "server",
        root: true,
        attributes: {
          ...(threadId === undefined ? undefined : { threadId }),
          ...(turnId === undefined ? undefined : { turnId })
        }
      })
      const run = Effect.suspend(() => asEffect(call(request)))
      const traced = kindOf(method)?.isSecret === true ? concealed(run, inSpan) : inSpan(run)
      return context === undefined ? traced : Effect.provideContext(traced, context)
    })
  }
  return prepared
}

/**
 * Runs an effect in a span that records that it failed, but not how.
 *
 * A span exposes the text of an error to every trace collector.
 */
const concealed = <A, E>(
  run: Effect.Effect<A, E>,
  inSpan: <B, F>(effect: Effect.Effect<B, F>) => Effect.Effect<B, F>
): Effect.Effect<A, E | string> =>
  Effect.suspend(() => {
    let real: Cause.Cause<E> | undefined
    const outer = Effect.catchCause(run, (cause) => {
      real = cause
      return Effect.fail("The handler failed")
    })
    return Effect.catchCause(inSpan(outer), (cause) => Effect.failCause<E | string>(real ?? cause))
  })

/**
 * How long an answer is reused for further requests for the same thing.
 *
 * The server sends one request for each turn that was rejected, one after the other. Requests of turns that were
 * rejected together arrive just after the first answer. A longer time would reuse an answer that the server has
 * rejected since.
 */
export const sharedFor = Duration.seconds(2)

/** Whether an earlier answer is still valid. Setting the clock back does not extend that time. */
export const stillHolds = (answeredAt: number, now: number): boolean =>
  Math.abs(now - answeredAt) < Duration.toMillis(sharedFor)

interface Flight<A, E> {
  readonly fiber: Fiber.Fiber<A, E>
  waiting: number
  answeredAt: number | undefined
}

/**
 * Shares one run among requests for the same thing, because a refresh token can often be used only once.
 *
 * The run belongs to no single request. It is interrupted when no request waits for it any more.
 */
export const shared = <In, A, E>(
  run: (request: In) => Effect.Effect<A, E>,
  keyOf: (request: In) => string,
  fork: (effect: Effect.Effect<A, E>) => Effect.Effect<Fiber.Fiber<A, E>>
): ((request: In) => Effect.Effect<A, E>) => {
  const flights = new Map<string, Flight<A, E>>()
  const start = (key: string, request: In, clock: Clock.Clock) =>
    Effect.map(fork(run(request)), (fiber) => {
      const flight: Flight<A, E> = { fiber, waiting: 0, answeredAt: undefined }
      flights.set(key, flight)
      fiber.addObserver((exit) => {
        if (Exit.isSuccess(exit)) flight.answeredAt = clock.currentTimeMillisUnsafe()
        else if (flights.get(key) === flight) flights.delete(key)
      })
      return flight
    })
  return (request) =>
    Effect.clockWith((clock) => {
      const key = keyOf(request)
      const last = flights.get(key)
      const joinable =
        last !== undefined &&
        (last.answeredAt === undefined || stillHolds(last.answeredAt, clock.currentTimeMillisUnsafe()))
      return Effect.flatMap(joinable ? Effect.succeed(last) : start(key, request, clock), (flight) => {
        flight.waiting++
        return Effect.ensuring(
          Fiber.join(flight.fiber),
          Effect.suspend(() => {
            if (--flight.waiting > 0 || flight.answeredAt !== undefined) return Effect.void
            // No request may join a run that is being interrupted.
            if (flights.get(key) === flight) flights.delete(key)
            return Fiber.interrupt(flight.fiber)
          })
        )
      })
    })
}
