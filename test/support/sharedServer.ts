/**
 * One real app-server that several clients share over its WebSocket, each with a Codex of its own. Its model is the
 * mock.
 */
import { NodeServices } from "@effect/platform-node"
import { Context, Effect, Layer, Queue, Stream } from "effect"
import type { Scope } from "effect"
import { spawn } from "node:child_process"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Transport from "../../src/Transport.ts"
import { codexBinary } from "./rawDriver.ts"

/** The server, and how to connect to it. */
export interface SharedServer {
  readonly model: MockModel.MockModel
  readonly connect: Effect.Effect<Codex.Codex, never, Scope.Scope>
}

/** Starts the server; it ends with the scope. */
export const make = (options?: MockModel.Options, config?: MockModel.ConfigOptions) =>
  Effect.provide(started(options, config), NodeServices.layer)

// internal

const started = Effect.fnUntraced(function* (options?: MockModel.Options, config?: MockModel.ConfigOptions) {
  const model = yield* MockModel.make(options)
  const home = yield* Effect.orDie(CodexTest.makeHome(model.configToml(config)))
  const url = yield* Effect.acquireRelease(
    Effect.promise(() => start(home)),
    ({ stop }) => Effect.promise(stop)
  ).pipe(Effect.map(({ url }) => url))
  const server: SharedServer = { model, connect: Effect.orDie(connect(url)) }
  return server
})

const start = ({ env, workspace }: CodexTest.TestHome) =>
  new Promise<{ readonly url: string; readonly stop: () => Promise<void> }>((resolve, reject) => {
    const child = spawn(codexBinary(), ["app-server", "--listen", "ws://127.0.0.1:0"], {
      cwd: workspace,
      env,
      stdio: ["ignore", "ignore", "pipe"]
    })
    const exited = new Promise<void>((done) => child.once("close", () => done()))
    let told = ""
    child.once("error", reject)
    void exited.then(() => reject(new Error(told)))
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      told = (told + text).slice(-10_000)
      const url = /ws:\/\/127\.0\.0\.1:[1-9]\d*/.exec(told)?.[0]
      if (url === undefined) return
      resolve({
        url,
        stop: () => {
          child.kill("SIGKILL")
          return exited
        }
      })
    })
  })

const connect = Effect.fnUntraced(function* (url: string) {
  const incoming = yield* Queue.unbounded<Transport.Message, Transport.TransportEnd>()
  const socket = yield* Effect.acquireRelease(
    Effect.callback<WebSocket>((resume) => {
      const opening = new WebSocket(url)
      opening.addEventListener("open", () => resume(Effect.succeed(opening)))
      opening.addEventListener("error", () => resume(Effect.die(new Error(`no connection to ${url}`))))
      opening.addEventListener("message", ({ data }) => Queue.offerUnsafe(incoming, JSON.parse(String(data))))
    }),
    (socket) => Effect.sync(() => socket.close())
  )
  const transport = Transport.Transport.of({
    send: (message) => Effect.sync(() => socket.send(JSON.stringify(message))),
    messages: Stream.fromQueue(incoming),
    stderr: Effect.succeed([])
  })
  const services = yield* Layer.build(
    Layer.fresh(Codex.layerNoDeps).pipe(
      Layer.provide(Layer.fresh(CodexClient.layer())),
      Layer.provide(Layer.succeed(Transport.Transport, transport))
    )
  )
  return Context.get(services, Codex.Codex)
})
