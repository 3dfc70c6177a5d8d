/**
 * A cluster of real processes: PostgreSQL, a scripted model, and runners with an app-server each (`runnerProcess.ts`).
 * This process is a client of the cluster.
 *
 * Prompts of the model: the text of a prompt is the key of its run. `hold` makes the answer to it late, and `command`
 * makes the model run a command first.
 */
import { NodeServices } from "@effect/platform-node"
import { Effect, Layer, Scope } from "effect"
import { spawn, type ChildProcess } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Runner from "../../../src/cluster/Runner.ts"
import * as ThreadEntity from "../../../src/cluster/ThreadEntity.ts"
import * as CodexTest from "../../../src/testing/CodexTest.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import * as Postgres from "../../support/postgres.ts"
import * as support from "../support.ts"
import * as link from "./link.ts"
import type { Settings } from "./runnerProcess.ts"

/** A runner that is up. */
export interface RunnerProcess {
  readonly port: number
  readonly home: CodexTest.TestHome
  readonly pid: number
  readonly appServer: number
  /** When it ended, by `performance.now()`. */
  readonly exited: Effect.Effect<number>
  readonly hasExited: () => boolean
  /** Ends the runner and its app-server, as if the machine had failed. */
  readonly kill: Effect.Effect<number>
  /** Sends a signal to the runner alone. */
  readonly signal: (signal: "SIGTERM" | "SIGSTOP" | "SIGCONT") => void
  /** Its way to the database. */
  readonly link: link.Link
  readonly output: () => string
}

export interface Options {
  readonly size: number
  /** Whether the runners share one home, and have no store. */
  readonly isShared?: boolean | undefined
  readonly cluster?: Runner.Settings | undefined
}

