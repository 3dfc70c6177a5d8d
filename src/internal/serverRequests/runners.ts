/**
 * Handlers made ready to run: found by method, with what they require, in a span.
 */
import type * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { serverRequestParams } from "../../generated/methods.ts"
import * as Notification from "../../Notification.ts"
import { asEffect } from "./asEffect.ts"
import { kindOf } from "./kinds.ts"
import type { Handlers, Request } from "./types.ts"

/** Runs the handler of a request that was decoded as that handler's. */
export type Run = (request: Request) => Effect.Effect<unknown, unknown>

/** Handlers by method. A Map, since methods come off the wire. */
export type Prepared = ReadonlyMap<string, Run>

/** What is wrong with a record of handlers, if something is: a misspelt name would decline what it was meant to answer. */
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

/** Makes a record ready, with the services that its handlers require; none where nothing is required. */
export const prepare = (handlers: Handlers<unknown, unknown>, context?: Context.Context<never>): Prepared => {
  const prepared = new Map<string, Run>()
  // Whoever opens a connection with it is told why.
  if (fault(handlers) !== undefined) return prepared
  for (const [method, handler] of Object.entries(handlers)) {
    if (handler === undefined) continue
    // Type boundary: a handler is called only with a request of the method that it stands under, and what it requires is in the context: the
    // signatures of those who call this see to it.
    const call = handler as Run
    prepared.set(method, (request) => {
      const { threadId, turnId } = Notification.ids(request.params)
      // Inside of what the layer was built with, whose span has ended long ago. No params: they can hold secrets.
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

/** Runs an effect in a span that sees that it failed, and not how: a span shows the error's words to whoever collects it. */
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
 * How long an answer that was given holds for further requests for the same thing. The server asks once for each turn that was refused, one after the
 * other: those that were refused together come just after the first was answered. Longer would hand out an answer that was refused in its turn.
 */
export const sharedFor = Duration.seconds(2)

/** Whether an answer of then still holds. A clock that was set back doesn't make it hold for longer. */
export const stillHolds = (answeredAt: number, now: number): boolean =>
  Math.abs(now - answeredAt) < Duration.toMillis(sharedFor)

interface Flight<A, E> {
  readonly fiber: Fiber.Fiber<A, E>
  waiting: number
  answeredAt: number | undefined
}

/**
 * Requests for the same thing share one run, since a refresh token can often be used only once. The run is nobody's own, and ends when nobody waits
 * for it any more.
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
            // Nobody may join what is being ended.
            if (flights.get(key) === flight) flights.delete(key)
            return Fiber.interrupt(flight.fiber)
          })
        )
      })
    })
}
