import { NodeServices } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Effect, Exit, Fiber, FileSystem, Layer, Queue, Schema, Stream } from "effect"
import { ClusterSchema, Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { SqlClient } from "effect/sql"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { EmbeddedPostgres, Runner } from "../../src/cluster/index.ts"
import * as ThreadStoreConformance from "../../src/testing/ThreadStoreConformance.ts"
import { open } from "../../src/internal/cluster/embedded/folder.ts"
import * as Session from "../../src/internal/cluster/embedded/session.ts"
import * as Wire from "../../src/internal/cluster/embedded/wire.ts"
import * as ThreadStore from "../../src/ThreadStore.ts"

/** The database and the cluster use the clock, and the first start takes seconds on a busy machine. */
const real = { excludeTestServices: true, timeout: "60 seconds" } as const

class Folder extends Context.Service<Folder, string>()("test/Folder") {}

const Counter = Entity.make("test/Counter", [
  Rpc.make("add", {
    payload: { key: Schema.String },
    success: Schema.Number,
    primaryKey: ({ key }) => key
  }).annotate(ClusterSchema.Persisted, true)
])

/** Starts a program of its own. It is ended with the scope. */
const start = (task: string, folder: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const program = join(import.meta.dirname, "embeddedProcess.ts")
      const child = spawn(process.execPath, ["--conditions=effect-codex/source", program, task, folder], {
        stdio: ["ignore", "pipe", "inherit"]
      })
      const lines: Array<string> = []
      const waiting: Array<(line: string) => void> = []
      createInterface({ input: child.stdout }).on("line", (line) => {
        const next = waiting.shift()
        if (next === undefined) lines.push(line)
        else next(line)
      })
      const exit = once(child, "close").then(([code, signal]) => String(signal ?? code))
      return {
        pid: child.pid,
        kill: (signal: NodeJS.Signals) => child.kill(signal),
        /** The next line, or the end of the program as a failure. */
        line: Effect.raceFirst(
          Effect.callback<string>((resume) => {
            const line = lines.shift()
            if (line === undefined) waiting.push((line) => resume(Effect.succeed(line)))
            else resume(Effect.succeed(line))
          }),
          Effect.flatMap(
            Effect.promise(() => exit),
            (end) => Effect.die(`ended with ${end}`)
          )
        ),
        /** The lines that no one has read. */
        rest: () => lines.splice(0),
        /** The exit code or the signal, after all lines. */
        exit: Effect.promise(() => exit)
      }
    }),
    (child) =>
      Effect.andThen(
        Effect.sync(() => child.kill("SIGKILL")),
        child.exit
      )
  )

const temporary = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped({ prefix: "embedded-" }))

