/**
 * Steps on the connection: the handshake, notifications, and both kinds of end.
 */
import { Effect, Exit, Fiber, Option, Stream } from "effect"
import { CodexError } from "../../../src/CodexError.ts"
import * as Codex from "../../../src/Codex.ts"
import { firstWith } from "../../../src/internal/errors/methodVersions.ts"
import * as Protocol from "../../../src/Protocol.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import * as Processes from "../../appServer/processes.ts"
import * as RawDriver from "../../support/rawDriver.ts"
import { equal, holds, houseStep, type Step, step } from "../step.ts"
import * as Versions from "../versions.ts"

export const connection: ReadonlyArray<Step> = [
  houseStep("start and initialise", ({ home, runtime, start }) =>
    Effect.gen(function* () {
      const { metadata } = (yield* start).codex
      yield* equal("version", metadata.version, runtime.version)
      yield* equal("home", metadata.codexHome, home.codexHome)
    })
  ),
  step(
    "notifications",
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const started = yield* Effect.forkScoped(
        Stream.runHead(Stream.filter(codex.notifications, ({ method }) => method === "thread/started")),
        { startImmediately: true }
      )
      yield* codex.startThread()
      yield* holds("thread/started", Option.isSome(yield* Fiber.join(started)))
    })
  ),
  step(
    "list models",
    Effect.gen(function* () {
      const models = Array.from(yield* Stream.runCollect((yield* Codex.Codex).models()))
      yield* holds("several models", models.length > 1)
      yield* equal("defaults", models.filter(({ isDefault }) => isDefault).length, 1)
    })
  ),
  step(
    "read the configuration",
    Effect.gen(function* () {
      const { config } = yield* (yield* Codex.Codex).request("config/read", {})
      yield* equal("model", config.model, "mock-model")
    })
  ),
  step(
    "run a command without a turn",
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const { exitCode, stdout } = yield* codex.request("command/exec", { command: ["echo", "hello"] })
      yield* equal("output", [exitCode, stdout], [0, "hello\n"])
    })
  ),
  houseStep("errors name a version that has the method", ({ home, runtime: { executable, version } }) =>
    Effect.gen(function* () {
      const driver = yield* Effect.acquireRelease(
        Effect.promise(() =>
          RawDriver.start({ cwd: home.workspace, env: home.env, command: [executable, "app-server"] })
        ),
        (driver) => Effect.promise(driver.close)
      )
      // The error of an unknown method lists all methods of the server.
      const refusal = yield* Effect.promise(() => driver.request("no/such", {}).catch(String))
      const has = new Set([...String(refusal).matchAll(/`([\w/]+)`/g)].map(([, method]) => method))
      const wrong = [...Protocol.methods.clientRequestResults.keys()].filter((method) => {
        const first = firstWith(method)
        const isDue = first === undefined || !Versions.isBefore(version, first)
        // A method may be new in one of the tested versions.
        return has.has(method) ? !isDue && Versions.versions.includes(version) : isDue
      })
      yield* equal("methods of another version than the errors say", wrong, [])
    })
  ),
  houseStep("end of the process: nothing is left", ({ model, start }) =>
    Effect.gen(function* () {
      yield* model.enqueue(MockModel.execCommand({ cmd: "sleep 600", yieldTimeMs: 250 }), MockModel.reply("It runs."))
      const pid = yield* Effect.scoped(
        Effect.gen(function* () {
          const { codex, server } = yield* start
          const thread = yield* codex.startThread({ approvalMode: "inherit", sandbox: "fullAccess" })
          yield* equal("answer", (yield* thread.run("Sleep.")).finalResponse, Option.some("It runs."))
          yield* holds("the process runs", Processes.isRunning(server.pid))
          return server.pid
        })
      )
      yield* holds("the process is gone", !Processes.isRunning(pid))
      yield* equal("its group", Processes.groupOf(pid), [])
    })
  ),
  houseStep("crash of the process: the turn fails", ({ model, start }) =>
    Effect.gen(function* () {
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("never"), gate))
      const { codex, server } = yield* start
      const thread = yield* codex.startThread()
      const run = yield* Effect.forkScoped(thread.run("hello"), { startImmediately: true })
      yield* gate.reached
      process.kill(server.pid, "SIGKILL")
      const error = Option.getOrUndefined(Exit.findErrorOption(yield* Fiber.await(run)))
      yield* equal("reason", error instanceof CodexError ? error.reason._tag : error, "ConnectionClosed")
    })
  )
]
