import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import type * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as marks from "../../src/internal/process/marks.ts"
import * as Peer from "../support/peer.ts"
import { failedStart, ownHome, start, temporary } from "./support.ts"

/** Returns the environment of a child that is started with these options. */
const seen = (options: AppServer.Options) =>
  Effect.gen(function* () {
    const command = [process.execPath, "-e", "console.error(JSON.stringify(process.env)); process.exit(3)"] as const
    const { reason } = yield* failedStart(
      Layer.build(Codex.layer({ command, ...options })).pipe(Effect.provide(NodeServices.layer))
    )
    const variables: Record<string, string> = JSON.parse(reason.stderr[0] ?? "")
    return variables
  })

describe("the environment", () => {
  const withVariable = Effect.acquireRelease(
    Effect.sync(() => {
      process.env["EFFECT_CODEX_INHERITED"] = "from the parent"
    }),
    () => Effect.sync(() => delete process.env["EFFECT_CODEX_INHERITED"])
  )

  it.live("is this program's, with added and removed variables", () =>
    Effect.gen(function* () {
      yield* withVariable
      const home = yield* temporary
      const inherited = yield* seen({ codexHome: home, env: { ADDED: "yes", WRAPPED: Redacted.make("a b") } })
      assert.strictEqual(inherited["EFFECT_CODEX_INHERITED"], "from the parent")
      assert.strictEqual(inherited["ADDED"], "yes")
      // The variable arrived, and is masked on its way back.
      assert.strictEqual(inherited["WRAPPED"], "<redacted>")
      assert.strictEqual(inherited["CODEX_HOME"], home)
      const removed = yield* seen({ env: { EFFECT_CODEX_INHERITED: undefined } })
      assert.notProperty(removed, "EFFECT_CODEX_INHERITED")
    })
  )

  it.live("has only the given variables if nothing is inherited, and on Linux the mark of the server", () =>
    Effect.gen(function* () {
      yield* withVariable
      const variables = yield* seen({ inheritEnv: false, env: { A: "1", B: undefined } })
      const { [marks.variable]: mark, ...rest } = variables
      assert.deepStrictEqual(rest, { A: "1" })
      assert.strictEqual(mark !== undefined, process.platform === "linux")
    })
  )

  it.live("has no mark if the caller removes it", () =>
    Effect.gen(function* () {
      const variables = yield* seen({ inheritEnv: false, env: { A: "1", [marks.variable]: undefined } })
      assert.deepStrictEqual(variables, { A: "1" })
    })
  )

  it.live("has ~ in codexHome expanded, and cwd as working folder", () =>
    Effect.gen(function* () {
      const { settings } = yield* ownHome
      const folder = yield* temporary
      const script: Peer.Script = { on: { initialized: [], where: [Peer.reply({ cwd: "$cwd", home: "$codexHome" })] } }
      const { client } = yield* start(script, { ...settings, codexHome: "~/of mine", cwd: folder })
      assert.deepStrictEqual(yield* client.requestRaw("where"), {
        cwd: folder,
        home: `${process.env["HOME"]}/of mine`
      })
    })
  )
})
