import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, PlatformError } from "effect"
import { ChildProcessSpawner } from "effect/process"
import { existsSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import { codexBinary } from "../support/rawDriver.ts"
import { linux, stat } from "./processes.ts"
import { failure, ownHome } from "./support.ts"

describe("the binary", () => {
  it.live("is the native one of the platform package, spawned directly as a child", () =>
    Effect.gen(function* () {
      const app = yield* AppServer.AppServer
      assert.strictEqual(app.executable, codexBinary())
      if (!linux) return
      assert.strictEqual(readlinkSync(`/proc/${app.pid}/exe`), realpathSync(codexBinary()))
      assert.strictEqual(stat(app.pid)?.parent, process.pid)
      const words = readFileSync(`/proc/${app.pid}/cmdline`, "utf8").split("\0")
      assert.deepStrictEqual(words, [codexBinary(), "app-server", ""])
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live.skipIf(!linux)("finds its helper programs first on PATH", () =>
    Effect.gen(function* () {
      const app = yield* AppServer.AppServer
      const variables = readFileSync(`/proc/${app.pid}/environ`, "utf8").split("\0")
      const path = variables.find((variable) => variable.startsWith("PATH="))
      const helpers = join(dirname(dirname(codexBinary())), "codex-path")
      assert.isTrue(existsSync(helpers))
      assert.isTrue(path?.startsWith(`PATH=${helpers}:`), path)
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live("fails the layer if it is missing, with the searched place and what to do", () =>
    Effect.gen(function* () {
      const { settings, home } = yield* ownHome
      const missing = join(home, "no-codex")
      const error = yield* failure(
        Layer.build(Codex.layer({ ...settings, executable: missing })).pipe(Effect.provide(NodeServices.layer))
      )
      assert.strictEqual(error.method, "AppServer.layer")
      assert.strictEqual(error.reason._tag, "RuntimeNotFound")
      assert.include(error.message, missing)
      assert.include(error.message, "Omit it to use the pinned one")
    })
  )

  it.live("fails the layer if it cannot start, with the system's reason", () =>
    Effect.gen(function* () {
      const { settings, home } = yield* ownHome
      const file = join(home, "codex")
      writeFileSync(file, "#!/bin/sh\n", { mode: 0o644 })
      const build = (options: Codex.Options) =>
        failure(Layer.build(Codex.layer({ ...settings, ...options })).pipe(Effect.provide(NodeServices.layer)))
      const reasons = yield* Effect.forEach(
        [{ executable: file }, { command: [join(home, "missing")] as const }],
        build
      )
      assert.deepStrictEqual(
        reasons.map(({ reason }) => (reason._tag === "SpawnFailed" ? reason.kind : reason._tag)),
        ["PermissionDenied", "NotFound"]
      )
    })
  )

  const refusal = (code: string) =>
    Layer.succeed(
      ChildProcessSpawner.ChildProcessSpawner,
      ChildProcessSpawner.make(() =>
        Effect.fail(
          PlatformError.systemError({ _tag: "Unknown", module: "ChildProcess", method: "spawn", cause: { code } })
        )
      )
    )
  for (const [code, advice] of [
    ["EMFILE", "ulimit -n"],
    ["ENFILE", "Too many files"],
    ["EAGAIN", "ulimit -u"],
    ["ENOMEM", "add memory"],
    ["ETXTBSY", "is writing the file"],
    ["EIO", "an executable file built for this platform"]
  ] as const) {
    it.effect(`fails the layer with ${code} from the system and with what to do`, () =>
      Effect.gen(function* () {
        const { reason } = yield* AppServer.make({ command: ["codex"] }).pipe(
          Effect.scoped,
          Effect.flip,
          Effect.provide(Layer.merge(NodeServices.layer, refusal(code)))
        )
        if (reason._tag !== "SpawnFailed") return assert.fail(reason._tag)
        assert.strictEqual(reason.kind, code)
        assert.include(reason.message, advice)
      })
    )
  }
})
