/**
 * What the tests of clusters share: one PostgreSQL and one model, and machines, which share nothing else. A machine is
 * a Codex home with an app-server of its own.
 */
import { NodeServices } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { Context, Effect, Layer, Schedule, Scope } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import * as ThreadDirectory from "../../src/cluster/ThreadDirectory.ts"
import * as Codex from "../../src/Codex.ts"
import * as AppServer from "../../src/AppServer.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as ThreadStore from "../../src/ThreadStore.ts"
import * as Postgres from "../support/postgres.ts"

/** PostgreSQL. */
export type Database = Postgres.Postgres
export const Database = Context.Service<Database>("test/Database")

/** A client of the database. */
export const client = ({ socket, username }: Pick<Database, "socket" | "username">) =>
  PgClient.layer({ path: socket, username, database: "postgres", maxConnections: 4 })

/** PostgreSQL. */
export const database = Layer.effect(Database, Postgres.start)

/** PostgreSQL with a client, and a model that echoes the prompt. */
export const layer = Layer.unwrap(Effect.map(Database, client)).pipe(
  Layer.provideMerge(database),
  Layer.provideMerge(
    MockModel.layer({ fallback: (request) => MockModel.reply(`answer to ${request.lastUserText ?? ""}`) })
  ),
  Layer.provideMerge(NodeServices.layer)
)

/** A home of its own. It is removed with the scope. */
export const makeHome = Effect.gen(function* () {
  const model = yield* MockModel.MockModel
  return yield* Effect.orDie(
    CodexTest.makeHome(model.configToml({ approvalPolicy: "never", sandboxMode: "danger-full-access" }))
  )
})

/** What a machine has. */
export type Machine = Codex.Services | ThreadStore.Mirror | ThreadStore.ThreadStore | ThreadDirectory.ThreadDirectory

/** The layers of a machine on a home. */
export const machine = (home: CodexTest.TestHome) =>
  ThreadStore.layerMirror().pipe(
    Layer.provideMerge(Codex.layer({ cwd: home.workspace, env: home.env, inheritEnv: false })),
    Layer.provideMerge(ThreadStore.layerSql),
    Layer.provideMerge(ThreadDirectory.layerSql)
  )

/** A running machine, until its scope closes or it is killed. */
export interface Running {
  readonly provide: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, Exclude<R, Machine>>
  /** Ends the app-server with SIGKILL. */
  readonly kill: Effect.Effect<void>
}

/** Starts a machine on a home. Its memo map is its own, because two machines share no service. */
export const start = Effect.fnUntraced(function* (home: CodexTest.TestHome) {
  const services: Context.Context<Machine> = yield* Layer.buildWithMemoMap(
    machine(home),
    Layer.makeMemoMapUnsafe(),
    yield* Scope.Scope
  )
  const { pid } = Context.get(services, AppServer.AppServer)
  const running: Running = {
    provide: (effect) => Effect.provideContext(effect, services),
    kill: Effect.sync(() => process.kill(pid, "SIGKILL"))
  }
  return running
})

/** How many requests the model got whose latest input contains this text. */
export const timesAsked = (text: string) =>
  Effect.map(
    Effect.flatMap(MockModel.MockModel, (model) => model.requests),
    (requests) => requests.filter((request) => (request.lastUserText ?? "").includes(text)).length
  )

/** A statement of the test itself. */
export const query = (statement: string) => Effect.flatMap(SqlClient, (sql) => sql.unsafe(statement))

/** Waits until a condition holds. It is about another process, which reports nothing, so it is asked repeatedly. */
export const until = <E, R>(condition: Effect.Effect<boolean, E, R>) =>
  condition.pipe(
    Effect.filterOrFail(
      (holds) => holds,
      () => "not yet" as const
    ),
    Effect.retry({ schedule: Schedule.spaced("50 millis"), while: (error) => error === "not yet" }),
    Effect.timeout("20 seconds"),
    Effect.asVoid
  )
