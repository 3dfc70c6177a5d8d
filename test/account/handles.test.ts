/**
 * Handles of logins against a server that the test plays, for time and for message orders that the real server produces
 * only by chance.
 */
import { assert, describe, it } from "@effect/vitest"
import { Console, Effect, Exit, Fiber, Redacted, Scope, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as Account from "../../src/Account.ts"
import { CodexClient } from "../../src/CodexClient.ts"
import { CodexError } from "../../src/CodexError.ts"
import { ofCompletion } from "../../src/internal/account/loginReasons.ts"
import { failsWith, played } from "./support.ts"

const device = (loginId: string) => ({
  type: "chatgptDeviceCode",
  loginId,
  verificationUrl: "http://127.0.0.1/device",
  userCode: "ABCD"
})

/** Starts a device-code login that the played server answers. */
const begin = Effect.fnUntraced(function* (
  { account, answer }: Effect.Success<typeof played>,
  loginId: string,
  options?: Account.LoginOptions
) {
  const starting = yield* Effect.forkChild(account.loginChatgptDeviceCode(options), { startImmediately: true })
  yield* answer("account/login/start", device(loginId))
  return yield* Fiber.join(starting)
})

/** Requests the account, which must be the next request to the server. */
const nothingSent = Effect.fnUntraced(function* ({ account, answer }: Effect.Success<typeof played>) {
  const next = yield* Effect.forkChild(account.account(), { startImmediately: true })
  yield* answer("account/read", { account: null, requiresOpenaiAuth: true })
  yield* Fiber.join(next)
})

describe("LoginHandle", () => {
  it.effect("receives a completion that arrives before the reply, and keeps it for later waiters", () =>
    Effect.gen(function* () {
      const { account, completed, peer } = yield* played
      const starting = yield* Effect.forkChild(account.loginChatgptDeviceCode(), { startImmediately: true })
      const { id } = yield* peer.receive
      yield* completed("one")
      yield* peer.send({ id, result: device("one") })
      const login = yield* Fiber.join(starting)
      assert.deepStrictEqual(
        [login.loginId, login.userCode, login.verificationUrl],
        ["one", "ABCD", "http://127.0.0.1/device"]
      )
      yield* login.wait
      yield* login.wait
    }).pipe(Effect.scoped)
  )

  it.effect("receives only its own completion", () =>
    Effect.gen(function* () {
      const server = yield* played
      const login = yield* begin(server, "one")
      const waiting = yield* Effect.forkChild(failsWith(login.wait, "Other"), { startImmediately: true })
      yield* server.completed("other")
      yield* server.completed(null)
      yield* server.completed("one", false, "something new")
      yield* server.completed("one")
      const error = yield* Fiber.join(waiting)
      assert.strictEqual(Redacted.value(error.serverMessage), "something new")
      assert.strictEqual(yield* Effect.flip(login.wait), error)
    }).pipe(Effect.scoped)
  )

  it.effect("fails after its timeout, and cancels the attempt once", () =>
    Effect.gen(function* () {
      const server = yield* played
      const scope = yield* Scope.make()
      const login = yield* Scope.provide(begin(server, "one", { timeout: "1 minute" }), scope)
      const waiting = yield* Effect.forkChild(login.wait, { startImmediately: true })
      yield* TestClock.adjust("59 seconds")
      assert.isUndefined(waiting.pollUnsafe())
      yield* TestClock.adjust("1 second")
      yield* failsWith(Fiber.join(waiting), "TimedOut")
      assert.deepStrictEqual(yield* server.answer("account/login/cancel", { status: "canceled" }), { loginId: "one" })
      yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
      yield* nothingSent(server)
    })
  )

  it.effect("has a timeout of 15 minutes by default, and none with `Infinity`", () =>
    Effect.gen(function* () {
      const server = yield* played
      const endless = yield* begin(server, "one", { timeout: "Infinity" })
      const waiting = yield* Effect.forkChild(endless.wait, { startImmediately: true })
      const usual = yield* begin(server, "two")
      yield* TestClock.adjust("15 minutes")
      yield* failsWith(usual.wait, "TimedOut")
      yield* server.answer("account/login/cancel", { status: "canceled" })
      yield* TestClock.adjust("30 days")
      assert.isUndefined(waiting.pollUnsafe())
      yield* server.completed("one")
      yield* Fiber.join(waiting)
      const error = yield* Effect.flip(server.account.loginChatgptDeviceCode({ timeout: -1 }))
      assert.strictEqual(error.reason._tag, "InvalidOptions")
    }).pipe(Effect.scoped)
  )

  it.effect("is cancelled at the end of its scope, once, and only while it is open", () =>
    Effect.gen(function* () {
      const server = yield* played
      const close = Effect.fnUntraced(function* (loginId: string, over: boolean) {
        const scope = yield* Scope.make()
        const login = yield* Scope.provide(begin(server, loginId), scope)
        if (over) {
          yield* Effect.orDie(server.completed(loginId))
          yield* login.wait
        }
        const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
        return { login, closing }
      })
      const open = yield* close("one", false)
      assert.deepStrictEqual(yield* server.answer("account/login/cancel", { status: "canceled" }), { loginId: "one" })
      yield* Fiber.join(open.closing)
      yield* failsWith(open.login.wait, "Cancelled")

      const done = yield* close("two", true)
      yield* Fiber.join(done.closing)
      yield* done.login.wait
      yield* nothingSent(server)
    })
  )

  it.effect("is cancelled if its start was interrupted before the reply", () =>
    Effect.gen(function* () {
      const { account, answer, peer } = yield* played
      const starting = yield* Effect.forkChild(Effect.scoped(account.loginChatgpt()), { startImmediately: true })
      const { id } = yield* peer.receive
      const interrupting = yield* Effect.forkChild(Fiber.interrupt(starting), { startImmediately: true })
      yield* peer.send({ id, result: { type: "chatgpt", loginId: "one", authUrl: "http://127.0.0.1/" } })
      assert.deepStrictEqual(yield* answer("account/login/cancel", { status: "canceled" }), { loginId: "one" })
      yield* Fiber.join(interrupting)
    })
  )

  it.effect("fails when the connection ends, with or without a waiter, and its scope still ends", () =>
    Effect.gen(function* () {
      const server = yield* played
      const login = yield* begin(server, "one")
      const waiting = yield* Effect.forkChild(Effect.flip(login.wait), { startImmediately: true })
      yield* server.peer.close({ _tag: "Exited", exitCode: 1, signal: null })
      const error = yield* Fiber.join(waiting)
      assert.instanceOf(error, CodexError)
      assert.strictEqual(error.reason._tag, "ConnectionClosed")
      assert.strictEqual(yield* Effect.flip(login.wait), error)
    }).pipe(Effect.scoped)
  )

  it.effect("fails if the reply is of an unexpected kind", () =>
    Effect.gen(function* () {
      const { account, answer } = yield* played
      for (const reply of [device("one"), { type: "kind-of-tomorrow", loginId: "one" }]) {
        const starting = yield* Effect.forkChild(Effect.flip(account.loginChatgpt()), { startImmediately: true })
        yield* answer("account/login/start", reply)
        assert.strictEqual((yield* Fiber.join(starting)).reason._tag, "DecodeFailed")
      }
    }).pipe(Effect.scoped)
  )
})

describe("the reason of a failed login", () => {
  it("comes from the server message, and if that is vague, from what the client did", () => {
    const cases: ReadonlyArray<readonly [words: string, own: string, tag: string]> = [
      ["Login server error: Login was not completed", "", "Cancelled"],
      ["Login server error: Login was not completed", "cancelled", "Cancelled"],
      ["Login server error: Login was not completed", "replaced", "Replaced"],
      ["Login server error: Login cancelled", "", "PortTaken"],
      ["Login server error: Login cancelled", "cancelled", "Cancelled"],
      ["Login server error: Login cancelled", "replaced", "Replaced"],
      ["Login was not completed", "cancelled replaced", "Cancelled"],
      ["Login server error: Sign-in failed: no", "replaced", "Denied"],
      ["Login server error: Codex is not enabled for your workspace. Contact …", "", "Denied"],
      ["device auth failed with status 400 Bad Request", "", "Denied"],
      ["device auth failed with status 500 Internal Server Error", "", "Other"],
      ["device auth timed out after 15 minutes", "", "TimedOut"],
      ["workspace routing discovery failed", "cancelled", "WorkspaceRouting"],
      ["", "", "Other"]
    ]
    for (const [words, own, tag] of cases) {
      const did = { cancelled: own.includes("cancelled"), replaced: own.includes("replaced") }
      assert.strictEqual(ofCompletion(words, did)._tag, tag, `${words} (${own})`)
    }
  })

  it.effect("does not name another process if the attempt was cancelled", () =>
    Effect.gen(function* () {
      const server = yield* played
      const login = yield* begin(server, "one")
      const cancelling = yield* Effect.forkChild(login.cancel, { startImmediately: true })
      const { id } = yield* server.peer.receive
      // The completion may arrive before the reply.
      yield* server.completed("one", false, "Login server error: Login cancelled")
      yield* failsWith(login.wait, "Cancelled")
      yield* server.peer.send({ id, result: { status: "canceled" } })
      assert.strictEqual(yield* Fiber.join(cancelling), "canceled")
    }).pipe(Effect.scoped)
  )
})

describe("loginApiKey", () => {
  it.effect("completes when the server says so, not with the reply; two run one after the other", () =>
    Effect.gen(function* () {
      const { account, answer, completed } = yield* played
      const first = yield* Effect.forkChild(account.loginApiKey(Redacted.make("sk-1")), { startImmediately: true })
      const second = yield* Effect.forkChild(failsWith(account.loginApiKey(Redacted.make("sk-2")), "Other"), {
        startImmediately: true
      })
      assert.deepStrictEqual(yield* answer("account/login/start", { type: "apiKey" }), {
        type: "apiKey",
        apiKey: "sk-1"
      })
      yield* completed("another")
      assert.isUndefined(first.pollUnsafe())
      yield* completed(null)
      yield* Fiber.join(first)
      assert.deepStrictEqual(yield* answer("account/login/start", { type: "apiKey" }), {
        type: "apiKey",
        apiKey: "sk-2"
      })
      yield* completed(null, false, "no")
      yield* Fiber.join(second)
    })
  )

  it.effect("does not wait indefinitely for a missing completion", () =>
    Effect.gen(function* () {
      const { account, answer } = yield* played
      const login = yield* Effect.forkChild(failsWith(account.loginApiKey(Redacted.make("sk-1")), "TimedOut"), {
        startImmediately: true
      })
      yield* answer("account/login/start", { type: "apiKey" })
      yield* TestClock.adjust("30 seconds")
      yield* Fiber.join(login)
    })
  )
})

describe("deviceCodeLogin", () => {
  it.effect("cancels the attempt if its consumer stops after the code", () =>
    Effect.gen(function* () {
      const { answer, client } = yield* played
      const steps = yield* Account.deviceCodeLogin().pipe(
        Stream.take(1),
        Stream.runCollect,
        Effect.provideService(CodexClient, client),
        Effect.forkChild({ startImmediately: true })
      )
      yield* answer("account/login/start", device("one"))
      assert.deepStrictEqual(yield* answer("account/login/cancel", { status: "canceled" }), { loginId: "one" })
      assert.deepStrictEqual(yield* Fiber.join(steps), [
        { _tag: "Code", verificationUrl: "http://127.0.0.1/device", userCode: "ABCD" }
      ])
    })
  )
})

describe("loginWith", () => {
  it.effect("prints the page's address if no browser opens, and the login continues", () =>
    Effect.gen(function* () {
      const { answer, client, completed } = yield* played
      const lines: Array<unknown> = []
      const console = { ...globalThis.console, log: (line: unknown) => void lines.push(line) }
      const login = yield* Account.loginWith({ open: () => Effect.fail("no browser") }).pipe(
        Effect.provideService(CodexClient, client),
        Effect.provideService(Console.Console, console),
        Effect.forkChild({ startImmediately: true })
      )
      yield* answer("account/login/start", { type: "chatgpt", loginId: "one", authUrl: "http://127.0.0.1/auth" })
      yield* completed("one")
      yield* answer("account/read", { account: { type: "retina" }, requiresOpenaiAuth: true })
      assert.strictEqual((yield* Fiber.join(login)).type, "~unknown")
      assert.deepStrictEqual(lines, ["Open this page in a browser on this machine:\nhttp://127.0.0.1/auth"])
    })
  )

  it.effect("sends the given brand", () =>
    Effect.gen(function* () {
      const { account, answer, completed } = yield* played
      const starting = yield* Effect.forkChild(account.loginChatgpt({ appBrand: "chatgpt" }), {
        startImmediately: true
      })
      const reply = { type: "chatgpt", loginId: "one", authUrl: "http://127.0.0.1/auth" }
      assert.deepStrictEqual(yield* answer("account/login/start", reply), { type: "chatgpt", appBrand: "chatgpt" })
      yield* completed("one")
      yield* (yield* Fiber.join(starting)).wait
    }).pipe(Effect.scoped)
  )
})
