/**
 * The three kinds of servers for scenarios, each with a client in the scope: the real binary with a mock model, a
 * scripted peer process, and a process that is played in memory.
 */
import { NodeServices } from "@effect/platform-node"
import { Context, Effect, Layer } from "effect"
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, watch } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import * as AppServer from "../../../src/AppServer.ts"
import * as Codex from "../../../src/Codex.ts"
import * as CodexClient from "../../../src/CodexClient.ts"
import * as CodexTest from "../../../src/testing/CodexTest.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import * as Peer from "../../support/peer.ts"
import * as usedHome from "./usedHome.ts"

/** A temporary folder that is removed with the scope. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => realpathSync(mkdtempSync(join(tmpdir(), "effect-codex-fault-")))),
  (root) => Effect.sync(() => rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }))
)

/** Settings that read nothing of the user's. */
export const ownHome = Effect.map(folder, (home) => ({
  codexHome: home,
  env: { HOME: home, PATH: process.env["PATH"] ?? "" },
  inheritEnv: false,
  shutdownGrace: "500 millis" as const
}))

/** A client of any server with the given settings. */
export const connect = Effect.fnUntraced(function* (options: Codex.Options) {
  const services = yield* Layer.build(Codex.layer(options)).pipe(Effect.provide(NodeServices.layer))
  return {
    codex: Context.get(services, Codex.Codex),
    client: Context.get(services, CodexClient.CodexClient),
    app: Context.get(services, AppServer.AppServer)
  }
})

/** A client of a scripted peer. */
export const onPeer = Effect.fnUntraced(function* (script: Peer.Script, options: Codex.Options = {}) {
  const command = yield* Peer.commandScoped(script)
  return yield* connect({ command, ...(yield* ownHome), ...options })
})

/** A client of the real binary. The model says "done" unless the test scripts another reply. */
export const onBinary = Effect.fnUntraced(function* (options: CodexTest.Options = {}) {
  yield* usedHome.prepare
  const { codex } = options
  const services = yield* Layer.build(
    CodexTest.layer({
      model: { fallback: () => MockModel.reply("done") },
      ...options,
      codex: (home) => {
        usedHome.copyTo(home.codexHome)
        return typeof codex === "function" ? codex(home) : (codex ?? {})
      }
    })
  )
  return {
    codex: Context.get(services, Codex.Codex),
    client: Context.get(services, CodexClient.CodexClient),
    app: Context.get(services, AppServer.AppServer),
    model: Context.get(services, MockModel.MockModel),
    home: Context.get(services, CodexTest.TestHome)
  }
})

/** A home for the real binary, for scenarios that start servers themselves. */
export const modelHome = (configToml: string) =>
  usedHome.prepare.pipe(
    Effect.andThen(CodexTest.makeHome(configToml)),
    Effect.tap(({ codexHome }) => Effect.sync(() => usedHome.copyTo(codexHome))),
    Effect.provide(NodeServices.layer)
  )

/** Waits until the file exists. */
export const appears = (path: string) =>
  Effect.callback<void>((resume) => {
    const look = () => {
      if (!existsSync(path)) return
      watcher.close()
      resume(Effect.void)
    }
    const watcher = watch(dirname(path), look)
    look()
    return Effect.sync(() => watcher.close())
  })

/** Stops a process by SIGSTOP, and waits until it has stopped: on a busy machine, it runs on for a moment. */
export const stop = Effect.fnUntraced(function* (pid: number) {
  process.kill(pid, "SIGSTOP")
  if (process.platform !== "linux") return
  const isStopped = () => /^\d+ \(.*\) T /s.test(readFileSync(`/proc/${pid}/stat`, "latin1"))
  yield* Effect.repeat(Effect.yieldNow, { while: () => !isStopped() })
})
