import { assert, describe, it } from "@effect/vitest"
import { NodePath, NodeServices } from "@effect/platform-node"
import { Effect, FileSystem, Redacted } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import * as shellPolicy from "../../src/internal/process/shellPolicy.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { at } from "../support/rawDriver.ts"
import { temporary } from "./support.ts"

const secrets = {
  SOME_SERVICE_TOKEN: "v1",
  SMTP_PASS: "v2",
  MYSQL_PWD: "v3",
  DATABASE_URL: "postgres://app:zq7341@db",
  HARMLESS_NAME: Redacted.make("v4")
}
const harmless = { SSH_AUTH_SOCK: "/v5", GIT_AUTHOR_NAME: "v6", PLAIN: "v7" }
const env = { ...secrets, ...harmless }
const names = (text: string) => Object.keys(env).filter((name) => text.includes(`${name}=`))

/** Returns the variables in a command of the model, and in one that the program runs itself. */
const seen = (options: CodexTest.Options) =>
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const model = yield* MockModel.MockModel
    yield* model.enqueue(MockModel.response([MockModel.execCommand("/usr/bin/env")]), MockModel.reply("done"))
    const thread = yield* codex.startThread({ sandbox: "readOnly" })
    const { items } = yield* thread.run("go")
    const byModel = items.flatMap((item) => (item.type === "commandExecution" ? [item.aggregatedOutput ?? ""] : []))
    assert.include(byModel.join(), "PATH=")
    const byProgram = yield* codex.request("command/exec", { command: ["/usr/bin/env"] })
    return [names(byModel.join()), names(String(at(byProgram, "stdout")))]
  }).pipe(Effect.provide(CodexTest.layer(options)))

describe.runIf(process.platform !== "win32")("commands on the real server", () => {
  it.live("do not get the variables that hold secrets, and get the others", () =>
    Effect.gen(function* () {
      const expected = Object.keys(harmless)
      assert.deepStrictEqual(yield* seen({ codex: { env } }), [expected, expected])
    })
  )

  it.live("get the variables that the policy of the `config` option allows", () =>
    Effect.gen(function* () {
      const config = { shell_environment_policy: { exclude: ["PLAIN"] } }
      const expected = Object.keys(env).filter((name) => name !== "PLAIN")
      assert.deepStrictEqual(yield* seen({ codex: { env, config } }), [expected, expected])
    })
  )

  it.live("get the variables that the policy of the home's config.toml allows", () =>
    Effect.gen(function* () {
      const config = { settings: { shell_environment_policy: { ignore_default_excludes: false } } }
      const expected = Object.keys(env).filter((name) => name !== "SOME_SERVICE_TOKEN")
      assert.deepStrictEqual(yield* seen({ codex: { env }, config }), [expected, expected])
    })
  )
})

describe("the policy", () => {
  const mark = { id: "m", value: "n m" }
  const of = (options: Partial<shellPolicy.PolicyOptions>) =>
    shellPolicy
      .overrides({ os: "linux", config: {}, env: { A_TOKEN: "x", PLAIN: "x" }, cwd: undefined, mark, ...options })
      .pipe(Effect.provide(NodeServices.layer))
  const passed = ['shell_environment_policy.set.EFFECT_CODEX_SERVER="n m"']

  it.effect("is not set if there is nothing to withhold", () =>
    Effect.map(of({ env: { PLAIN: "x" } }), (lines) => assert.deepStrictEqual(lines, []))
  )

  it.effect("is the user's if `config` has one, and only passes the mark on", () =>
    Effect.gen(function* () {
      const config = { shell_environment_policy: {} }
      assert.deepStrictEqual(yield* of({ config }), passed)
      assert.deepStrictEqual(yield* of({ config, mark: undefined }), [])
    })
  )

  it.effect("is the user's if a config.toml mentions it, however the home is named", () =>
    Effect.gen(function* () {
      const home = yield* temporary
      const variables = { A_TOKEN: "x" }
      const homes = [
        { env: { ...variables, CODEX_HOME: home } },
        { env: { ...variables, CODEX_HOME: Redacted.make(home) } },
        { env: { ...variables, CODEX_HOME: "." }, cwd: home }
      ]
      const documents: ReadonlyArray<readonly [text: string, isUsers: boolean]> = [
        ['model = "m"\n', false],
        ["# shell_environment_policy.inherit = 'all'\nmodel = 'm' # shell_environment_policy\n", false],
        ["[shell_environment_policy]\ninherit = 'all'\n", true],
        ["  shell_environment_policy.inherit = 'all'\r\n", true],
        ["shell_environment_policy = { inherit = 'all' } # why\n", true],
        ['[ "shell_environment_policy" ]\n', true]
      ]
      for (const [text, isUsers] of documents) {
        writeFileSync(join(home, "config.toml"), text)
        for (const options of homes) {
          const lines = yield* of(options)
          if (isUsers) assert.deepStrictEqual(lines, passed, text)
          else assert.include(lines.join(), 'exclude=["A_TOKEN"', text)
        }
      }
    })
  )

  it.effect("is looked for in the home of the user and of the machine, which Windows does not have", () =>
    Effect.gen(function* () {
      const read = (options: Partial<shellPolicy.PolicyOptions>) =>
        Effect.gen(function* () {
          const files: Array<string> = []
          const fs = FileSystem.makeNoop({
            readFileString: (file) => Effect.sync(() => (files.push(file), ""))
          })
          yield* shellPolicy
            .overrides({ os: "linux", config: {}, env: {}, cwd: undefined, mark, ...options })
            .pipe(Effect.provideService(FileSystem.FileSystem, fs), Effect.provide(NodePath.layerPosix))
          return files
        })
      const machine = "/etc/codex/config.toml"
      assert.deepStrictEqual(yield* read({}), [machine])
      assert.deepStrictEqual(yield* read({ os: "win32" }), [])
      const env = { HOME: "/home/me" }
      assert.deepStrictEqual(yield* read({ env }), ["/home/me/.codex/config.toml", machine])
      assert.deepStrictEqual(yield* read({ env: { ...env, CODEX_HOME: "" } }), ["/home/me/.codex/config.toml", machine])
      assert.deepStrictEqual(yield* read({ env: { ...env, CODEX_HOME: "~/x" } }), ["/home/me/x/config.toml", machine])
      assert.deepStrictEqual(yield* read({ env: { CODEX_HOME: "x" }, cwd: "/w" }), ["/w/x/config.toml", machine])
    })
  )
})
