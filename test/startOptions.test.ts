/**
 * Settings of `Codex.layer` that can't be used, as a caller without types may give them: they fail the layer, and no process is started.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, FileSystem, Layer, Option, Path } from "effect"
import { ChildProcessSpawner } from "effect/process"
import * as AppServer from "../src/AppServer.ts"
import * as Codex from "../src/Codex.ts"
import * as clientOptions from "../src/internal/client/clientOptions.ts"
import { CodexError } from "../src/CodexError.ts"
import * as CodexHome from "../src/CodexHome.ts"
import * as CodexTest from "../src/testing/CodexTest.ts"

/** Starts nothing, and would tell of it. */
const noProcess = Layer.succeed(
  ChildProcessSpawner.ChildProcessSpawner,
  ChildProcessSpawner.make(() => Effect.die(new Error("started")))
).pipe(Layer.provideMerge(NodeServices.layer))

// Type boundary: what a caller without types can write.
const untyped = (options: unknown): never => options as never

/** Why it fails: a failure, and no defect. */
const failure = Effect.fnUntraced(function* <A, E, R>(layer: Layer.Layer<A, E, R>) {
  const exit = yield* Effect.exit(Effect.scoped(Layer.build(layer)))
  if (Exit.isSuccess(exit)) return assert.fail("it was built")
  const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (!(error instanceof CodexError)) return assert.fail(Cause.pretty(exit.cause))
  return error
})

const refused = Effect.fnUntraced(function* (options: unknown) {
  const { message, method, reason } = yield* failure(Codex.layer(untyped(options)))
  assert.strictEqual(reason._tag, "InvalidOptions", message)
  return { message, method, option: reason._tag === "InvalidOptions" ? reason.option : "" }
})

const folder = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())

describe("names", () => {
  it.live("that neither the process nor the connection knows fail the layer, with the one that was meant", () =>
    Effect.gen(function* () {
      const codexHome = yield* folder
      for (const [options, meant] of [
        [{ requestTimout: "3 seconds" }, "requestTimeout"],
        [{ codexHomme: "/x" }, "codexHome"],
        [{ inherit_env: false }, "inheritEnv"]
      ] as const) {
        const { message, method, option } = yield* refused({ codexHome, ...options })
        assert.strictEqual(method, "Codex.layer")
        assert.strictEqual(option, Object.keys(options)[0])
        assert.include(message, `did you mean \`${meant}\`?`)
      }
      assert.include((yield* refused({ timeout: 1 })).message, "`cwd`")
      assert.include((yield* refused({ timeout: 1 })).message, "`requestTimeout`")
    }).pipe(Effect.provide(noProcess))
  )

  it.live("of `@openai/codex-sdk` are refused with what does the same here", () =>
    Effect.gen(function* () {
      const codexHome = yield* folder
      for (const [option, here] of [
        ["codexPathOverride", "use `executable`"],
        ["baseUrl", "use `config: { openai_base_url"],
        ["apiKey", "`codex.ensureLoggedIn(Account.withApiKey())`"],
        ["workingDirectory", "use `cwd`"]
      ] as const) {
        const { message } = yield* refused({ codexHome, [option]: "x" })
        assert.include(message, `Invalid option \`${option}\`: unknown option; `)
        assert.include(message, here)
      }
    }).pipe(Effect.provide(noProcess))
  )

  it.live("are looked at by the two halves of the layer, too, each for its own", () =>
    Effect.gen(function* () {
      const process = yield* failure(AppServer.layer(untyped({ cdw: "/" })))
      assert.include(process.message, "did you mean `cwd`?")
      const connection = yield* Effect.flip(clientOptions.check(untyped({ maxInflihgt: 3 })))
      assert.include(connection.message, "did you mean `maxInFlight`?")
    }).pipe(Effect.provide(noProcess))
  )

  it.live("of the client are looked at as well, and it has to be an object", () =>
    Effect.gen(function* () {
      for (const clientInfo of ["me", null, ["me"]]) {
        const { message, option } = yield* refused({ clientInfo })
        assert.strictEqual(option, "clientInfo")
        assert.include(message, "expected an object")
      }
      const { message, option } = yield* refused({ clientInfo: { name: "me", versoin: "1" } })
      assert.strictEqual(option, "clientInfo.versoin")
      assert.include(message, "did you mean `version`?")
    }).pipe(Effect.provide(noProcess))
  )
})

