import { NodeServices } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { Duration, Effect, FileSystem, Path } from "effect"
import * as launch from "../../../src/internal/process/launch.ts"
import type { Options } from "../../../src/internal/process/options.ts"
import * as runtime from "../../../src/internal/process/runtime.ts"

const linux = { os: "linux", arch: "x64" }

it.layer(NodeServices.layer)("the command that is started", (it) => {
  const longest = 2 ** 29 - 24
  const wrong: ReadonlyArray<readonly [option: string, says: string, options: unknown]> = [
    ["maxLineBytes", `at most ${longest}`, { maxLineBytes: longest + 1 }],
    ["env", "an object", { env: "A=1" }],
    ["env", "an object", { env: ["A=1"] }],
    ["env.A", "NUL", { env: { A: "\0" } }],
    ["inheritEnv", "true or false", { command: ["codex"], inheritEnv: "yes" }],
    ["command", "an array of strings", { command: "codex app-server" }],
    ["command", "an array of strings", { command: ["codex", 7] }],
    ["command", "NUL", { command: ["codex", "a\0"] }],
    ["command", "start with the program", { command: [] }],
    ["command", "start with the program", { command: [" "] }],
    ["command", "cannot be combined with", { command: ["codex"], executable: "/codex" }],
    ["command", "cannot be combined with", { command: ["codex"], config: { model: "m" } }],
    ["config.token", "every user of the machine can read", { config: { token: "x" } }]
  ]
  for (const [option, says, options] of wrong) {
    it.effect(`rejects ${JSON.stringify(options)}: \`${option}\``, () =>
      Effect.gen(function* () {
        // Type boundary: JavaScript programs can pass anything.
        const error = yield* Effect.flip(launch.resolve(options as Options, linux))
        assert.strictEqual(error._tag === "InvalidOptions" ? error.option : error._tag, option)
        assert.include(error.message, says)
      })
    )
  }

  it.effect("is the given one verbatim, with the given or default limits", () =>
    Effect.gen(function* () {
      const usual = yield* launch.resolve({ command: ["codex", "serve", "-x"] }, linux)
      assert.deepInclude(usual, {
        program: "codex",
        args: ["serve", "-x"],
        cwd: undefined,
        maxLineBytes: 256 * 2 ** 20
      })
      const longestLines = yield* launch.resolve({ command: ["codex"], maxLineBytes: longest }, linux)
      assert.strictEqual(longestLines.maxLineBytes, longest)
    })
  )

  it.effect("can have no grace, and needs a directory that exists", () =>
    Effect.gen(function* () {
      const { shutdownGrace } = yield* launch.resolve({ command: ["codex"], shutdownGrace: 0 }, linux)
      assert.strictEqual(Duration.toMillis(shutdownGrace), 0)
      for (const options of [
        { command: ["codex"], cwd: "/no/such/directory" },
        { executable: process.execPath, codexHome: "/no/such/directory" }
      ] as const) {
        const error = yield* Effect.flip(launch.resolve(options, { os: process.platform, arch: process.arch }))
        const option = "cwd" in options ? "cwd" : "codexHome"
        assert.strictEqual(error.message, `Invalid option \`${option}\`: does not exist; create it first.`)
      }
    })
  )

  it.effect("can have a Codex home that is relative to this program's directory, or to `cwd`", () =>
    Effect.gen(function* () {
      const here = { os: process.platform, arch: process.arch }
      const executable = process.execPath
      yield* launch.resolve({ executable, codexHome: "test/internal" }, here)
      yield* launch.resolve({ executable, codexHome: "internal", cwd: "test" }, here)
      const error = yield* Effect.flip(launch.resolve({ executable, codexHome: "internal" }, here))
      assert.include(error.message, "`codexHome`")
    })
  )

  it.effect("has no secret among its arguments", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(launch.resolve({ config: { token: "x" } }, linux))
      assert.strictEqual(
        error.message,
        "Invalid option `config.token`: would be a process argument, which every user of the machine can read; put it in an environment variable and name that instead (`env_key`, `bearer_token_env_var`, `env_http_headers`, `env_vars`), or write it to the config.toml of the Codex home."
      )
    })
  )

  it.effect("has a mark on Linux only, and none if the caller names the variable", () =>
    Effect.gen(function* () {
      const mark = (options: Options, os: string) =>
        Effect.map(launch.resolve({ command: ["codex"], ...options }, { os, arch: "x64" }), ({ env, mark }) => [
          mark?.value,
          env["EFFECT_CODEX_SERVER"]
        ])
      const [value, variable] = yield* mark({}, "linux")
      assert.isString(value)
      assert.strictEqual(variable, value)
      assert.isUndefined((yield* mark({}, "darwin"))[0])
      assert.deepStrictEqual(yield* mark({ env: { EFFECT_CODEX_SERVER: "mine" } }, "linux"), [undefined, "mine"])
    })
  )

  it.effect("is checked if it has a path, and left to the system if it is searched for", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const cwd = yield* fs.makeTempDirectoryScoped()
      // The first bytes of a program for Linux on ARM.
      const head = new Uint8Array(64)
      head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1])
      head[18] = 183
      yield* fs.writeFile(path.join(cwd, "tool"), head)
      const error = yield* Effect.flip(launch.resolve({ command: ["./tool"], cwd }, linux))
      assert.include(error.message, "linux-arm64")
      assert.strictEqual((yield* launch.resolve({ command: ["tool"], cwd }, linux)).program, "tool")
    }).pipe(Effect.scoped)
  )

  it.effect("is missing on a machine without a codex, which the error names", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runtime.locate({ os: "sunos", arch: "sparc" }))
      assert.deepStrictEqual(error.searched, ["@openai/codex for sunos-sparc"])
      assert.include(error.advice, "sunos-sparc")
      assert.include(error.advice, "`executable`")
    })
  )
})
