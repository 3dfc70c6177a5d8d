/**
 * Keys and tokens do not leak: not into logs of any level, spans, errors, events, or the output of `inspect` for values
 * that a program holds.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Redacted, Stream } from "effect"
import * as Account from "../../src/Account.ts"
import { AppServer } from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as LoginIssuer from "../../src/testing/LoginIssuer.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { faces, watched } from "../support/watched.ts"
import { account, withIssuer } from "./support.ts"

describe("keys and tokens do not leak", () => {
  it.live("from any login, a refresh, its failure, or a rejected value", () =>
    Effect.gen(function* () {
      const sentinel = "sk-zq7sentinel"
      const marks = ["zq7device", "zq7external", "zq7renewed"]
      const { spans, texts } = yield* watched((keep) =>
        withIssuer(
          Effect.gen(function* () {
            const codex = yield* account
            const issuer = yield* LoginIssuer.LoginIssuer
            const model = yield* MockModel.MockModel
            const events = yield* (yield* Codex.Codex).notifications.pipe(
              Stream.runForEach((event) => Effect.sync(() => keep(event))),
              Effect.forkChild({ startImmediately: true })
            )
            const stderr = yield* (yield* AppServer).stderr.pipe(
              Stream.runForEach((line) => Effect.sync(() => keep(line))),
              Effect.forkChild({ startImmediately: true })
            )
            const run = Effect.flatMap(Codex.Codex, (codex) =>
              Effect.flatMap(codex.startThread(), (thread) => thread.run("hi"))
            )
            const unauthorized = MockModel.status(401, { error: { message: "no" } })

            yield* codex.loginApiKey(Redacted.make(sentinel))
            keep(yield* codex.account())
            yield* model.enqueue(unauthorized, MockModel.reply("yes"))
            keep(yield* Effect.flip(run))
            keep(yield* run)
            yield* codex.logout

            const login = yield* codex.loginChatgptDeviceCode()
            keep(login)
            yield* login.wait
            keep(login)
            keep(yield* codex.account({ refreshToken: true }))
            keep(yield* codex.rateLimits)
            yield* codex.logout

            const renewed = issuer.tokens({ mark: "zq7renewed" })
            keep(renewed)
            yield* codex.loginChatgptAuthTokens(issuer.tokens({ mark: "zq7external" }), Effect.succeed(renewed))
            yield* model.enqueue(unauthorized, MockModel.reply("yes"))
            keep(yield* run)
            for (const refresh of [Effect.fail(sentinel), Effect.die(new Error(sentinel))]) {
              yield* codex.loginChatgptAuthTokens(renewed, refresh)
              yield* model.enqueue(unauthorized)
              keep(yield* Effect.flip(run))
            }
            keep(yield* Effect.flip(codex.loginApiKey(Redacted.make(sentinel))))
            yield* codex.logout

            keep(yield* Effect.flip(codex.loginApiKey(Redacted.make(`${sentinel}\n`))))
            const noJwt = { accessToken: Redacted.make(`a.${sentinel}.c`), chatgptAccountId: "account-1" }
            keep(yield* Effect.flip(codex.loginChatgptAuthTokens(noJwt)))
            keep(yield* Effect.flip(codex.loginChatgptAuthTokens({ ...noJwt, accessToken: Redacted.make(sentinel) })))
            keep(yield* (yield* AppServer).stderrTail)
            yield* Fiber.interrupt(events)
            yield* Fiber.interrupt(stderr)
          }),
          { mark: "zq7device" }
        )
      )
      // The tokens contain their marks as base64.
      const words = [
        sentinel,
        ...marks.flatMap((mark) => [mark, Buffer.from(`signature ${mark}`).toString("base64url")])
      ]
      assert.deepStrictEqual(
        texts.filter((text) => words.some((word) => text.includes(word))),
        []
      )
      // The watch has recorded something.
      assert.includeMembers(spans, ["Codex.loginApiKey", "account/login/start", "Codex.refreshTokens"])
      assert.isTrue(texts.some((text) => text.includes("account/updated")))
      assert.isTrue(texts.some((text) => text.includes("Refreshing the external tokens failed")))
    })
  )

  it("from an issuer's message, in the error of the login", () => {
    const error = new Account.LoginFailed({
      loginId: "one",
      reason: new Account.Denied(),
      serverMessage: Redacted.make("zq7words")
    })
    assert.deepStrictEqual(
      faces(error).filter((text) => text.includes("zq7words")),
      []
    )
    assert.include(error.message, "denied")
  })
})