/** Starts a cluster. It ends with the scope. */
export const make = Effect.fnUntraced(function* ({ cluster = {}, isShared = false, size }: Options) {
  const scope = yield* Scope.Scope
  const postgres = yield* Postgres.start
  const holds = new Map<string, MockModel.Gate>()
  const commands = new Map<string, string>()
  const model = yield* MockModel.make({
    fallback: (request) => {
      const text = request.lastUserText ?? ""
      const reply = MockModel.reply(`answer to ${text}`)
      const gate = holds.get(text)
      if (gate !== undefined) return MockModel.hold(MockModel.reply(`late answer to ${text}`), gate)
      const command = commands.get(text)
      const hasRun = request.inputItems().at(-1)?.["type"] === "function_call_output"
      return command === undefined || hasRun ? reply : MockModel.response([MockModel.execCommand(command)])
    }
  })
  const killed = mkdtempSync(join(tmpdir(), "killed-"))
  yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(killed, { recursive: true, force: true })))

  const makeHome = CodexTest.makeHome(
    model.configToml({ approvalPolicy: "never", sandboxMode: "danger-full-access" })
  ).pipe(Effect.orDie, Effect.provide(NodeServices.layer), Effect.provideService(Scope.Scope, scope))
  const shared = isShared ? yield* makeHome : undefined

  /** Starts a runner, on a home that another one had, or on one of its own. */
  const start = Effect.fnUntraced(function* (home?: CodexTest.TestHome) {
    const port = yield* freePort
    const own = home ?? shared ?? (yield* makeHome)
    const database = yield* Effect.provideService(link.make(postgres.socket), Scope.Scope, scope)
    const { username } = postgres
    const settings: Settings = { socket: database.socket, username, port, home: own, isShared, cluster, killed }
    const child = spawn(
      process.execPath,
      ["--conditions=effect-codex/source", join(import.meta.dirname, "runnerProcess.ts")],
      { env: { ...process.env, RUNNER: JSON.stringify(settings) }, stdio: ["pipe", "pipe", "pipe"] }
    )
    yield* Scope.addFinalizer(
      scope,
      Effect.sync(() => child.kill("SIGKILL"))
    )
    return yield* up(child, port, own, database)
  })

  const runners = yield* Effect.all(
    Array.from({ length: size }, () => start()),
    { concurrency: "unbounded" }
  )

  const client = Runner.layerClient(cluster).pipe(
    Layer.provide(support.client(postgres)),
    Layer.provide(NodeServices.layer)
  )
  const services = yield* Layer.build(client)
  const thread = yield* Effect.provideContext(ThreadEntity.client, services)
  const database = yield* Layer.build(Layer.provide(support.client(postgres), NodeServices.layer))

  const query = (statement: string) => Effect.provideContext(support.query(statement), database)

  return {
    model,
    isShared,
    postgres,
    thread,
    /** The runners that are up. */
    runners,
    makeHome,
    start,
    /** Starts another runner on the home of one that has ended, in its place. */
    replace: Effect.fnUntraced(function* (ended: RunnerProcess, home = ended.home) {
      runners[runners.indexOf(ended)] = yield* start(home)
    }),
    /** The runner that has a thread. */
    runnerOf: (name: string) =>
      Effect.map(thread(name).state, (state) => {
        const found = runners.find(({ port }) => state.runner.endsWith(`:${port}`))
        if (found === undefined) throw new Error(`No runner is ${state.runner}`)
        return found
      }),
    /** Makes the answer to a prompt wait. */
    hold: (text: string) => Effect.tap(MockModel.gate, (gate) => Effect.sync(() => holds.set(text, gate))),
    /** Answers a prompt as others again. */
    unhold: (text: string) => void holds.delete(text),
    /** Makes the model run a command before it answers a prompt. */
    command: (text: string, command: string) => void commands.set(text, command),
    /**
     * How many requests had the prompt, and nothing else, as their newest input. So requests of a continuation and
     * those after a command do not count.
     */
    timesAsked: (text: string) =>
      Effect.map(
        model.requests,
        (requests) =>
          requests.filter((request) => {
            const last = request.inputItems().at(-1)
            return request.lastUserText === text && Array.isArray(last?.["content"]) && last["content"].length === 1
          }).length
      ),
    /** Waits until the input with a key is stored. */
    isStored: (key: string) =>
      support.until(
        Effect.map(
          query(`SELECT 1 FROM effect_codex_chunks WHERE position('"${key}"' IN convert_from(bytes, 'UTF8')) > 0`),
          (rows) => rows.length > 0
        )
      ),
    query
  }
})

/** A cluster of processes. */
export type Cluster = Effect.Success<ReturnType<typeof make>>

// internal

const freePort = Effect.callback<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

const up = (
  child: ChildProcess,
  port: number,
  home: CodexTest.TestHome,
  database: link.Link
): Effect.Effect<RunnerProcess, Error> =>
  Effect.callback((resume) => {
    let output = ""
    let end: number | undefined
    const exited = new Promise<number>((resolve) =>
      child.on("close", () => {
        end = performance.now()
        resolve(end)
        resume(Effect.fail(new Error(`A runner ended: ${output}`)))
      })
    )
    const read = (text: string): void => {
      output += text
      const [, appServer] = /^up (\d+)$/m.exec(output) ?? []
      if (appServer === undefined || child.pid === undefined) return
      const { pid } = child
      const server = Number(appServer)
      resume(
        Effect.succeed({
          port,
          home,
          pid,
          appServer: server,
          exited: Effect.promise(() => exited),
          hasExited: () => end !== undefined,
          kill: Effect.promise(() => {
            for (const one of [server, pid]) {
              try {
                process.kill(one, "SIGKILL")
              } catch {
                // It has ended already.
              }
            }
            return exited
          }),
          signal: (signal) => void process.kill(pid, signal),
          link: database,
          output: () => output
        })
      )
    }
    child.stdout?.setEncoding("utf8").on("data", read)
    child.stderr?.setEncoding("utf8").on("data", read)
  })
