/**
 * The refresh of external tokens on the real server: how often it runs, the outcome of the turn, and that no token
 * leaks.
 */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Option, Redacted, Stream } from "effect"
import { TestClock } from "effect/testing"
import { pid } from "node:process"
import type { ExternalTokens } from "../../src/Account.ts"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import * as LoginIssuer from "../../src/testing/LoginIssuer.ts"
import { token } from "../../src/testing/loginTokens.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { TurnFailed } from "../../src/internal/turn/turnErrors.ts"
import { faces, watched } from "../support/watched.ts"
import * as Endings from "./endings.ts"
import * as Test from "./support.ts"

const method = "account/chatgptAuthTokens/refresh"

const old = token({ mark: "zq7old" })
const renewed = (n: number): string => token({ mark: `zq7new${n}` })
const external = (accessToken: string): ExternalTokens => ({
  accessToken: Redacted.make(accessToken),
  chatgptAccountId: "account-1"
})

const bearer = (accessToken: string) => `Bearer ${accessToken}`

const unauthorized = MockModel.status(401, { error: { message: "Unauthorized" } })

const authorizations = Effect.flatMap(MockModel.MockModel, (model) =>
  Effect.map(model.requests, (all) => all.map((request) => request.header("authorization")))
)

const layer = (codex: Codex.Options = {}) => LoginIssuer.layerCodex({ codex })

describe("turns whose token is rejected at the same time", () => {
  /** Two turns on two threads, whose requests are both rejected after both have arrived. */
  const refusedTogether = Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const model = yield* MockModel.MockModel
    const both = yield* Deferred.make<void>()
    let arrived = 0
    const refuse = MockModel.respondWith(() =>
      Effect.gen(function* () {
        if (++arrived === 2) yield* Deferred.succeed(both, undefined)
        yield* Deferred.await(both)
        return unauthorized
      })
    )
    yield* model.enqueue(refuse, refuse, MockModel.reply("yes"), MockModel.reply("yes"))
    const threads = [yield* codex.startThread(), yield* codex.startThread()]
    const results = yield* Effect.forEach(threads, (thread) => thread.run("hi"), { concurrency: 2 })
    return results.map(({ finalResponse }) => Option.getOrNull(finalResponse))
  })

  // The clock stands still, so that the speed of the machine does not matter.
  it.effect("get the new token from one run of the login's refresh, although the server requests one for each", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const client = yield* CodexClient.CodexClient
      const model = yield* MockModel.MockModel
      const decisions = yield* Endings.watch
      const open: Array<number> = []
      const refresh = Effect.gen(function* () {
        // Both have been rejected by then.
        yield* model.idle
        open.push((yield* client.openRequests).length)
        return external(renewed(open.length))
      })
      yield* codex.loginChatgptAuthTokens(external(old), refresh)
      assert.deepStrictEqual(yield* refusedTogether, ["yes", "yes"])
      const sent = [old, old, renewed(1), renewed(1)].map(bearer)
      assert.deepStrictEqual(yield* authorizations, sent)
      // The server requests one after the other.
      assert.deepStrictEqual(open, [1])
      assert.deepStrictEqual(decisions.map(Test.short), ["answer by login", "answer by login"])
      // A later rejection causes another refresh.
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(yield* refusedTogether, ["yes", "yes"])
      assert.deepStrictEqual(
        yield* authorizations,
        [old, old, renewed(1), renewed(1), renewed(1), renewed(1), renewed(2), renewed(2)].map(bearer)
      )
    }).pipe(Effect.scoped, Effect.provide(layer()))
  )

  it.effect("get the new token from one run of the handler", () => {
    let runs = 0
    return Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const decisions = yield* Endings.watch
      yield* codex.loginChatgptAuthTokens(external(old))
      assert.deepStrictEqual(yield* refusedTogether, ["yes", "yes"])
      assert.deepStrictEqual(yield* authorizations, [old, old, renewed(1), renewed(1)].map(bearer))
      assert.strictEqual(runs, 1)
      assert.deepStrictEqual(decisions.map(Test.short), ["answer by handler", "answer by handler"])
    }).pipe(
      Effect.scoped,
      Effect.provide(
        layer({
          serverRequests: {
            [method]: () => Effect.sync(() => ({ accessToken: renewed(++runs), chatgptAccountId: "account-1" }))
          }
        })
      )
    )
  })

  it.effect("all fail if the refresh fails, and the next turn refreshes again", () => {
    let runs = 0
    return Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      yield* codex.loginChatgptAuthTokens(
        external(old),
        Effect.suspend(() => (++runs === 1 ? Effect.fail("no") : Effect.succeed(external(renewed(runs)))))
      )
      yield* model.enqueue(unauthorized, unauthorized, MockModel.reply("yes"))
      const run = Effect.flatMap(codex.startThread(), (thread) => thread.run("hi"))
      assert.strictEqual((yield* Effect.flip(run))._tag, "TurnFailed")
      assert.deepStrictEqual((yield* run).finalResponse, Option.some("yes"))
      assert.deepStrictEqual(yield* authorizations, [old, old, renewed(2)].map(bearer))
    }).pipe(Effect.scoped, Effect.provide(layer()))
  })
})