describe("a temporary home", () => {
  it.live("that doesn't know an option isn't made", () =>
    Effect.gen(function* () {
      const { message } = yield* failure(CodexHome.layerTemporary(untyped({ configTolm: "" })))
      assert.include(message, "CodexHome.layerTemporary")
      assert.include(message, "did you mean `configToml`?")
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

describe("folders", () => {
  for (const option of ["cwd", "codexHome"] as const) {
    it.live(`${option}: what is missing, a file, or below a file, is told apart`, () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const path = yield* Path.Path
        const root = yield* folder
        const file = path.join(root, "file")
        yield* fs.writeFileString(file, "")
        for (const [place, words] of [
          [path.join(root, "none"), "does not exist; create it first"],
          [file, "not a directory"],
          [path.join(file, "below"), "a parent is not a directory"]
        ] as const) {
          const told = yield* refused({ [option]: place })
          assert.strictEqual(told.option, option)
          assert.include(told.message, words)
          assert.notInclude(told.message, root)
        }
      }).pipe(Effect.provide(noProcess))
    )
  }

  it.live("a codexHome is looked at where the server looks: relative to cwd", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const cwd = yield* folder
      assert.strictEqual((yield* refused({ cwd, codexHome: "home" })).option, "codexHome")
      yield* fs.makeDirectory(path.join(cwd, "home"))
      const { codexHome } = yield* Effect.map(Codex.Codex, ({ metadata }) => metadata).pipe(
        Effect.provide(
          Codex.layer({ cwd, codexHome: "home", env: { HOME: cwd } }).pipe(Layer.provide(NodeServices.layer))
        )
      )
      assert.strictEqual(codexHome, yield* fs.realPath(path.join(cwd, "home")))
    }).pipe(Effect.provide(noProcess))
  )

  it.live("the codexHome of a command of one's own is the command's business, and a provided home passes", () =>
    Effect.gen(function* () {
      const own = yield* failure(Codex.layer({ command: ["/no/such/program"], codexHome: "/no/such/home" }))
      assert.strictEqual(own.reason._tag, "SpawnFailed")
      const home = yield* Effect.map(Codex.Codex, ({ metadata }) => metadata.codexHome).pipe(
        Effect.provide(
          CodexHome.layerWith(({ codexHome, env }) =>
            Codex.layer({ codexHome, env: { ...env, HOME: codexHome } })
          ).pipe(Layer.provide(CodexHome.layerTemporary()))
        )
      )
      assert.isString(home)
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

describe("a command", () => {
  it.live("that is a text, or holds something else than texts, is refused with how to write it", () =>
    Effect.gen(function* () {
      for (const command of ["codex app-server", { program: "codex" }, ["codex", 3], [undefined], null]) {
        const { message, option } = yield* refused({ command })
        assert.strictEqual(option, "command")
        assert.include(message, '["codex", "app-server"]')
      }
      assert.include((yield* refused({ command: ["codex", "a\0b"] })).message, "NUL")
    }).pipe(Effect.provide(noProcess))
  )

  it.live("isn't started with variables that are no object", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* refused({ command: ["codex"], env: "A=b" })).option, "env")
    }).pipe(Effect.provide(noProcess))
  )

  it.live("that the system refuses in any way fails the layer with the system's word, and shows no argument", () =>
    Effect.gen(function* () {
      const secret = "geheim"
      const error = yield* failure(
        Codex.layer({ command: [process.execPath, secret], env: { SECRET: secret.repeat(1_000_000) } })
      )
      assert.deepInclude(error.reason, { _tag: "SpawnFailed", kind: "E2BIG" })
      assert.include(error.message, "too large")
      assert.notInclude(error.message, secret)
      assert.notInclude(JSON.stringify(error), secret)
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("that ends well before it said anything may be no codex", () =>
    Effect.gen(function* () {
      const quiet = yield* failure(Codex.layer({ command: [process.execPath, "-e", ""] }))
      assert.include(quiet.message, "exited with code 0 before it responded to `initialize`. Is this program codex?")
      const failing = yield* failure(Codex.layer({ command: [process.execPath, "-e", "process.exit(3)"] }))
      assert.notInclude(failing.message, "Is this program codex?")
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

describe("the next step", () => {
  it.live("is told by a connection that has ended, and by a refusal with words of the server", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const { pid } = yield* AppServer.AppServer
      const refusal = yield* Effect.flip(codex.request("thread/start", { config: { sandbox_mode: "none" } }))
      assert.strictEqual(refusal.reason._tag, "ConfigurationInvalid")
      assert.include(refusal.message, "`Redacted.value(error.reason.serverMessage)`")
      const other = yield* Effect.flip(codex.request("command/exec", { command: [] }))
      assert.strictEqual(other.reason._tag, "RequestRejected")
      assert.include(other.message, "`Redacted.value(error.reason.serverMessage)`")
      const ended = yield* Effect.forkChild(Effect.flip(Effect.forever(codex.request("thread/loaded/list", {}))))
      process.kill(pid, "SIGKILL")
      const { message } = yield* ended.pipe(Fiber.join)
      assert.include(message, "Rebuild the layer, then resume the thread.")
    }).pipe(Effect.provide(CodexTest.layer()))
  )
})