/** Runs an effect with the database of a folder, as a program of its own would. */
const on =
  (folder: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    effect.pipe(Effect.provide(EmbeddedPostgres.layer({ folder }), { local: true }))

const counters = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DROP TABLE IF EXISTS counters`
  yield* sql`CREATE TABLE counters (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)`
  yield* sql`INSERT INTO counters VALUES (1, 0)`
})

const counted = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly n: number }>`SELECT n FROM counters WHERE id = 1`
  return row?.n
})

/** Reads and writes back, which loses counts unless transactions are serial. */
const count = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const n = yield* counted
  yield* Effect.yieldNow
  yield* sql`UPDATE counters SET n = ${(n ?? 0) + 1} WHERE id = 1`
})

describe("an embedded database in memory", () => {
  // One database for all: to create one takes seconds.
  it.layer(
    ThreadStore.layerSql.pipe(Layer.provideMerge(EmbeddedPostgres.layer())),
    real
  )((it) => {
    describe("as a ThreadStore", () => {
      it.effect.each(ThreadStoreConformance.cases.map((each) => [each.name, each] as const))(
        "%s",
        ([, { check }]) => check
      )

      it.effect.each(ThreadStoreConformance.sharedCases.map((each) => [each.name, each] as const))(
        "%s",
        ([, { check }]) =>
          Effect.gen(function* () {
            const second = yield* Effect.provide(
              ThreadStore.ThreadStore,
              Layer.provide(ThreadStore.layerSql, Layer.succeed(SqlClient.SqlClient, yield* SqlClient.SqlClient)),
              { local: true }
            )
            yield* check(yield* ThreadStore.ThreadStore, second)
          })
      )
    })

    it.effect("runs 20 transactions at the same time, beside 200 statements without one", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* counters
        const transactions = Effect.forEach(
          Array.from({ length: 20 }, (_, index) => index),
          (index) =>
            sql
              .withTransaction(Effect.andThen(count, index === 7 ? Effect.fail("rolled back") : Effect.void))
              .pipe(Effect.exit),
          { concurrency: "unbounded" }
        )
        const statements = Effect.forEach(
          Array.from({ length: 200 }, (_, index) => index),
          (index) => Effect.map(sql`SELECT ${index}::int AS i, ${`text ${index}`}::text AS t`, ([row]) => row),
          { concurrency: 40 }
        )
        const [exits, rows] = yield* Effect.all([transactions, statements], { concurrency: 2 })
        assert.strictEqual(exits.filter(Exit.isSuccess).length, 19)
        assert.strictEqual(yield* counted, 19)
        assert.deepStrictEqual(
          rows,
          rows.map((_, i) => ({ i, t: `text ${i}` }))
        )
      })
    )

    it.effect("lets statements wait for an open transaction, where they can be interrupted", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* counters
        const open = yield* Deferred.make<void>()
        const end = yield* Deferred.make<void>()
        const connection = yield* sql.reserve
        yield* connection.executeRaw("SELECT 1", [])
        const transaction = yield* Effect.forkChild(
          sql.withTransaction(
            Effect.andThen(count, Effect.andThen(Deferred.succeed(open, undefined), Deferred.await(end)))
          )
        )
        yield* Deferred.await(open)
        // On an open connection, so that the statement is with the database before it is interrupted.
        const now = { startImmediately: true }
        const waiting = yield* Effect.forkChild(connection.executeRaw("UPDATE counters SET n = 100", []), now)
        const other = yield* Effect.forkChild(counted, now)
        yield* Fiber.interrupt(waiting)
        assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(waiting)))
        // Its connection can be used on: the statement was taken back.
        yield* Deferred.succeed(end, undefined)
        yield* connection.executeRaw("SELECT 1", [])
        yield* Fiber.join(transaction)
        assert.strictEqual(yield* Fiber.join(other), 1)
        assert.strictEqual(yield* counted, 1)
      }).pipe(Effect.scoped)
    )

    it.effect("rolls back a transaction that is interrupted", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* counters
        const open = yield* Deferred.make<void>()
        const transaction = yield* Effect.forkChild(
          sql.withTransaction(Effect.andThen(count, Effect.andThen(Deferred.succeed(open, undefined), Effect.never)))
        )
        yield* Deferred.await(open)
        yield* Fiber.interrupt(transaction)
        assert.strictEqual(yield* counted, 0)
      })
    )

    it.effect("goes on if a connection is lost in a transaction, which is rolled back", () =>
      Effect.gen(function* () {
        yield* counters
        const { config } = yield* PgClient.PgClient
        const stream = config.stream?.()
        assert.isDefined(stream)
        stream?.write(Wire.startupPacket("postgres", "postgres"))
        stream?.write(Buffer.concat([Wire.query("BEGIN"), Wire.query("UPDATE counters SET n = 5 RETURNING n")]))
        yield* Effect.promise(async () => {
          let said = Buffer.alloc(0)
          for await (const chunk of stream ?? []) {
            said = Buffer.concat([said, chunk])
            if (said.includes("UPDATE 1")) break
          }
        })
        stream?.destroy()
        assert.strictEqual(yield* counted, 0)
      })
    )

    it.effect("runs statements while a stream is read", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const sums = yield* sql<{ readonly n: number }>`SELECT n FROM generate_series(1, 3000) AS n`.stream.pipe(
          Stream.mapEffect(({ n }) =>
            Effect.map(sql<{ readonly m: number }>`SELECT ${n}::int + 1 AS m`, ([r]) => r?.m)
          ),
          Stream.runCollect
        )
        assert.strictEqual(sums.length, 3000)
        assert.strictEqual(sums.at(-1), 3001)
      })
    )

    it.effect("reports what was violated, and goes on", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* counters
        const error = yield* Effect.flip(sql`INSERT INTO counters VALUES (1, 0)`)
        assert.strictEqual(error.reason._tag, "UniqueViolation")
        assert.strictEqual(yield* counted, 0)
      })
    )

    it.effect("stores large values", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const bytes = new Uint8Array(5_000_000).fill(7)
        const [row] = yield* sql<{ readonly bytes: Uint8Array }>`SELECT ${bytes}::bytea AS bytes`
        assert.isTrue(Buffer.from(bytes).equals(row?.bytes ?? new Uint8Array()))
      })
    )

    it.effect("notifies each listener of a channel, also after another one has stopped", () =>
      Effect.gen(function* () {
        const pg = yield* PgClient.PgClient
        const listening = yield* pg.listen("news")
        yield* Effect.scoped(
          Effect.gen(function* () {
            const second = yield* pg.listen("news")
            const other = yield* pg.listen("other")
            yield* pg.notify("news", "one")
            assert.strictEqual((yield* Queue.take(second)).payload, "one")
            assert.strictEqual(yield* Queue.size(other), 0)
          })
        )
        yield* pg.notify("news", "two")
        assert.strictEqual((yield* Queue.take(listening)).payload, "one")
        assert.strictEqual((yield* Queue.take(listening)).payload, "two")
      }).pipe(Effect.scoped)
    )

    it.effect("tells the cluster that it has one session", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        assert.strictEqual(sql.driver, "pglite")
        assert.strictEqual(sql.withoutTransforms().driver, "pglite")
      })
    )
  })
})

describe("the folder of an embedded database", () => {
  // A database is created once. The tests copy it.
  const Template = Layer.effect(
    Folder,
    Effect.gen(function* () {
      const folder = join(yield* temporary, "below", "folder")
      // As a process leaves it that was killed while it created the database.
      mkdirSync(join(folder, "database"), { recursive: true, mode: 0o700 })
      writeFileSync(join(folder, "database", "PG_VERSION"), "18\n")
      writeFileSync(join(folder, "database.incomplete"), "")
      yield* on(folder)(counters)
      return folder
    })
  ).pipe(Layer.provide(NodeServices.layer), Layer.provideMerge(NodeServices.layer))

  const copy = Effect.gen(function* () {
    const folder = yield* temporary
    cpSync(yield* Folder, folder, { recursive: true })
    return folder
  })

  it.layer(
    Template,
    real
  )((it) => {
    it.effect("has what was committed after a restart, and leaves nothing else", () =>
      Effect.gen(function* () {
        const folder = yield* copy
        yield* on(folder)(count)
        yield* on(folder)(
          Effect.gen(function* () {
            assert.isTrue(existsSync(join(folder, "database.pid")))
            yield* count
          })
        )
        assert.strictEqual(yield* on(folder)(counted), 2)
        assert.deepStrictEqual(readdirSync(folder).toSorted(), ["database", "database.lock"])
      })
    )

    it.effect("was created anew, because a process was killed while it created the database", () =>
      Effect.gen(function* () {
        const folder = yield* Folder
        assert.deepStrictEqual(readdirSync(folder).toSorted(), ["database", "database.lock"])
        assert.isAbove(readdirSync(join(folder, "database")).length, 10)
      })
    )

    it.effect("belongs to this user only", () =>
      Effect.gen(function* () {
        const created = join(yield* temporary, "new", "folder")
        yield* Effect.scoped(open(created))
        assert.strictEqual(statSync(created).mode & 0o777, 0o700)
        const folder = join(yield* temporary, "copy")
        cpSync(join(yield* Folder, "database"), join(folder, "database"), { recursive: true })
        chmodSync(join(folder, "database"), 0o755)
        yield* on(folder)(Effect.void)
        assert.strictEqual(statSync(join(folder, "database")).mode & 0o777, 0o700)
      })
    )

    it.effect(
      "is refused to a second layer and to a second process, with the process that uses it",
      () =>
        Effect.gen(function* () {
          const folder = yield* copy
          yield* on(folder)(
            Effect.gen(function* () {
              const error = yield* Effect.flip(on(folder)(Effect.void))
              assert.strictEqual(error._tag, "EmbeddedPostgresError")
              if (error._tag !== "EmbeddedPostgresError") return
              assert.deepInclude(error.reason, { _tag: "FolderInUse", pid: process.pid })
              assert.isTrue(error.isRetryable)
              // The layer that has it can go on.
              assert.strictEqual(yield* counted, 0)
            })
          )
          const child = yield* start("hold", folder)
          yield* child.line
          const error = yield* Effect.flip(on(folder)(Effect.void))
          assert.include(error.message, `Process ${child.pid} uses the database in ${folder}`)
          child.kill("SIGTERM")
          assert.strictEqual(yield* child.exit, "0")
          assert.strictEqual(yield* on(folder)(counted), 0)
        }),
      60_000
    )

    it.effect(
      "has all that was committed when its process is killed",
      () =>
        Effect.gen(function* () {
          const folder = yield* copy
          const child = yield* start("write", folder)
          let last = 0
          while (last < 150) last = Number(yield* child.line)
          child.kill("SIGKILL")
          assert.strictEqual(yield* child.exit, "SIGKILL")
          for (const line of child.rest()) last = Number(line)
          const rows = yield* on(folder)(
            Effect.flatMap(SqlClient.SqlClient, (sql) => sql<{ readonly n: number }>`SELECT n FROM rows ORDER BY n`)
          )
          assert.isAtLeast(rows.length, last)
          assert.isAtMost(rows.length, last + 1)
          assert.strictEqual(rows.at(-1)?.n, rows.length)
        }),
      60_000
    )

    it.effect("is not touched if it has other files, or cannot be used", () =>
      Effect.gen(function* () {
        const folder = yield* temporary
        mkdirSync(join(folder, "database"))
        writeFileSync(join(folder, "database", "notes.txt"), "mine")
        const foreign = yield* Effect.flip(on(folder)(Effect.void))
        assert.include(foreign.message, "NotADatabase")
        assert.deepStrictEqual(readdirSync(join(folder, "database")), ["notes.txt"])
        const file = yield* Effect.flip(on(join(folder, "database", "notes.txt"))(Effect.void))
        assert.include(file.message, "EEXIST")
        const below = yield* Effect.flip(on(join(folder, "database", "notes.txt", "below"))(Effect.void))
        assert.include(below.message, "ENOTDIR")
      })
    )

    it.effect(
      "has the replies of a persisted entity, which answers a repeated key after a restart",
      () =>
        Effect.gen(function* () {
          const folder = yield* copy
          let calls = 0
          const program = Effect.gen(function* () {
            const client = (yield* Counter.client)("one")
            return [yield* client.add({ key: "a" }), yield* client.add({ key: "b" }), yield* client.add({ key: "a" })]
          })
          const run = on(folder)(
            program.pipe(
              Effect.provide(
                Counter.toLayer(Effect.succeed({ add: () => Effect.sync(() => ++calls) })).pipe(
                  Layer.provideMerge(Runner.layerSingle())
                ),
                { local: true }
              )
            )
          )
          assert.deepStrictEqual(yield* run, [1, 2, 1])
          assert.deepStrictEqual(yield* run, [1, 2, 1])
          assert.strictEqual(calls, 2)
        }),
      60_000
    )
  })
})

describe("a database that fails itself", () => {
  it.live("ends all connections, and each later one, with an error that says what to do", () =>
    Effect.gen(function* () {
      const ready = Wire.message(Wire.types.ready, Buffer.from([Wire.idle]))
      const { connect } = yield* Effect.promise(() =>
        Session.make({
          execProtocolRawStream: async (bytes, { onRawData }) => {
            if (bytes[0] === Wire.types.query) throw new Error("unreachable")
            onRawData(ready)
          }
        })
      )
      const [asking, waiting] = [connect(), connect()]
      const ended = Promise.all([asking, waiting].map((stream) => once(stream, "error")))
      for (const stream of [asking, waiting]) stream.write(Wire.startupPacket("postgres", "postgres"))
      asking.write(Wire.query("SELECT 1"))
      for (const [error] of yield* Effect.promise(() => ended)) assert.include(error.message, "Build its layer again")
      const later = connect()
      const [error] = yield* Effect.promise(() => once(later, "error"))
      assert.include(error.message, "Build its layer again")
    })
  )
})

describe("without the packages", () => {
  it.effect.each(["@electric-sql/pglite", "@effect/sql-pg"])(
    "the module loads, and the layer says to install %s",
    (name) =>
      Effect.gen(function* () {
        const child = yield* start("missing", name)
        const said = JSON.parse(yield* child.line)
        assert.strictEqual(said.reason, "PackageMissing")
        assert.include(said.message, `The package \`${name}\` is not installed. Install`)
        assert.strictEqual(yield* child.exit, "0")
      })
  )

  it.effect("options are checked first", () =>
    Effect.gen(function* () {
      for (const options of [{ folder: "" }, { fodler: "here" }]) {
        // Type boundary: what a JavaScript program can pass.
        const layer = EmbeddedPostgres.layer(options as EmbeddedPostgres.Options)
        const error = yield* Effect.flip(Effect.scoped(Layer.build(layer)))
        assert.strictEqual(error._tag === "EmbeddedPostgresError" && error.reason._tag, "InvalidOptions")
        assert.isTrue(EmbeddedPostgres.isEmbeddedPostgresError(error))
      }
    })
  )
})
