/**
 * What a turn, a thread and a runner cost, measured on the real binary with PostgreSQL: memory, processor time,
 * statements, bytes. The model is a process of its own, so its work is not counted.
 *
 * Linux only: it reads `/proc`. Times are processor times, which other work on the machine hardly changes.
 */
import { NodeServices } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { Context, Effect, Layer, Logger } from "effect"
import { SqlClient } from "effect/sql"
import { spawn } from "node:child_process"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as AppServer from "../../../src/AppServer.ts"
import { Runner, ThreadDirectory, ThreadEntity } from "../../../src/cluster/index.ts"
import * as Codex from "../../../src/Codex.ts"
import * as CodexTest from "../../../src/testing/CodexTest.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import * as ThreadStore from "../../../src/ThreadStore.ts"
import { cpuOf } from "../../soak/sample.ts"
import * as Postgres from "../../support/postgres.ts"
import { machine } from "../machine.ts"
import { median } from "../measure.ts"
import type { Kind, Measured } from "./figures.ts"

const NAMES = 40
const PER_NAME = 3

/** Measures everything once: about two minutes. */
export const measure: Effect.Effect<Measured, unknown> = Effect.gen(function* () {
  const before = machine()
  const database = yield* Postgres.start
  const sql = PgClient.layer({ path: database.socket, username: database.username, database: "postgres" })
  const model = yield* startModel
  const first = yield* Effect.provide(Effect.scoped(measureRunner(model)), sql)
  const resume = yield* Effect.provide(Effect.scoped(measureResume(model)), sql)
  const { node, codex, cores, processor, system } = before
  return {
    date: new Date().toISOString().slice(0, 10),
    on: { processor, cores, system, node, codex },
    ...first,
    resume
  }
}).pipe(Effect.scoped, Effect.provide(NodeServices.layer), Effect.provide(Logger.layer([])))

// internal

const measureRunner = Effect.fnUntraced(function* (baseUrl: string) {
  const home = yield* CodexTest.makeHome(config(baseUrl))
  const from = performance.now()
  const services = yield* Layer.build(yield* runner(home))
  const start = performance.now() - from
  const { pid } = Context.get(services, AppServer.AppServer)
  const client = yield* Effect.provideContext(ThreadEntity.client, services)
  let number = 0
  const round = (kind: Kind) =>
    Effect.forEach(
      Array.from({ length: NAMES }, (_, index) => `thread-${index}`),
      (name) => {
        const input = `soak ${kind === "text" ? "text" : "accepted"} ${++number}`
        return client(name).run(`key-${number}`, input)
      },
      { concurrency: 4, discard: true }
    )
  // The first turn of a program compiles and loads.
  yield* client("first").run("first", "soak text 0")
  yield* rest
  const idle = { server: memoryOf(pid), program: memoryOf(process.pid) }
  yield* round("text")
  yield* rest
  const loaded = { server: memoryOf(pid), program: memoryOf(process.pid) }

  const background = yield* counted(pid, home.codexHome, Effect.sleep("20 seconds"))
  const seconds = background.seconds
  const perSecond = (kind: "commits" | "rows" | "wal") => background[kind] / seconds
  const perTurn = (kind: Kind) =>
    Effect.gen(function* () {
      const of = yield* counted(
        pid,
        home.codexHome,
        Effect.forEach(Array.from({ length: PER_NAME }), () => round(kind))
      )
      const turns = NAMES * PER_NAME
      const without = (what: "commits" | "rows" | "wal") => (of[what] - perSecond(what) * of.seconds) / turns
      return {
        serverCpuMs: (of.serverCpu - (background.serverCpu / seconds) * of.seconds) / turns,
        programCpuMs: (of.programCpu - (background.programCpu / seconds) * of.seconds) / turns,
        commits: without("commits"),
        rows: without("rows"),
        walBytes: without("wal"),
        rolloutBytes: of.rollouts / turns,
        databaseBytes: of.database / turns
      }
    })
  return {
    startMs: start,
    memory: {
      serverPrivate: idle.server.private,
      serverShared: idle.server.shared,
      program: idle.program.private + idle.program.shared,
      threadInServer: (loaded.server.private - idle.server.private) / NAMES,
      threadInProgram: Math.max(0, (loaded.program.private - idle.program.private) / NAMES)
    },
    idleRunner: {
      commitsPerSecond: perSecond("commits"),
      rowsPerSecond: perSecond("rows"),
      cpuMsPerSecond: (background.serverCpu + background.programCpu) / seconds
    },
    turn: { text: yield* perTurn("text"), command: yield* perTurn("command") }
  }
})

