/**
 * Invalid settings of `Codex.layer` from an untyped caller: they fail the layer, and no process starts.
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

/** Starts nothing, and fails the test if it is used. */
const noProcess = Layer.succeed(
  ChildProcessSpawner.ChildProcessSpawner,
  ChildProcessSpawner.make(() => Effect.die(new Error("started")))
).pipe(Layer.provideMerge(NodeServices.layer))

// Type boundary: what a caller without types can write.
const untyped = (options: unknown): never => options as never

/** The error of the layer, which must be a failure, not a defect. */
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

describe("unknown names", () => {
  it.live("fail the layer if neither the process nor the connection has them, with the closest name", () =>
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

  it.live("are rejected with the equivalent here if `@openai/codex-sdk` has them", () =>
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

  it.live("are rejected by each of the two layers, too", () =>
    Effect.gen(function* () {
      const process = yield* failure(AppServer.layer(untyped({ cdw: "/" })))
      assert.include(process.message, "did you mean `cwd`?")
      const connection = yield* Effect.flip(clientOptions.check(untyped({ maxInflihgt: 3 })))
      assert.include(connection.message, "did you mean `maxInFlight`?")
    }).pipe(Effect.provide(noProcess))
  )

  it.live("in `clientInfo` are rejected, too, and it must be an object", () =>
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
  it.live("is not created for an unknown option", () =>
    Effect.gen(function* () {
      const { message } = yield* failure(CodexHome.layerTemporary(untyped({ configTolm: "" })))
      assert.include(message, "CodexHome.layerTemporary")
      assert.include(message, "did you mean `configToml`?")
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

describe("folders", () => {
  for (const option of ["cwd", "codexHome"] as const) {
    it.live(`${option}: missing, a file, and below a file are different errors`, () =>
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

  it.live("a codexHome is checked where the server resolves it: relative to cwd", () =>
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

  it.live("the codexHome of a custom command is not checked, and a provided home is accepted", () =>
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
  it.live("is rejected with an example if it is a string, or contains other values than strings", () =>
    Effect.gen(function* () {
      for (const command of ["codex app-server", { program: "codex" }, ["codex", 3], [undefined], null]) {
        const { message, option } = yield* refused({ command })
        assert.strictEqual(option, "command")
        assert.include(message, '["codex", "app-server"]')
      }
      assert.include((yield* refused({ command: ["codex", "a\0b"] })).message, "NUL")
    }).pipe(Effect.provide(noProcess))
  )

  it.live("is not started with variables that are not an object", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* refused({ command: ["codex"], env: "A=b" })).option, "env")
    }).pipe(Effect.provide(noProcess))
  )

  it.live("fails the layer with the system's reason if the system rejects it, and shows no argument", () =>
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

  it.live("may not be a codex if it exits with 0 before any output", () =>
    Effect.gen(function* () {
      const quiet = yield* failure(Codex.layer({ command: [process.execPath, "-e", ""] }))
      assert.include(quiet.message, "exited with code 0 before it responded to `initialize`. Is this program codex?")
      const failing = yield* failure(Codex.layer({ command: [process.execPath, "-e", "process.exit(3)"] }))
      assert.notInclude(failing.message, "Is this program codex?")
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

describe("the next step", () => {
  it.live("is in the error of a closed connection, and of a rejection with a server message", () =>
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
