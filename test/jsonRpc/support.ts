/**
 * Support for the tests of the connection: one in memory, calls on it, and its logs.
 */
import { assert } from "@effect/vitest"
import { Effect, Exit, Fiber, Logger, References } from "effect"
import type { CodexError, ConnectionClosed } from "../../src/CodexError.ts"
import * as JsonRpc from "../../src/internal/connection/jsonRpc.ts"
import * as Transport from "../../src/Transport.ts"

interface Setup extends Partial<JsonRpc.Handlers> {
  readonly requestTimeout?: JsonRpc.Options["requestTimeout"]
  readonly maxInFlight?: number
  readonly transport?: Transport.Transport
}

/** A connection, the peer at its other end, and its notifications. */
export const connect = Effect.fnUntraced(function* (setup: Setup = {}) {
  const pair = yield* Transport.makePair
  const notifications: Array<string> = []
  const ends: Array<ConnectionClosed> = []
  const rpc = yield* JsonRpc.make({
    handlers: {
      onNotification: setup.onNotification ?? (({ method }) => void notifications.push(method)),
      onRequest: setup.onRequest ?? (() => Effect.succeed({ result: "answer" })),
      onEnd: setup.onEnd ?? ((reason) => void ends.push(reason))
    },
    requestTimeout: setup.requestTimeout ?? "30 seconds",
    maxInFlight: setup.maxInFlight ?? 64
  }).pipe(Effect.provideService(Transport.Transport, setup.transport ?? pair.transport))
  return { rpc, peer: pair.peer, notifications, ends }
})

/** Starts a call and waits until it is sent, if it is sent at all. */
export const start = (rpc: JsonRpc.JsonRpc, method: string, options?: JsonRpc.CallOptions) =>
  Effect.forkChild(rpc.request(method, {}, options), { startImmediately: true })

/** Returns after the client has read everything that was sent before. */
export const settled = (peer: Transport.Peer, rpc: JsonRpc.JsonRpc) =>
  Effect.gen(function* () {
    // Twice, because the reader logs after it has read a batch, and then reads the next.
    for (let n = 0; n < 2; n++) {
      const call = yield* start(rpc, "barrier")
      const { id } = yield* peer.receive
      yield* peer.send({ id, result: null })
      yield* Fiber.join(call)
    }
  })

/** The log messages of all levels while the effect runs. */
export const logged = <A, E, R>(effect: (lines: ReadonlyArray<string>) => Effect.Effect<A, E, R>) => {
  const lines: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${String(message)}`))
  return effect(lines).pipe(
    Effect.provide(Logger.layer([logger])),
    Effect.provideService(References.MinimumLogLevel, "All")
  )
}

export const rejection = (exit: Exit.Exit<unknown, CodexError>): CodexError => {
  const reason = Exit.isFailure(exit) ? exit.cause.reasons[0] : undefined
  return reason?._tag === "Fail" ? reason.error : assert.fail("the call did not fail")
}
