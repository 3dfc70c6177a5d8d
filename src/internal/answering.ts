/**
 * Answers the requests of the server, each in a fiber of its own that the end of the connection interrupts. What is
 * answered is the handler's; here every request gets one reply, since silence would hang its turn.
 */
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import type * as Scope from "effect/Scope"
import type { Transport } from "../Transport.ts"
import { shownMethod } from "./errors/shownMethod.ts"

/**
 * A request of the server as it came.
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
 * What to answer to a request of the server.
 *
 * @category models
 * @since 0.169.0
 */
export type Reply =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } }

/** The requests that are being answered. */
export interface Answering {
  /**
   * Tells the handler of a request, here and now, and gives what starts a fiber that runs what it says and sends the
   * reply. A second request under the same id takes the place of the first.
   */
  readonly answer: (request: RawServerRequest) => () => void
  /** Interrupts all that are not answered yet. */
  readonly stop: Effect.Effect<void>
}

/** Answers over a transport, until the scope ends. */
export const make = (
  transport: Transport["Service"],
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

const reply = (
  transport: Transport["Service"],
  request: RawServerRequest,
  answer: Effect.Effect<Reply>
): Effect.Effect<void> =>
  answer.pipe(
    // A handler can't be trusted to be total. That includes one that interrupts itself; one that the end interrupts
    // doesn't come by here.
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
