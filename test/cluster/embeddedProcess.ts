/**
 * A program of its own for `embedded.test.ts`, started with a task and a folder. It speaks by lines on stdout.
 *
 * - `hold`: opens the database, says `open`, and waits.
 * - `write`: inserts rows one by one, and says the number of each after it is committed.
 * - `missing`: imports the module and builds the layer, in a runtime without the packages.
 */
import { Console, Effect, Fiber, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { registerHooks } from "node:module"

const [task = "", folder = ""] = process.argv.slice(2)

if (task === "missing") {
  registerHooks({
    resolve: (name, context, next) => {
      if (!name.startsWith(folder)) return next(name, context)
      throw Object.assign(new Error(`Cannot find package '${name}'`), { code: "ERR_MODULE_NOT_FOUND" })
    }
  })
}

const { EmbeddedPostgres } = await import("../../src/cluster/index.ts")

const tasks: Readonly<Record<string, Effect.Effect<unknown, unknown>>> = {
  hold: Effect.andThen(Console.log("open"), Effect.never).pipe(Effect.provide(EmbeddedPostgres.layer({ folder }))),
  write: Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE IF NOT EXISTS rows (n INTEGER PRIMARY KEY)`
    let n = 0
    yield* Effect.repeat(
      Effect.suspend(() => Effect.andThen(sql`INSERT INTO rows VALUES (${++n})`, Console.log(n))),
      Schedule.forever
    )
  }).pipe(Effect.provide(EmbeddedPostgres.layer({ folder }))),
  missing: Effect.flatMap(Effect.flip(Layer.build(EmbeddedPostgres.layer())), (error) =>
    Console.log(JSON.stringify({ tag: error._tag, reason: error.reason._tag, message: error.message }))
  ).pipe(Effect.scoped)
}

const fiber = Effect.runFork(tasks[task] ?? Effect.die(`no task ${task}`))
process.once("SIGTERM", () => fiber.interruptUnsafe())
await Effect.runPromise(Fiber.await(fiber))
