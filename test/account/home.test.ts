/**
 * Temporary homes and their login files, on the real binary.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Redacted, Scope } from "effect"
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import * as Account from "../../src/Account.ts"
import * as Codex from "../../src/Codex.ts"
import * as CodexHome from "../../src/CodexHome.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as LoginIssuer from "../../src/testing/LoginIssuer.ts"
import { account, withIssuer } from "./support.ts"

const key = Redacted.make("sk-test-1")

// Otherwise the server requests plugins from the internet.
const config = { features: { plugins: false, apps: false } }

const codexIn = (options?: CodexHome.Options) =>
  CodexHome.layerWith((home) => Codex.layer({ ...home, config })).pipe(
    Layer.provideMerge(CodexHome.layerTemporary(options)),
    Layer.provide(NodeServices.layer)
  )

const mode = (file: string) => (statSync(file).mode & 0o777).toString(8)

describe("CodexHome.layerTemporary", () => {
  it.live("has no login, keeps a new login to itself with mode 600, and vanishes", () =>
    Effect.gen(function* () {
      const { codexHome, env } = yield* Effect.gen(function* () {
        const home = yield* CodexHome.CodexHome
        const { metadata } = yield* Codex.Codex
        assert.strictEqual(metadata.codexHome, home.codexHome)
        const codex = yield* account
        assert.isNull((yield* codex.account()).account)
        yield* codex.loginApiKey(key)
        assert.strictEqual(mode(join(home.codexHome, "auth.json")), "600")
        assert.strictEqual(mode(dirname(home.codexHome)), "700")
        // The database is in its configured directory, and not in the home.
        const databases = (folder: string) => readdirSync(folder).filter((name) => name.includes(".sqlite"))
        assert.isNotEmpty(databases(home.env["CODEX_SQLITE_HOME"] ?? ""))
        assert.isEmpty(databases(home.codexHome))
        yield* codex.logout
        assert.isFalse(existsSync(join(home.codexHome, "auth.json")))
        return home
      }).pipe(Effect.provide(codexIn()))
      for (const folder of [dirname(codexHome), ...Object.values(env)]) assert.isFalse(existsSync(folder), folder)
    })
  )

  it.live(
    "copies a login with mode 600, whatever the original had, and the original stays when the copy logs out",
    () =>
      Effect.gen(function* () {
        const from = yield* Effect.acquireRelease(
          Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-codex-test-"))),
          (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
        )
        const original = JSON.stringify({ auth_mode: "apikey", OPENAI_API_KEY: "sk-original", tokens: null })
        writeFileSync(join(from, "auth.json"), original, { mode: 0o644 })
        yield* Effect.gen(function* () {
          const { codexHome } = yield* CodexHome.CodexHome
          assert.strictEqual(mode(join(codexHome, "auth.json")), "600")
          const codex = yield* account
          assert.deepStrictEqual((yield* codex.account()).account, { type: "apiKey" })
          yield* codex.logout
        }).pipe(Effect.provide(codexIn({ auth: "copy", from })))
        assert.strictEqual(readFileSync(join(from, "auth.json"), "utf8"), original)
      }).pipe(Effect.scoped)
  )

  it.live("fails, and leaves nothing behind, if there is no login to copy", () =>
    Effect.gen(function* () {
      // A folder for temporary files of its own, because other tests create homes at the same time.
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-codex-test-"))),
        (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
      )
      const outer = process.env["TMPDIR"]
      yield* Effect.acquireRelease(
        Effect.sync(() => (process.env["TMPDIR"] = folder)),
        () =>
          Effect.sync(() => {
            if (outer === undefined) delete process.env["TMPDIR"]
            else process.env["TMPDIR"] = outer
          })
      )
      const error = yield* Effect.flip(
        Effect.scoped(Layer.build(codexIn({ auth: "copy", from: join(folder, "no-such-home") })))
      )
      assert.strictEqual(error.reason._tag, "InvalidOptions")
      assert.deepStrictEqual(readdirSync(folder), [])
    }).pipe(Effect.scoped)
  )

  it.live("is not used by a `Codex.layer` that does not ask for it", () =>
    Effect.gen(function* () {
      const own = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-codex-test-"))),
        (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
      )
      const home = CodexHome.layerTemporary().pipe(Layer.provide(NodeServices.layer))
      const codex = Codex.layer({ config, codexHome: own, env: { HOME: own } }).pipe(
        Layer.provideMerge(home),
        Layer.provide(NodeServices.layer)
      )
      const used = yield* Effect.map(Codex.Codex, ({ metadata }) => metadata.codexHome).pipe(Effect.provide(codex))
      assert.strictEqual(used, realpathSync(own))
    }).pipe(Effect.scoped)
  )
})

describe("two clients on one home", () => {
  it.live("each handle receives only its own login, and the login is valid for both", () =>
    withIssuer(
      Effect.gen(function* () {
        const issuer = yield* LoginIssuer.LoginIssuer
        const { env, workspace } = yield* CodexTest.TestHome
        const mine = yield* account
        const login = yield* mine.loginChatgptDeviceCode()
        const waiting = yield* Effect.forkChild(login.wait, { startImmediately: true })
        const scope = yield* Scope.make()
        const second = yield* Codex.layer({ cwd: workspace, env: { ...env, ...issuer.env }, inheritEnv: false }).pipe(
          Layer.provide(NodeServices.layer),
          Layer.buildWithScope(scope)
        )
        yield* Effect.gen(function* () {
          const theirs = yield* account
          yield* theirs.loginApiKey(key)
          assert.deepStrictEqual((yield* theirs.account()).account, { type: "apiKey" })
        }).pipe(Effect.provideContext(second))
        assert.isUndefined(waiting.pollUnsafe())
        yield* issuer.update({ device: "approve" })
        yield* Fiber.join(waiting)
        assert.strictEqual((yield* mine.ensureLoggedIn(Account.required)).type, "chatgpt")
        yield* Scope.close(scope, Exit.void)
      }),
      { device: "pending" }
    )
  )
})
