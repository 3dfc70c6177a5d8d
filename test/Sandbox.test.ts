import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Codex from "../src/Codex.ts"
import * as Sandbox from "../src/Sandbox.ts"
import * as CodexTest from "../src/testing/CodexTest.ts"
import * as MockModel from "../src/testing/MockModel.ts"
import * as Wire from "./support/wire.ts"

describe("on the wire", () => {
  it.effect("a thread's preset is sent as a mode", () =>
    Effect.gen(function* () {
      const { codex, paramsOf } = yield* Wire.connect()
      for (const sandbox of ["readOnly", "workspaceWrite", "fullAccess"] as const) {
        yield* codex.startThread({ sandbox })
        yield* codex.resumeThread("kept", { sandbox })
        yield* codex.forkThread("kept", { sandbox })
      }
      for (const method of ["thread/start", "thread/resume", "thread/fork"]) {
        assert.deepStrictEqual(
          paramsOf(method).map((params) => params["sandbox"]),
          ["read-only", "workspace-write", "danger-full-access"],
          method
        )
      }
    })
  )

  it.effect("a turn's sandbox is sent as a policy with all its fields", () =>
    Effect.gen(function* () {
      const { codex, paramsOf } = yield* Wire.connect()
      const thread = yield* codex.startThread()
      yield* thread.run("x", { sandbox: "readOnly" })
      yield* thread.run("x", { sandbox: "fullAccess" })
      yield* thread.run("x", { sandbox: Sandbox.workspaceWrite({ writableRoots: [], networkAccess: false }) })
      const wide = Sandbox.workspaceWrite({
        writableRoots: ["/data"],
        networkAccess: true,
        excludeTmpdirEnvVar: true,
        excludeSlashTmp: true
      })
      yield* thread.run("x", { sandbox: wide })
      yield* thread.run("x")
      assert.deepStrictEqual(
        paramsOf("turn/start").map((params) => JSON.stringify(params["sandboxPolicy"])),
        [
          '{"type":"readOnly","networkAccess":false}',
          '{"type":"dangerFullAccess"}',
          '{"type":"workspaceWrite","writableRoots":[],"networkAccess":false,"excludeTmpdirEnvVar":false,"excludeSlashTmp":false}',
          '{"type":"workspaceWrite","writableRoots":["/data"],"networkAccess":true,"excludeTmpdirEnvVar":true,"excludeSlashTmp":true}',
          undefined
        ]
      )
    })
  )

  it.effect("an unknown preset, from JavaScript, fails before anything is sent", () =>
    Effect.gen(function* () {
      const { codex, sent } = yield* Wire.connect()
      const thread = yield* codex.startThread()
      const before = sent().length
      for (const word of ["danger-full-access", "read-only", "toString", "", null, 1, {}, []]) {
        // Type boundary: what a program in JavaScript can do.
        const sandbox = word as Sandbox.Sandbox & Sandbox.TurnSandbox
        const calls: ReadonlyArray<Effect.Effect<unknown, Error>> = [
          codex.startThread({ sandbox }),
          codex.resumeThread("kept", { sandbox }),
          codex.forkThread("kept", { sandbox }),
          thread.run("x", { sandbox }),
          thread.turn("x", { sandbox })
        ]
        for (const call of calls) {
          const error = yield* Effect.flip(call)
          assert.include(error.message, "Invalid argument `sandbox`", JSON.stringify(word))
        }
      }
      // On a turn, it would silently replace the configured network setting.
      // Type boundary: as above.
      const preset = "workspaceWrite" as Sandbox.TurnSandbox
      const error = yield* Effect.flip(thread.run("x", { sandbox: preset }))
      assert.include(error.message, "Sandbox.workspaceWrite({ … })")
      assert.strictEqual(sent().length, before)
    })
  )
})

describe("on the real server", () => {
  const real = CodexTest.layer({
    config: {
      sandboxMode: "workspace-write",
      extra: '[sandbox_workspace_write]\nwritable_roots = ["/srv"]\nnetwork_access = true\n'
    },
    model: { fallback: () => MockModel.reply("done") }
  })

  it.live(
    "a thread's preset keeps the configuration; a turn's replaces the network setting, and adds folders, for later turns too",
    () =>
      Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const thread = yield* codex.startThread({ sandbox: "workspaceWrite" })
        assert.deepInclude(thread.reply.sandbox, {
          type: "workspaceWrite",
          writableRoots: ["/srv"],
          networkAccess: true
        })
        yield* thread.run("x", { sandbox: Sandbox.workspaceWrite({ writableRoots: ["/data"], networkAccess: false }) })
        yield* thread.run("y")
        const resumed = yield* codex.resumeThread(thread.id)
        assert.deepInclude(resumed.reply.sandbox, {
          type: "workspaceWrite",
          writableRoots: ["/srv", "/data"],
          networkAccess: false
        })
      }).pipe(Effect.provide(real))
  )

  it.live("every preset has its meaning on the server", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const types: Array<unknown> = []
      for (const sandbox of ["readOnly", "workspaceWrite", "fullAccess"] as const) {
        types.push((yield* codex.startThread({ sandbox })).reply.sandbox.type)
      }
      const thread = yield* codex.startThread()
      yield* thread.run("x", { sandbox: "fullAccess" })
      types.push((yield* codex.resumeThread(thread.id)).reply.sandbox.type)
      yield* thread.run("x", { sandbox: "readOnly" })
      types.push((yield* codex.resumeThread(thread.id)).reply.sandbox.type)
      assert.deepStrictEqual(types, ["readOnly", "workspaceWrite", "dangerFullAccess", "dangerFullAccess", "readOnly"])
    }).pipe(Effect.provide(real))
  )
})
