/**
 * Handlers made ready to run: found by method, with what they require, in a span.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as Notification from "../../Notification.ts"
import type { Handlers, Method, Request } from "./serverRequestTypes.ts"

/** Runs the handler of a request that was decoded as that handler's. */
export type Run = (request: Request) => Effect.Effect<unknown, unknown>

/** Handlers by method. A Map, since methods come off the wire. */
export type Prepared = ReadonlyMap<string, Run>

/** Makes a record ready, with the services that its handlers require; none where nothing is required. */
export const prepare = (handlers: Handlers<unknown, unknown>, context?: Context.Context<never>): Prepared => {
  const prepared = new Map<string, Run>()
  for (const [method, handler] of Object.entries(handlers)) {
    if (handler === undefined) continue
    // Type boundary: a handler is called only with a request of the method that it stands under, and what it requires is in the context: the
    // signatures of those who call this see to it.
    const call = handler as Run
    prepared.set(method, (request) => {
      const { threadId, turnId } = Notification.ids(request.params)
      const traced = Effect.suspend(() => call(request)).pipe(
        // Inside of what the layer was built with, whose span has ended long ago. No params: they can hold secrets.
        Effect.withSpan(method, {
          kind: "server",
          root: true,
          attributes: {
            ...(threadId === undefined ? undefined : { threadId }),
            ...(turnId === undefined ? undefined : { turnId })
          }
        })
      )
      return context === undefined ? traced : Effect.provideContext(traced, context)
    })
  }
  return prepared
}

/**
 * Requests for the same thing share one run, since a refresh token can often be used only once. The run ends when nobody waits for it any more.
 */
export const shared = (run: Run, keyOf: (request: Request) => string, scope: Scope.Scope): Run => {
  const running = new Map<string, { readonly fiber: Fiber.Fiber<unknown, unknown>; waiting: number }>()
  const start = (key: string, request: Request) =>
    Effect.map(Effect.forkIn(run(request), scope), (fiber) => {
      const flight = { fiber, waiting: 0 }
      running.set(key, flight)
      fiber.addObserver(() => {
        if (running.get(key) === flight) running.delete(key)
      })
      return flight
    })
  return (request) =>
    Effect.suspend(() => {
      const key = keyOf(request)
      const existing = running.get(key)
      return Effect.flatMap(existing === undefined ? start(key, request) : Effect.succeed(existing), (flight) => {
        flight.waiting++
        return Effect.ensuring(
          Fiber.join(flight.fiber),
          Effect.suspend(() => (--flight.waiting === 0 ? Fiber.interrupt(flight.fiber) : Effect.void))
        )
      })
    })
}

/** The methods whose concurrent requests share one run. */
export const isShared = (method: string): method is "account/chatgptAuthTokens/refresh" & Method =>
  method === "account/chatgptAuthTokens/refresh"
