/**
 * Answers the requests of the server, each in its own fiber, which is interrupted when the connection ends.
 *
 * The handler decides the answer. This module ensures that every request gets one reply, because a request without a
 * reply hangs its turn.
 */
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import type * as Scope from "effect/Scope"
import type { Transport } from "../../Transport.ts"
import { shownMethod } from "../errors/shownMethod.ts"

/**
 * A request of the server as received.
 *
 * @category models
 * @since 0.169.0
 */
export interface RawServerRequest {
  readonly id: string | number
  readonly method: string
  readonly params: unknown
}

/**
 * The reply to a request of the server.
 *
 * @category models
 * @since 0.169.0
 */
export type Reply =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } }

/** The requests in progress. */
export interface Answering {
  /**
   * Calls the handler of a request synchronously. Returns a function that starts a fiber, which runs the handler's
   * effect and sends the reply.
   *
   * A second request under the same id replaces the first.
   */
  readonly answer: (request: RawServerRequest) => () => void
  /** Interrupts all requests that have no reply yet. */
  readonly stop: Effect.Effect<void>
}

/** Answers requests over a transport until the scope ends. */
export const make = (
  transport: Transport,
  handler: (request: RawServerRequest) => Effect.Effect<Reply>
): Effect.Effect<Answering, never, Scope.Scope> =>
  Effect.gen(function* () {
    const fibers = yield* FiberMap.make<string | number>()
    const run = yield* FiberMap.runtime(fibers)()
    return {
      answer: (request) => {
        const answer = told(handler, request)
        return () => void run(request.id, reply(transport, request, answer))
      },
      stop: FiberMap.clear(fibers)
    }
  })

// internal

const told = (
  handler: (request: RawServerRequest) => Effect.Effect<Reply>,
  request: RawServerRequest
): Effect.Effect<Reply> => {
  try {
    return handler(request)
  } catch (defect) {
    return Effect.die(defect)
  }
}

const reply = (transport: Transport, request: RawServerRequest, answer: Effect.Effect<Reply>): Effect.Effect<void> =>
  answer.pipe(
    // A handler can fail, die or interrupt itself. A handler that is interrupted by the end of the connection never
    // reaches this code.
    Effect.catchCause((cause) =>
      Effect.as(Effect.logError(`Handler for ${shownMethod(request.method)} failed; answered with an error.`, cause), {
        error: { code: -32603, message: "The client's handler failed" }
      })
    ),
    Effect.flatMap((reply) => transport.send({ id: request.id, ...reply })),
    Effect.catchTag("EncodeFailed", () =>
      Effect.andThen(
        Effect.logError(
          `The answer to ${shownMethod(request.method)} cannot be encoded as JSON; an error was sent instead.`
        ),
        Effect.ignore(
          transport.send({ id: request.id, error: { code: -32603, message: "The answer cannot be encoded as JSON" } })
        )
      )
    )
  )
