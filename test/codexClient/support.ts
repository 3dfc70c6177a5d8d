/**
 * Support for the tests of the client: a connection in memory, and the error of a call.
 */
import { assert } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import * as CodexClient from "../../src/CodexClient.ts"
import type { CodexError } from "../../src/CodexError.ts"
import * as Transport from "../../src/Transport.ts"
import * as Peer from "../support/peer.ts"

/** A client after its handshake, and the peer at its other end. */
export const connect = Effect.fnUntraced(function* (
  options?: CodexClient.Options,
  server: Partial<ReturnType<typeof Peer.initializeResponse>> = {}
) {
  const { peer, transport } = yield* Transport.makePair
  const making = yield* Effect.forkChild(
    CodexClient.make(options).pipe(Effect.provideService(Transport.Transport, transport)),
    { startImmediately: true }
  )
  const initialize = yield* peer.receive
  yield* peer.send({ id: initialize.id, result: { ...Peer.initializeResponse(), ...server } })
  const client = yield* Fiber.join(making)
  const initialized = yield* peer.receive
  return { client, peer, initialize, initialized }
})

export const start = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

/** Answers the next request. */
export const answer = (peer: Transport.Peer, result: unknown) =>
  Effect.flatMap(peer.receive, ({ id }) => peer.send({ id, result }))

export const rejection = (exit: Exit.Exit<unknown, CodexError>): CodexError => {
  const reason = Exit.isFailure(exit) ? exit.cause.reasons[0] : undefined
  return reason?._tag === "Fail" ? reason.error : assert.fail("it did not fail")
}
