/**
 * Concurrent requests for new tokens share one refresh, which continues when the first of them ends.
 */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Logger, Redacted } from "effect"
import { TestClock } from "effect/testing"
import * as tokenRefresh from "../../src/internal/account/tokenRefresh.ts"
import * as Requests from "../serverRequests/support.ts"

const method = "account/chatgptAuthTokens/refresh"
const params = { reason: "unauthorized", previousAccountId: "a" }
const answer = { accessToken: "t", chatgptAccountId: "a", chatgptPlanType: null }
const tokens = { accessToken: Redacted.make("t"), chatgptAccountId: "a" }
const quiet = Effect.provide(Logger.layer([]))

describe("a refresh of tokens", () => {
  it.effect("continues for the others when the request that started it ends", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const { ask, client, decisions, peer, settle } = yield* Requests.played()
      let runs = 0
      client["~session"].logins.refresh = tokenRefresh.handler(
        client["~session"],
        Effect.suspend(() => {
          runs++
          return Effect.as(Deferred.await(gate), tokens)
        })
      )
      yield* ask(1, method, params)
      yield* ask(2, method, params)
      yield* settle
      yield* peer.send(Requests.resolved(1))
      yield* settle
      yield* Deferred.succeed(gate, undefined)
      assert.deepStrictEqual(yield* peer.receive, { id: 2, result: answer })
      assert.deepStrictEqual(decisions.map(Requests.short), ["none by resolved", "answer by login"])
      assert.strictEqual(runs, 1)
    }).pipe(quiet)
  )

  it.effect("ends without waiters, and the next request starts it again", () =>
    Effect.gen(function* () {
      const ended = yield* Deferred.make<void>()
      const { ask, client, peer, settle } = yield* Requests.played()
      let runs = 0
      client["~session"].logins.refresh = tokenRefresh.handler(
        client["~session"],
        Effect.suspend(() =>
          ++runs === 1
            ? Effect.onInterrupt(Effect.never, () => Deferred.succeed(ended, undefined))
            : Effect.succeed(tokens)
        )
      )
      yield* ask(1, method, params)
      yield* settle
      yield* peer.send(Requests.resolved(1))
      yield* Deferred.await(ended)
      yield* ask(2, method, params)
      assert.deepStrictEqual(yield* peer.receive, { id: 2, result: answer })
      assert.strictEqual(runs, 2)
    }).pipe(quiet)
  )

  it.effect("accepts no new waiter while its handler ends", () =>
    Effect.gen(function* () {
      let runs = 0
      const { ask, decisions, peer, settle } = yield* Requests.played({
        serverRequests: {
          [method]: () =>
            Effect.suspend(() =>
              ++runs === 1 ? Effect.onInterrupt(Effect.never, () => Effect.sleep("3 seconds")) : Effect.succeed(answer)
            )
        }
      })
      yield* ask(1, method, params)
      yield* settle
      // The server no longer waits.
      yield* TestClock.adjust("12 seconds")
      yield* peer.receive
      yield* ask(2, method, params)
      assert.deepStrictEqual(yield* peer.receive, { id: 2, result: answer })
      assert.deepStrictEqual(decisions.map(Requests.short), ["refuse by timeout", "answer by handler"])
      assert.strictEqual(runs, 2)
      // The end of the first one, which its scope waits for.
      yield* TestClock.adjust("3 seconds")
    }).pipe(quiet)
  )
})
