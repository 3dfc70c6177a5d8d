/**
 * Logins without a browser, on the real binary: device code, API key, and tokens of the program, with turns that use
 * them.
 */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Option, Redacted, Ref, Stream } from "effect"
import * as Account from "../../src/Account.ts"
import * as Codex from "../../src/Codex.ts"
import { CodexError } from "../../src/CodexError.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as LoginIssuer from "../../src/testing/LoginIssuer.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { TurnFailed } from "../../src/internal/turn/turnErrors.ts"
import { account, failsWith, withIssuer } from "./support.ts"

const key = Redacted.make("sk-test-1")

const run = Effect.flatMap(Codex.Codex, (codex) => Effect.flatMap(codex.startThread(), (thread) => thread.run("hi")))

/** Returns the `Authorization` headers of all model requests so far. */
const authorizations = Effect.flatMap(MockModel.MockModel, (model) =>
  Effect.map(model.requests, (all) => all.map((request) => request.header("authorization")))
)

const unauthorized = MockModel.status(401, { error: { message: "Unauthorized" } })

const tokenOf = (tokens: Account.ExternalTokens) => `Bearer ${Redacted.value(tokens.accessToken)}`

describe("a login by API key", () => {
  it.live("authenticates the turns that follow, is read back, and is gone after the logout", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const model = yield* MockModel.MockModel
        yield* model.enqueue(MockModel.reply("yes"), MockModel.reply("no"))
        assert.isNull((yield* codex.account()).account)
        const changes = yield* codex.accountChanges.pipe(
          Stream.map(({ authMode }) => authMode),
          Stream.takeUntil((mode) => mode === null),
          Stream.runCollect,
          Effect.forkChild({ startImmediately: true })
        )
        yield* codex.loginApiKey(key)
        assert.deepStrictEqual(yield* codex.account(), {
          account: { type: "apiKey" },
          requiresOpenaiAuth: true,
          userId: null,
          workspaceRouting: null
        })
        yield* run
        yield* codex.logout
        assert.isNull((yield* codex.account()).account)
        yield* run
        assert.deepStrictEqual(yield* authorizations, ["Bearer sk-test-1", undefined])
        assert.deepStrictEqual(yield* Fiber.join(changes), ["apikey", null])
      })
    )
  )

  it.live("replaces an open attempt, and has neither limits nor usage", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const login = yield* codex.loginChatgptDeviceCode()
        yield* codex.loginApiKey(key)
        yield* failsWith(login.wait, "Replaced")
        assert.strictEqual((yield* Effect.flip(codex.rateLimits)).reason._tag, "LoginRequired")
        assert.strictEqual((yield* Effect.flip(codex.accountUsage())).reason._tag, "LoginRequired")
        assert.strictEqual((yield* Effect.flip(Stream.runHead(codex.rateLimitChanges))).reason._tag, "LoginRequired")
      }),
      { device: "pending" }
    )
  )

  it.live("is rejected before it is sent if no header could hold the key", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        for (const bad of ["", "  ", "sk-1\n", "sk 1", "sk-\u00e9", "sk-\u0000", "sk-\ud800"]) {
          const error = yield* Effect.flip(codex.loginApiKey(Redacted.make(bad)))
          assert.strictEqual(error._tag === "CodexError" ? error.reason._tag : error._tag, "InvalidInput")
        }
        // Type boundary: what a program in JavaScript writes.
        const untyped = (value: unknown): never => value as never
        for (const call of [
          codex.loginApiKey(untyped("sk-test")),
          codex.loginApiKey(untyped(undefined)),
          codex.loginChatgptAuthTokens(untyped(undefined)),
          codex.ensureLoggedIn(untyped(undefined)),
          codex.ensureLoggedIn(untyped(Account.withApiKey)),
          codex.ensureLoggedIn(untyped(async () => {}))
        ] satisfies ReadonlyArray<Effect.Effect<unknown, unknown>>) {
          const error = yield* Effect.flip<unknown, unknown, never>(call)
          assert.isTrue(error instanceof CodexError && error.reason._tag === "InvalidInput", String(error))
        }
        assert.isNull((yield* codex.account()).account)
      })
    )
  )

  it.live("is not reported by a provider without login; `ensureLoggedIn` explains it", () =>
    Effect.gen(function* () {
      const codex = yield* account
      yield* codex.loginApiKey(key)
      const error = yield* Effect.flip(codex.ensureLoggedIn(() => Effect.void))
      assert.instanceOf(error, Account.NotLoggedIn)
      assert.include(error.message, "does not use an OpenAI login")
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live("is a way to recover from a turn without a login, by its typed reason", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const model = yield* MockModel.MockModel
        yield* model.enqueue(unauthorized, MockModel.reply("yes"))
        const result = yield* run.pipe(
          Effect.catchReason("TurnFailed", "Unauthorized", () => Effect.andThen(codex.loginApiKey(key), run))
        )
        assert.deepStrictEqual(result.finalResponse, Option.some("yes"))
      })
    )
  )
})