/** Every part of a token that would identify it. */
const showing = (texts: ReadonlyArray<string>) => {
  const marks = ["zq7old", "zq7new1"].flatMap((mark) => [
    mark,
    Buffer.from(`signature ${mark}`).toString("base64url"),
    token({ mark })
  ])
  return texts.filter((text) => marks.some((mark) => text.includes(mark)))
}

describe("a turn whose token is rejected", () => {
  const cases: ReadonlyArray<readonly [promise: string, options: Codex.Options, rule: string, words: RegExp]> = [
    ["without a handler", {}, "refuse by default", /^auth refresh request failed: code=-32603$/],
    [
      "with a handler that fails",
      { serverRequests: { [method]: () => Effect.fail(renewed(1)) } },
      "refuse by failure",
      /^auth refresh request failed: code=-32603$/
    ],
    [
      "with a handler that dies",
      { serverRequests: { [method]: () => Effect.die(new Error(renewed(1))) } },
      "refuse by defect",
      /^auth refresh request failed: code=-32603$/
    ],
    [
      "with a handler that exceeds its timeout",
      { serverRequests: { [method]: () => Effect.never }, serverRequestTimeout: "50 millis" },
      "refuse by timeout",
      /^auth refresh request failed: code=-32603$/
    ],
    [
      "with a handler that returns another account's token",
      {
        serverRequests: {
          [method]: () => Effect.succeed({ accessToken: renewed(1), chatgptAccountId: "account-2" })
        }
      },
      "refuse by invalidAnswer",
      /^auth refresh request failed: code=-32603$/
    ],
    [
      "whose new token is rejected, too",
      {
        serverRequests: {
          [method]: () => Effect.succeed({ accessToken: renewed(1), chatgptAccountId: "account-1" })
        }
      },
      "answer by handler",
      /^unexpected status 401 Unauthorized/
    ]
  ]
  for (const [promise, options, rule, words] of cases) {
    it.live(`${promise} fails as \`Unauthorized\`, and no token leaks`, () =>
      Effect.gen(function* () {
        let sent: ReadonlyArray<string | undefined> = []
        const { texts } = yield* watched((keep) =>
          Effect.gen(function* () {
            const codex = yield* Codex.Codex
            const model = yield* MockModel.MockModel
            const server = yield* AppServer.AppServer
            const decisions = yield* Endings.watch
            yield* Effect.forkScoped(
              Stream.runForEach(codex.notifications, (event) => Effect.sync(() => keep(event))),
              { startImmediately: true }
            )
            yield* codex.loginChatgptAuthTokens(external(old))
            yield* model.enqueue(unauthorized, unauthorized)
            const error = yield* Effect.flip(Effect.flatMap(codex.startThread(), (thread) => thread.run("hi")))
            keep(error)
            assert.instanceOf(error, TurnFailed)
            assert.strictEqual(error.reason._tag, "Unauthorized")
            assert.match(Option.getOrThrow(error.result.error).message, words)
            assert.deepStrictEqual(decisions.map(Test.short), [rule])
            keep(decisions)
            sent = yield* authorizations
            keep(yield* server.stderrTail)
          }).pipe(Effect.scoped, Effect.provide(layer(options)))
        )
        // The turn is sent again only with a new token.
        assert.deepStrictEqual(sent, promise.includes("new token") ? [old, renewed(1)].map(bearer) : [bearer(old)])
        assert.deepStrictEqual(showing(texts), [])
        // The watch has recorded something.
        assert.isTrue(texts.some((text) => text.includes("account/updated")))
        assert.strictEqual(showing(faces({ token: old })).length, 2)
      })
    )
  }

  it.live("fails with its connection: its handler is interrupted, and no token leaks", () =>
    Effect.gen(function* () {
      const open = yield* Deferred.make<void>()
      const interrupted = yield* Deferred.make<void>()
      const waiting = Effect.andThen(Deferred.succeed(open, undefined), Effect.never).pipe(
        Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))
      )
      const { texts } = yield* watched((keep) =>
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          const model = yield* MockModel.MockModel
          const server = yield* AppServer.AppServer
          const decisions = yield* Endings.watch
          yield* codex.loginChatgptAuthTokens(external(old))
          yield* model.enqueue(unauthorized)
          const turn = yield* (yield* codex.startThread()).turn("hi")
          const ending = yield* Effect.forkChild(Effect.exit(turn.result), { startImmediately: true })
          yield* Deferred.await(open)
          assert.notStrictEqual(server.pid, pid)
          process.kill(server.pid, "SIGKILL")
          const exit = yield* Fiber.join(ending)
          keep(exit)
          assert.isTrue(Exit.isFailure(exit))
          yield* Deferred.await(interrupted)
          keep(decisions)
          assert.deepStrictEqual(decisions.map(Test.short), ["none by connectionEnded"])
        }).pipe(Effect.scoped, Effect.provide(layer({ serverRequests: { [method]: () => waiting } })))
      )
      assert.deepStrictEqual(showing(texts), [])
    })
  )
})