/** The time to continue a thread whose files are only in the store, in a new home. */
const measureResume = Effect.fnUntraced(function* (baseUrl: string) {
  const home = yield* CodexTest.makeHome(config(baseUrl))
  const services = yield* Layer.build(yield* runner(home))
  const client = yield* Effect.provideContext(ThreadEntity.client, services)
  const timed = (name: string, key: string) =>
    Effect.gen(function* () {
      const from = performance.now()
      yield* client(name).run(key, "soak text 99999")
      return performance.now() - from
    })
  yield* timed("warm-up", "warm-up")
  const names = Array.from({ length: 20 }, (_, index) => `thread-${index}`)
  const restored = yield* Effect.forEach(names, (name) => timed(name, "restored"))
  const again = yield* Effect.forEach(names, (name) => timed(name, "again"))
  return { restoredTurnMs: median(restored), loadedTurnMs: median(again) }
})

const config = (baseUrl: string) =>
  MockModel.configToml(baseUrl, { approvalPolicy: "never", sandboxMode: "danger-full-access" })

const runner = Effect.fnUntraced(function* (home: CodexTest.TestHome) {
  return ThreadEntity.layerStored({ maxIdleTime: "1 hour" }).pipe(
    Layer.provideMerge(ThreadStore.layerMirror()),
    Layer.provideMerge(Codex.layer({ cwd: home.workspace, env: home.env, inheritEnv: false })),
    Layer.provideMerge(Layer.mergeAll(ThreadDirectory.layerSql, ThreadStore.layerSql)),
    Layer.provideMerge(Runner.layer({ host: "127.0.0.1", port: yield* freePort })),
    Layer.provideMerge(NodeServices.layer)
  )
})

const freePort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    server.close(() => resume(Effect.succeed(port)))
  })
})

/** The model of the soak, in its own process. Returns its base URL. */
const startModel = Effect.acquireRelease(
  Effect.callback<{ readonly baseUrl: string; readonly end: () => void }>((resume) => {
    const file = fileURLToPath(new URL("../../soak/modelProcess.ts", import.meta.url))
    const child = spawn(process.execPath, ["--conditions=effect-codex/source", file], {
      stdio: ["pipe", "pipe", "inherit"]
    })
    createInterface(child.stdout).once("line", (baseUrl) =>
      resume(Effect.succeed({ baseUrl, end: () => void child.stdin.end() }))
    )
  }),
  ({ end }) => Effect.sync(end)
).pipe(Effect.map(({ baseUrl }) => baseUrl))

/** PostgreSQL counts what a connection did once it has been idle for 10 s. */
const flushed = Effect.sleep("12 seconds")

/** What an effect costs. PostgreSQL's own counters include what runners do in the background. */
const counted = <E, R>(pid: number, codexHome: string, effect: Effect.Effect<unknown, E, R>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = Effect.gen(function* () {
      const [row] = yield* sql<Counters>`
        SELECT xact_commit::float8 AS commits, (tup_inserted + tup_updated + tup_deleted)::float8 AS rows,
          pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS wal,
          pg_database_size(current_database())::float8 AS database
        FROM pg_stat_database WHERE datname = current_database()`
      const { system, user } = process.cpuUsage()
      return {
        ...(row ?? { commits: 0, rows: 0, wal: 0, database: 0 }),
        at: performance.now(),
        serverCpu: cpuOf(pid),
        programCpu: (system + user) / 1000,
        rollouts: sizeOf(join(codexHome, "sessions"))
      }
    })
    yield* flushed
    const before = yield* now
    yield* effect
    yield* flushed
    const after = yield* now
    return {
      commits: after.commits - before.commits,
      rows: after.rows - before.rows,
      wal: after.wal - before.wal,
      database: after.database - before.database,
      serverCpu: after.serverCpu - before.serverCpu,
      programCpu: after.programCpu - before.programCpu,
      rollouts: after.rollouts - before.rollouts,
      seconds: (after.at - before.at) / 1000
    }
  })

interface Counters {
  readonly commits: number
  readonly rows: number
  readonly wal: number
  readonly database: number
}

const rest = Effect.andThen(
  Effect.sync(() => globalThis.gc?.()),
  Effect.sleep("1 second")
)

/** The memory that only this process has, and what it shares with others, such as the file of its program. */
const memoryOf = (pid: number): { readonly private: number; readonly shared: number } => {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")
  const of = (name: string) =>
    Number(
      new Map(
        text.split("\n").map((line) => {
          const [key = "", value = ""] = line.split(":")
          return [key, value.trim().split(" ")[0] ?? "0"] as const
        })
      ).get(name) ?? 0
    ) * 1024
  const own = of("Private_Dirty")
  return { private: own, shared: of("Rss") - own }
}

const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