describe("a login with a device code", () => {
  it.live("completes, and the account, limits and usage can be read", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const issuer = yield* LoginIssuer.LoginIssuer
        const login = yield* codex.loginChatgptDeviceCode()
        assert.strictEqual(login.userCode, "ABCD-1234")
        assert.strictEqual(login.verificationUrl, `${issuer.url}/codex/device`)
        yield* login.wait
        yield* login.wait
        const who = yield* codex.ensureLoggedIn(Account.required)
        assert.deepInclude(who, { type: "chatgpt", email: "someone@example.com" })
        assert.strictEqual((yield* codex.rateLimits).rateLimits.primary?.usedPercent, 34)
        assert.strictEqual((yield* codex.accountUsage()).summary.lifetimeTokens, 1234)
        const first = Option.getOrThrow(yield* Stream.runHead(codex.rateLimitChanges))
        assert.strictEqual(first.rateLimits.primary?.usedPercent, 34)
      }),
      { email: "someone@example.com", usedPercent: 34 }
    )
  )

  it.live("is cancelled while the issuer waits, denied by the issuer, and impossible if the issuer has none", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const issuer = yield* LoginIssuer.LoginIssuer
        const login = yield* codex.loginChatgptDeviceCode()
        yield* issuer.asked("/api/accounts/deviceauth/token")
        const waiting = yield* Effect.forkChild(failsWith(login.wait, "Cancelled"), { startImmediately: true })
        assert.strictEqual(yield* login.cancel, "canceled")
        yield* Fiber.join(waiting)
        assert.strictEqual(yield* login.cancel, "notFound")
        yield* issuer.update({ device: "deny" })
        yield* failsWith((yield* codex.loginChatgptDeviceCode()).wait, "Denied")
        yield* issuer.update({ device: "disabled" })
        const error = yield* Effect.flip(codex.loginChatgptDeviceCode())
        assert.strictEqual(error.reason._tag, "RequestRejected")
      }),
      { device: "pending" }
    )
  )

  it.live("is replaced by a newer one, and ended by a logout", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const first = yield* codex.loginChatgptDeviceCode()
        const second = yield* codex.loginChatgptDeviceCode()
        yield* failsWith(first.wait, "Replaced")
        yield* codex.logout
        yield* failsWith(second.wait, "Cancelled")
      }),
      { device: "pending" }
    )
  )

  it.live("is a stream of the code and then the account, and a policy", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const steps = yield* Stream.runCollect(Account.deviceCodeLogin())
        assert.deepStrictEqual(
          steps.map((step) => step._tag),
          ["Code", "LoggedIn"]
        )
        yield* codex.logout
        const shown = yield* Deferred.make<string>()
        const who = yield* codex.ensureLoggedIn(
          Account.withDeviceCode(({ userCode }) => Effect.asVoid(Deferred.succeed(shown, userCode)))
        )
        assert.strictEqual(who.type, "chatgpt")
        assert.strictEqual(yield* Deferred.await(shown), "ABCD-1234")
      })
    )
  )

  it.live("expires: the turn fails as `Unauthorized`", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const model = yield* MockModel.MockModel
        yield* codex.ensureLoggedIn(Account.withDeviceCode(() => Effect.void))
        yield* model.enqueue(unauthorized, unauthorized, unauthorized)
        const error = yield* Effect.flip(run)
        assert.instanceOf(error, TurnFailed)
        assert.strictEqual(error.reason._tag, "Unauthorized")
      }),
      { refresh: "expired" }
    )
  )
})

