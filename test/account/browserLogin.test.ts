/**
 * Logins in a browser, on the real binary. The binary always takes port 1455 for them, and ends any other login on that
 * port. So all of these tests are in this file, where they run one after the other, with the example that logs in. Two
 * runs on one machine wait for each other.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Option, Scope, Stream } from "effect"
import { spawn } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Account from "../../src/Account.ts"
import { AppServer } from "../../src/AppServer.ts"
import { CodexClient } from "../../src/CodexClient.ts"
import * as LoginIssuer from "../../src/testing/LoginIssuer.ts"
import * as BrowserPort from "./browserPort.ts"
import { account, failsWith, withIssuer } from "./support.ts"

let unlock: () => void

beforeAll(async () => {
  unlock = await BrowserPort.lock()
}, 300_000)

afterAll(() => unlock())

describe("a login in a browser", () => {
  it.live("completes: the page is opened, its redirects are followed, and the account can be read", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const issuer = yield* LoginIssuer.LoginIssuer
        const login = yield* codex.loginChatgpt()
        assert.include(login.authUrl, encodeURIComponent("http://127.0.0.1:1455/auth/callback"))
        const pages = yield* issuer.visit(login.authUrl)
        assert.deepStrictEqual(
          pages.map(({ status, url }) => [status, new URL(url).pathname]),
          [
            [302, "/oauth/authorize"],
            [302, "/auth/callback"],
            [200, "/success"]
          ]
        )
        yield* login.wait
        const { account: who, requiresOpenaiAuth, userId } = yield* codex.account({ refreshToken: true })
        assert.deepStrictEqual(who, {
          type: "chatgpt",
          email: "user@example.com",
          // The server's value for unknown plans.
          planType: "unknown",
          workspaceName: null
        })
        assert.isTrue(requiresOpenaiAuth)
        assert.strictEqual(userId, "user-1")
        // A later call returns the same answer. The login has ended, so there is nothing to cancel.
        yield* login.wait
        assert.strictEqual(yield* login.cancel, "notFound")
        yield* codex.logout
        assert.isNull((yield* codex.account()).account)
        yield* issuer.asked("/oauth/revoke")
      }),
      { planType: "plan-of-tomorrow" }
    )
  )

  it.live(
    "is cancelled: `cancel` returns so, `wait` fails, before and after, and a second `cancel` finds nothing",
    () =>
      withIssuer(
        Effect.gen(function* () {
          const codex = yield* account
          const first = yield* codex.loginChatgpt()
          assert.strictEqual(yield* first.cancel, "canceled")
          const error = yield* failsWith(first.wait, "Cancelled")
          assert.strictEqual(error.loginId, first.loginId)
          assert.strictEqual(yield* Effect.flip(first.wait), error)
          assert.strictEqual(yield* first.cancel, "notFound")

          const second = yield* codex.loginChatgpt()
          const waiting = yield* Effect.forkChild(failsWith(second.wait, "Cancelled"), { startImmediately: true })
          const again = yield* Effect.forkChild(failsWith(second.wait, "Cancelled"), { startImmediately: true })
          assert.strictEqual(yield* second.cancel, "canceled")
          yield* Fiber.join(waiting)
          yield* Fiber.join(again)
        })
      )
  )

  it.live("is replaced by a newer one: each handle receives only its own end", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const issuer = yield* LoginIssuer.LoginIssuer
        const first = yield* codex.loginChatgpt()
        const waiting = yield* Effect.forkChild(failsWith(first.wait, "Replaced"), { startImmediately: true })
        const second = yield* codex.loginChatgpt()
        assert.notStrictEqual(first.loginId, second.loginId)
        yield* Fiber.join(waiting)
        // The end of the first one's scope or its `cancel` does not affect the second.
        assert.strictEqual(yield* first.cancel, "notFound")
        yield* issuer.visit(second.authUrl)
        yield* second.wait
        yield* failsWith(first.wait, "Replaced")
        assert.isNotNull((yield* codex.account()).account)
      })
    )
  )

  it.live("is ended by another process that starts one: the failure names the port", () =>
    withIssuer(
      Effect.gen(function* () {
        const mine = yield* (yield* account).loginChatgpt()
        yield* Effect.gen(function* () {
          const issuer = yield* LoginIssuer.LoginIssuer
          const theirs = yield* (yield* account).loginChatgpt()
          const error = yield* failsWith(mine.wait, "PortTaken")
          assert.include(error.message, "Another process took the callback port")
          assert.isTrue(error.isRetryable)
          yield* issuer.visit(theirs.authUrl)
          yield* theirs.wait
        }).pipe(withIssuer)
        // The other process's completion is not ours.
        assert.isNull((yield* (yield* account).account()).account)
      })
    )
  )

  const occupy = (port: number) =>
    Effect.acquireRelease(
      Effect.callback<ReturnType<typeof createServer>>((resume) => {
        const server = createServer((_, response) => response.writeHead(404).end())
        server.listen(port, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) => Effect.sync(() => server.close())
    )

  it.live("fails to start if both ports are in use, and says so", () =>
    withIssuer(
      Effect.gen(function* () {
        yield* occupy(1455)
        yield* occupy(1457)
        const error = yield* Effect.flip((yield* account).loginChatgpt())
        assert.instanceOf(error, Account.LoginFailed)
        assert.strictEqual(error.reason._tag, "PortTaken")
        assert.isNull(error.loginId)
      })
    )
  )

  it.live("is denied by the user, and by the workspace", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const issuer = yield* LoginIssuer.LoginIssuer
        for (const browser of ["deny", "notEntitled"] as const) {
          yield* issuer.update({ browser })
          const login = yield* codex.loginChatgpt()
          yield* issuer.visit(login.authUrl)
          yield* failsWith(login.wait, "Denied")
        }
      })
    )
  )

  it.live("fails if the workspace's backend cannot be determined", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const issuer = yield* LoginIssuer.LoginIssuer
        const login = yield* codex.loginChatgpt()
        yield* issuer.visit(login.authUrl)
        yield* failsWith(login.wait, "WorkspaceRouting")
        // As the message says: the credentials were saved, so log out.
        assert.instanceOf(yield* Effect.flip(codex.account()), Error)
        yield* codex.logout
        assert.isNull((yield* codex.account()).account)
      }),
      { routing: false }
    )
  )

  it.live("is cancelled on the server when its scope ends, and other waiters get the cancellation", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const scope = yield* Scope.make()
        const login = yield* Scope.provide(codex.loginChatgpt(), scope)
        const waiting = yield* Effect.forkChild(failsWith(login.wait, "Cancelled"), { startImmediately: true })
        yield* Scope.close(scope, Exit.void)
        yield* Fiber.join(waiting)
        // The server has nothing to cancel, because it ended the login.
        assert.strictEqual(yield* login.cancel, "notFound")
      })
    )
  )

  it.live("survives an interruption of `wait`", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const issuer = yield* LoginIssuer.LoginIssuer
        const login = yield* codex.loginChatgpt()
        const waiting = yield* Effect.forkChild(login.wait, { startImmediately: true })
        yield* Fiber.interrupt(waiting)
        yield* issuer.visit(login.authUrl)
        yield* login.wait
      })
    )
  )

  it.live("ends with the connection", () =>
    withIssuer(
      Effect.gen(function* () {
        const codex = yield* account
        const login = yield* codex.loginChatgpt()
        const waiting = yield* Effect.forkChild(Effect.flip(login.wait), { startImmediately: true })
        process.kill((yield* AppServer).pid, "SIGKILL")
        const error = yield* Fiber.join(waiting)
        assert.strictEqual(error._tag, "CodexError")
        assert.strictEqual(error.reason._tag, "ConnectionClosed")
        assert.strictEqual(yield* Effect.flip(login.wait), error)
      })
    )
  )
})

describe("Account.loginWith", () => {
  const visitor = Layer.effect(
    Account.Browser,
    Effect.map(LoginIssuer.LoginIssuer, ({ visit }) => ({ open: (url: string) => Effect.ignore(visit(url)) }))
  )

  it.live("opens the browser, waits, and returns the account", () =>
    withIssuer(
      Effect.gen(function* () {
        const who = yield* Account.loginWith().pipe(Effect.provide(visitor))
        assert.strictEqual(who.type, "chatgpt")
        const same = yield* (yield* account).ensureLoggedIn(Account.required)
        assert.deepStrictEqual(same, who)
      })
    )
  )

  it.live("accepts a function, and cancels the login when it is interrupted", () =>
    withIssuer(
      Effect.gen(function* () {
        const client = yield* CodexClient
        const ended = yield* (yield* client.subscribe).pipe(
          Stream.filter((notification) => notification.method === "account/login/completed"),
          Stream.runHead,
          Effect.forkChild
        )
        const opened = yield* Deferred.make<string>()
        const login = yield* Effect.forkChild(
          Account.loginWith({ open: (url) => Effect.asVoid(Deferred.succeed(opened, url)) })
        )
        const url = yield* Deferred.await(opened)
        yield* Fiber.interrupt(login)
        assert.isFalse(Option.getOrThrow(yield* Fiber.join(ended)).params.success)
        // A late redirect of the browser fails. The server may take a moment to close the port, and rejects it until
        // then.
        const { visit } = yield* LoginIssuer.LoginIssuer
        yield* Effect.ignore(visit(url))
        assert.isNull((yield* client.request("account/read", {})).account)
      })
    )
  )

  it.live("is a policy of `ensureLoggedIn`", () =>
    withIssuer(
      Effect.gen(function* () {
        const who = yield* (yield* account).ensureLoggedIn(Account.withBrowser()).pipe(Effect.provide(visitor))
        assert.strictEqual(who.type, "chatgpt")
      })
    )
  )
})

describe("the example", () => {
  const file = "examples/15-login-and-account.ts"

  it("logs in by browser, by code and by key, and leaves nothing behind", async () => {
    const temporary = mkdtempSync(join(tmpdir(), "example-"))
    const outcome = await new Promise<{
      readonly code: number | null
      readonly stdout: string
      readonly stderr: string
    }>((resolve) => {
      const child = spawn(process.execPath, ["--conditions=effect-codex/source", file], {
        cwd: join(import.meta.dirname, "../.."),
        env: { PATH: process.env["PATH"] ?? "", HOME: temporary, TMPDIR: temporary },
        stdio: ["ignore", "pipe", "pipe"]
      })
      let stdout = ""
      let stderr = ""
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
      child.on("close", (code) => resolve({ code, stdout, stderr }))
    })
    const leftovers = readdirSync(temporary)
    rmSync(temporary, { recursive: true, force: true })
    assert.strictEqual(outcome.code, 0, outcome.stderr)
    assert.deepStrictEqual(
      outcome.stdout
        .trim()
        .replace(/http:\S+/, "the page")
        .split("\n"),
      [
        "not logged in",
        "cancel: canceled",
        "wait: The attempt was cancelled before it completed.",
        "browser: logged in with chatgpt, plan pro",
        "12 % of the plan is used",
        "device code: open the page and enter ABCD-1234",
        "device code: logged in with chatgpt, plan pro",
        "The turn needs a login",
        "Hello from the embedded model."
      ]
    )
    assert.deepStrictEqual(leftovers, [])
  })
})
