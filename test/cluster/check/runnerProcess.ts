/**
 * A runner of a cluster as a process of its own, with an app-server of its own. `machines.ts` starts it.
 *
 * It kills itself, and its app-server with it, at the points that only it can see. A run asks for that with its key, or
 * with its name for the first point: `opening-1` dies when the directory is first read, `attempt-1` after the attempt
 * was recorded, `accepted-1` when the reply to `turn/start` arrives, `completed-1` when `turn/completed` arrives, and
 * `stored-1` after the thread was stored. Each of them kills one process.
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect, Layer, Stream } from "effect"
import { openSync } from "node:fs"
import { join } from "node:path"
import * as AppServer from "../../../src/AppServer.ts"
import * as Codex from "../../../src/Codex.ts"
import * as CodexClient from "../../../src/CodexClient.ts"
import * as Runner from "../../../src/cluster/Runner.ts"
import * as ThreadDirectory from "../../../src/cluster/ThreadDirectory.ts"
import * as ThreadEntity from "../../../src/cluster/ThreadEntity.ts"
import type * as CodexTest from "../../../src/testing/CodexTest.ts"
import * as ThreadStore from "../../../src/ThreadStore.ts"
import * as Transport from "../../../src/Transport.ts"
import * as support from "../support.ts"

/** What a runner gets as JSON in the variable `RUNNER`. */
export interface Settings {
  readonly socket: string
  readonly username: string
  readonly port: number
  readonly home: CodexTest.TestHome
  /** Whether the runners share one home, and have no store. */
  readonly isShared: boolean
  readonly cluster: Runner.Settings
  /** A folder for one file for each name that has killed a process. */
  readonly killed: string
}

// Type boundary: the parent wrote it.
const settings = JSON.parse(process.env["RUNNER"] ?? "") as Settings

let appServer: number | undefined

/** Ends this process and its app-server, if the name is one of this point and has killed no other. */
const dieAt = (point: string, name: unknown): void => {
  if (typeof name !== "string" || !name.startsWith(`${point}-`)) return
  try {
    openSync(join(settings.killed, name), "wx")
  } catch {
    return
  }
  if (appServer !== undefined) process.kill(appServer, "SIGKILL")
  process.kill(process.pid, "SIGKILL")
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined

/** Dies at points of the wire. */
const watched = (transport: Transport.Transport): Transport.Transport => {
  const keys = new Map<unknown, unknown>()
  const threads = new Map<unknown, unknown>()
  return {
    ...transport,
    send: (message) =>
      Effect.suspend(() => {
        if (fieldOf(message, "method") === "turn/start") {
          const params = fieldOf(message, "params")
          const key = fieldOf(params, "clientUserMessageId")
          keys.set(fieldOf(message, "id"), key)
          threads.set(fieldOf(params, "threadId"), key)
        }
        return transport.send(message)
      }),
    messages: Stream.tap(transport.messages, (message) =>
      Effect.sync(() => {
        if (fieldOf(message, "result") !== undefined) dieAt("accepted", keys.get(fieldOf(message, "id")))
        if (fieldOf(message, "method") === "turn/completed") {
          dieAt("completed", threads.get(fieldOf(fieldOf(message, "params"), "threadId")))
        }
      })
    )
  }
}

const directory = Layer.effect(
  ThreadDirectory.ThreadDirectory,
  Effect.map(ThreadDirectory.ThreadDirectory, (directory) => ({
    ...directory,
    find: (name: string) =>
      Effect.andThen(
        Effect.sync(() => dieAt("opening", name)),
        directory.find(name)
      ),
    begin: (...[name, key, ...rest]: Parameters<ThreadDirectory.ThreadDirectory["begin"]>) =>
      Effect.tap(directory.begin(name, key, ...rest), () => Effect.sync(() => dieAt("attempt", key))),
    end: (name: string, key: string, status: string) =>
      Effect.andThen(
        Effect.sync(() => dieAt("stored", key)),
        directory.end(name, key, status)
      )
  }))
).pipe(Layer.provide(ThreadDirectory.layerSql))

const { home } = settings
const server = AppServer.layer({ cwd: home.workspace, env: home.env, inheritEnv: false })
const codex = Codex.layerNoDeps.pipe(
  Layer.provide(CodexClient.layer()),
  Layer.provide(Layer.effect(Transport.Transport, Effect.map(Transport.Transport, watched))),
  Layer.provideMerge(server)
)

/** Says that the runner is up, and ends it when its app-server or its parent is gone. */
const up = Layer.effectDiscard(
  Effect.gen(function* () {
    appServer = (yield* AppServer.AppServer).pid
    yield* Effect.sync(() => void process.stdout.write(`up ${appServer}\n`))
    const { awaitDown } = yield* Codex.Codex
    yield* Effect.forkScoped(
      Effect.ensuring(
        Effect.ignore(awaitDown),
        Effect.sync(() => process.kill(process.pid, "SIGTERM"))
      )
    )
  })
)
process.stdin.on("end", () => process.exit(1)).resume()

const threads = settings.isShared
  ? ThreadEntity.layer()
  : ThreadEntity.layerStored().pipe(Layer.provide(ThreadStore.layerMirror()), Layer.provide(ThreadStore.layerSql))

Layer.provideMerge(up, threads).pipe(
  Layer.provide(codex),
  Layer.provide(directory),
  Layer.provide(Runner.layer({ host: "127.0.0.1", port: settings.port, settings: settings.cluster })),
  Layer.provide(support.client(settings)),
  Layer.provide(NodeServices.layer),
  Layer.launch,
  NodeRuntime.runMain
)
