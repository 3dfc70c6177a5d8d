/**
 * Support for the tests of accounts: the methods over a client, and a connection whose server the test plays.
 */
import { assert } from "@effect/vitest"
import { Effect, Fiber, Redacted } from "effect"
import * as Account from "../../src/Account.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import * as methods from "../../src/internal/account/methods.ts"
import * as LoginIssuer from "../../src/testing/LoginIssuer.ts"
import * as Transport from "../../src/Transport.ts"
import * as Peer from "../support/peer.ts"

export const account = Effect.map(CodexClient.CodexClient, methods.make)

/** Returns the failure of a login, which must have this reason. */
export const failsWith = Effect.fnUntraced(function* (wait: Account.LoginHandle["wait"], tag: string) {
  const error = yield* Effect.flip(wait)
  assert.instanceOf(error, Account.LoginFailed)
  assert.strictEqual(error.reason._tag, tag, Redacted.value(error.serverMessage))
  return error
})

/** Runs with a Codex on the real binary that logs in at an issuer on loopback. */
export const withIssuer = <A, E, R>(effect: Effect.Effect<A, E, R>, issuer?: LoginIssuer.Behavior) =>
  effect.pipe(Effect.scoped, Effect.provide(LoginIssuer.layerCodex({ issuer })))

/** The account over a connection whose other end the test plays. */
export const played = Effect.gen(function* () {
  const { peer, transport } = yield* Transport.makePair
  const making = yield* Effect.forkChild(
    CodexClient.make().pipe(Effect.provideService(Transport.Transport, transport)),
    { startImmediately: true }
  )
  yield* peer.send({ id: (yield* peer.receive).id, result: Peer.initializeResponse() })
  const client = yield* Fiber.join(making)
  yield* peer.receive
  const completed = (loginId: string | null, success = true, error: string | null = null) =>
    peer.send({ method: "account/login/completed", params: { loginId, success, error } })
  /** Takes the next request, which must be of this method, and answers it. */
  const answer = Effect.fnUntraced(function* (method: string, result: unknown) {
    const request = yield* peer.receive
    assert.strictEqual(request.method, method)
    yield* peer.send({ id: request.id, result })
    return request.params
  })
  return { account: methods.make(client), client, peer, completed, answer }
})
