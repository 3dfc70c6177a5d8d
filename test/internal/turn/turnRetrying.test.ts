/** What follows the first retry of a turn: a warning, or the end of a turn that lacks a login. */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Logger } from "effect"
import { TestClock } from "effect/testing"
import type * as Peer from "../../support/peer.ts"
import * as T from "../../turn/support.ts"

/** A turn on a server that retries for this reason, and what the log is warned of. */
const retrying = Effect.fnUntraced(function* (codexErrorInfo: unknown) {
  const warnings: Array<string> = []
  const first = Deferred.makeUnsafe<void>()
  const logger = Logger.make(({ logLevel, message }) => {
    if (logLevel !== "Warn") return
    warnings.push(String(message))
    Deferred.doneUnsafe(first, Exit.void)
  })
  const server = yield* T.connect()
  const thread = yield* server.thread
  const run = yield* T.background(Effect.result(thread.run("hi")).pipe(Effect.provide(Logger.layer([logger]))))
  yield* server.accept("u")
  const { end, start } = T.turnEvents(thread.id, "u", { text: "after all" })
  const error = { message: "words", codexErrorInfo, additionalDetails: null }
  const retry: Peer.Notification = {
    method: "error",
    params: { threadId: thread.id, turnId: "u", willRetry: true, error }
  }
  yield* server.notifyAll([...start, retry])
  yield* server.flush
  return { end, run, server, thread, warned: Deferred.await(first), warnings }
})

const warning = (what: string) =>
  `A request to the model provider failed${what}; the server is retrying. Retries can take minutes. To limit the turn, set \`maxDuration\` or \`idleTimeout\`. For the server's message, see \`turn.state.retrying\`.`

describe("the warning of a retry", () => {
  const rows: ReadonlyArray<readonly [info: unknown, what: string]> = [
    [{ responseStreamDisconnected: { httpStatusCode: null } }, " (responseStreamDisconnected)"],
    [{ httpConnectionFailed: { httpStatusCode: 502 } }, " (httpConnectionFailed, HTTP 502)"],
    [{ httpConnectionFailed: { httpStatusCode: 429 } }, " (RateLimited)"],
    ["serverOverloaded", " (ServerOverloaded)"],
    [null, " (OtherFailure)"]
  ]
  for (const [info, what] of rows) {
    it.effect(`names the failure: ${JSON.stringify(info)}`, () =>
      Effect.gen(function* () {
        const { end, run, server, warned, warnings } = yield* retrying(info)
        yield* warned
        assert.deepStrictEqual(server.methods(), ["turn/start"])
        assert.deepStrictEqual(warnings, [warning(what)])
        yield* server.notifyAll(end)
        assert.strictEqual((yield* Fiber.join(run))._tag, "Success")
      })
    )
  }
})

describe("a retry after the provider has rejected the credentials", () => {
  const account = { type: "apiKey" }

  for (const reply of [{ account: null, requiresOpenaiAuth: true }, { requiresOpenaiAuth: true }]) {
    it.effect(`ends the turn if there is no login: ${JSON.stringify(reply)}`, () =>
      Effect.gen(function* () {
        const { run, server, thread, warnings } = yield* retrying("unauthorized")
        const request = yield* server.next("account/read")
        yield* server.reply(request, reply)
        yield* server.reply(yield* server.next("turn/interrupt"), {})
        yield* server.notifyAll(T.turnEvents(thread.id, "u", { status: "interrupted" }).end)
        const result = yield* Fiber.join(run)
        const failure = result._tag === "Failure" ? result.failure : undefined
        assert.strictEqual(failure?._tag, "TurnFailed")
        if (failure?._tag !== "TurnFailed") return
        assert.deepInclude(failure.reason, { _tag: "Unauthorized", hasLogin: false })
        assert.strictEqual(failure.result.error._tag === "Some" && failure.result.error.value.message, "words")
        assert.deepStrictEqual(warnings, [])
      })
    )
  }

  for (const reply of [
    { account, requiresOpenaiAuth: true },
    { account, requiresOpenaiAuth: false },
    { account: null, requiresOpenaiAuth: false }
  ]) {
    it.effect(`is a warning otherwise: ${JSON.stringify(reply)}`, () =>
      Effect.gen(function* () {
        const { end, run, server, warned, warnings } = yield* retrying("unauthorized")
        yield* server.reply(yield* server.next("account/read"), reply)
        yield* warned
        assert.deepStrictEqual(warnings, [warning(" (Unauthorized)")])
        yield* server.notifyAll(end)
        assert.strictEqual((yield* Fiber.join(run))._tag, "Success")
      })
    )
  }

  it.effect("is a warning if the server cannot say whether there is a login, or not within 5 s", () =>
    Effect.gen(function* () {
      const rejected = yield* retrying("unauthorized")
      yield* rejected.server.refuse(yield* rejected.server.next("account/read"), "no")
      yield* rejected.warned
      assert.deepStrictEqual(rejected.warnings, [warning(" (Unauthorized)")])
      const silent = yield* retrying("unauthorized")
      yield* silent.server.next("account/read")
      yield* TestClock.adjust("4999 millis")
      yield* silent.server.flush
      assert.deepStrictEqual(silent.warnings, [])
      yield* TestClock.adjust("1 millis")
      yield* silent.warned
      assert.deepStrictEqual(silent.warnings, [warning(" (Unauthorized)")])
    })
  )
})
