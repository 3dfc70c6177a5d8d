/**
 * Conversations that outlive the process, its machine and its Codex home. The same program runs on a laptop, with a
 * database inside of the process, and on several machines, with a PostgreSQL server: one line chooses.
 *
 * Run with: npm run example -- 29
 * On PostgreSQL: DATABASE_URL=postgres://user:password@host/database npm run example -- 29
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { Config, Console, Effect, FileSystem, Layer, Logger, Option, type Redacted } from "effect"
import type { SqlClient } from "effect/sql"
import { Codex, Printable } from "effect-codex"
import { EmbeddedPostgres, Runner, ThreadDirectory, ThreadEntity } from "effect-codex/cluster"
import { MockModel } from "effect-codex/testing"
import * as ThreadStore from "effect-codex/ThreadStore"
import * as Homes from "./support/homes.ts"

// #region program
/** Answers a message of a customer. It knows neither machines nor databases. */
const answer = Effect.fnUntraced(function* (customer: string, messageId: string, text: string) {
  const thread = yield* ThreadEntity.client
  const { finalResponse } = yield* thread(customer).run(messageId, text, { ifInterrupted: "continue" })
  return Printable.text(Option.getOrElse(finalResponse, () => "(no answer)"))
})
// #endregion

// #region laptop
/** One process. Its database is a folder. */
const laptop = (folder: string) => Runner.layerSingle().pipe(Layer.provideMerge(EmbeddedPostgres.layer({ folder })))
// #endregion

// #region several
/** One of several processes, on one or more machines. Each has an address, and all have the same database. */
const oneOfSeveral = (url: Redacted.Redacted, host: string, port: number) =>
  Runner.layer({ host, port }).pipe(Layer.provideMerge(PgClient.layer({ url })))
// #endregion

// #region threads
/** The threads of this process. They are stored in the database, so the Codex home can be lost. */
const threads = (options: Codex.Options) =>
  ThreadEntity.layerStored().pipe(
    Layer.provide(ThreadStore.layerMirror()),
    Layer.provide(Codex.layer(options)),
    Layer.provide([ThreadDirectory.layerSql, ThreadStore.layerSql])
  )
// #endregion

// #region choice
/** The one line that decides. */
const machines = (url: Option.Option<Redacted.Redacted>, folder: string): Machines =>
  Option.isSome(url) ? oneOfSeveral(url.value, "127.0.0.1", 34431) : laptop(folder)
// #endregion

type Machines = Layer.Layer<
  Runner.Services | SqlClient.SqlClient,
  Layer.Error<ReturnType<typeof laptop> | ReturnType<typeof oneOfSeveral>>
>

/** Runs an effect in a new process, so to speak: everything is started, and stopped at its end. */
const inNewProcess = <A, E>(
  effect: Effect.Effect<A, E, Effect.Services<typeof ThreadEntity.client>>,
  url: Option.Option<Redacted.Redacted>,
  folder: string
) =>
  Effect.scoped(
    Effect.flatMap(Homes.make, (options) =>
      Effect.provide(effect, threads(options).pipe(Layer.provideMerge(machines(url, folder))), { local: true })
    )
  )

const main = Effect.gen(function* () {
  yield* Console.error("Using the embedded model (no account needed), whatever is set.")
  const fs = yield* FileSystem.FileSystem
  const model = yield* MockModel.MockModel
  const url = yield* Config.option(Config.Redacted("DATABASE_URL"))
  // A program of yours has a fixed folder.
  const folder = yield* fs.makeTempDirectoryScoped()

  yield* inNewProcess(
    Effect.gen(function* () {
      yield* Console.log(yield* answer("ada", "message-1", "My name is Ada."))
      yield* Console.log(yield* answer("bob", "message-1", "My name is Bob."))
    }),
    url,
    folder
  )
  yield* Console.log("Everything is stopped, and the Codex home is deleted.")
  const asked = (yield* model.requests).length
  yield* inNewProcess(
    Effect.gen(function* () {
      yield* Console.log(yield* answer("ada", "message-2", "What is my name?"))
      // The caller did not get the answer, and asks again. The model is not asked again.
      yield* Console.log(yield* answer("ada", "message-2", "What is my name?"))
    }),
    url,
    folder
  )
  yield* Console.log(`The model was asked ${(yield* model.requests).length - asked} time.`)
})

main.pipe(
  Effect.scoped,
  Effect.provide(
    Homes.layer({
      fallback: (request) => {
        const name = ["Ada", "Bob"].find((name) => request.texts("user").join(" ").includes(`My name is ${name}.`))
        return MockModel.reply(request.lastUserText?.includes("?") === true ? `It is ${name}.` : `Hello, ${name}.`)
      }
    })
  ),
  Effect.provide(NodeServices.layer),
  Effect.provide(Logger.layer([])),
  NodeRuntime.runMain
)