describe("a login with tokens of the program", () => {
  it.live("authenticates the turns that follow, and blocks other logins until the logout", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const model = yield* MockModel.MockModel
        const { tokens } = yield* LoginIssuer.LoginIssuer
        yield* model.enqueue(MockModel.reply("yes"))
        yield* codex.loginChatgptAuthTokens(tokens())
        yield* run
        assert.deepStrictEqual(yield* authorizations, [tokenOf(tokens())])
        for (const login of [codex.loginApiKey(key), codex.loginChatgptDeviceCode()]) {
          const error = yield* Effect.flip(Effect.scoped(login))
          assert.strictEqual(error.reason._tag, "ExternalTokensActive")
        }
        yield* codex.logout
        yield* codex.loginApiKey(key)
      })
    )
  )

  it.live("continues after a 401: the program's refresh runs, and the turn is sent again with its tokens", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const model = yield* MockModel.MockModel
        const { tokens } = yield* LoginIssuer.LoginIssuer
        const renewed = tokens({ mark: "2" })
        const refreshes = yield* Ref.make(0)
        yield* codex.loginChatgptAuthTokens(
          tokens(),
          Effect.as(
            Ref.update(refreshes, (n) => n + 1),
            renewed
          )
        )
        yield* model.enqueue(unauthorized, MockModel.reply("yes"))
        const result = yield* run
        assert.deepStrictEqual(result.finalResponse, Option.some("yes"))
        assert.deepStrictEqual(yield* authorizations, [tokenOf(tokens()), tokenOf(renewed)])
        assert.strictEqual(yield* Ref.get(refreshes), 1)
      })
    )
  )

  it.live(
    "fails the turn as `Unauthorized` if the refresh fails, dies, is missing, or returns another account's tokens",
    () =>
      withIssuer(
        Effect.gen(function* () {
          const codex = yield* account
          const model = yield* MockModel.MockModel
          const { tokens } = yield* LoginIssuer.LoginIssuer
          const refreshes: ReadonlyArray<Effect.Effect<Account.ExternalTokens, string> | undefined> = [
            Effect.fail("no"),
            Effect.die("no"),
            undefined,
            Effect.succeed(tokens({ accountId: "account-2" })),
            Effect.succeed({ ...tokens(), accessToken: Redacted.make("no JWT") })
          ]
          for (const refresh of refreshes) {
            yield* codex.loginChatgptAuthTokens(tokens(), refresh)
            yield* model.enqueue(unauthorized)
            const error = yield* Effect.flip(run)
            assert.instanceOf(error, TurnFailed)
            const words = Option.getOrThrow(error.result.error).message
            assert.match(words, /^auth refresh /)
            assert.strictEqual(error.reason._tag, "Unauthorized", words)
          }
          // One request for each: the server did not retry with the old ones.
          assert.strictEqual((yield* authorizations).length, refreshes.length)
        })
      )
  )

  it.live("is rejected before it is sent if the token is not a JWT, or the account has no name", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const { tokens } = yield* LoginIssuer.LoginIssuer
        const bad: ReadonlyArray<Account.ExternalTokens> = [
          { ...tokens(), accessToken: Redacted.make("a.b") },
          { ...tokens(), accessToken: Redacted.make("") },
          { ...tokens(), chatgptAccountId: " " }
        ]
        for (const given of bad) {
          const error = yield* Effect.flip(codex.loginChatgptAuthTokens(given))
          assert.strictEqual(error.reason._tag, "InvalidInput")
        }
      })
    )
  )
})
