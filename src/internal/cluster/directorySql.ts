/**
 * A directory of threads in two tables. Each change is one statement whose condition the database checks, so of two
 * processes that change a row at once, one sees that the other was faster. There are no transactions.
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Migrator from "effect/sql/Migrator"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { type Attempt, type Backend, BoundElsewhere, DirectoryFailed } from "./directory.ts"

/** Creates or updates the tables, and returns what stores the directory in them. */
export const make = Effect.gen(function* (): Effect.fn.Return<Backend, DirectoryFailed, SqlClient.SqlClient> {
  // Names of columns are used as they are, whatever the program's client does with its own.
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  yield* Migrator.make({})({
    loader: Migrator.fromRecord(migrations),
    table: "effect_codex_directory_migrations"
  }).pipe(
    Effect.provideService(SqlClient.SqlClient, sql),
    Effect.mapError((error) => (error._tag === "SqlError" ? failed(error) : new DirectoryFailed({ kind: error._tag })))
  )

  const find = (name: string) =>
    sql<{ readonly thread_id: string; readonly has_turns: number | string }>`
      SELECT thread_id, has_turns FROM effect_codex_threads WHERE name = ${name}`.pipe(
      Effect.map(([row]) =>
        Option.map(Option.fromUndefinedOr(row), ({ has_turns, thread_id }) => ({
          threadId: thread_id,
          hasTurns: Number(has_turns) === 1
        }))
      )
    )

  const attemptOf = (name: string, key: string) =>
    sql<AttemptRow>`
      SELECT home, thread_id, started_at, status, token FROM effect_codex_attempts
      WHERE name = ${name} AND turn_key = ${key}`.pipe(Effect.map(([row]) => row))

  return {
    find: (name) => Effect.mapError(find(name), failed),
    bind: (name, threadId, previous) =>
      Effect.gen(function* () {
        if (previous === undefined) {
          const inserted = yield* insert(
            sql`INSERT INTO effect_codex_threads (name, thread_id, has_turns) VALUES (${name}, ${threadId}, 0)`
          )
          if (inserted) return
        } else {
          // Not every driver reports how many rows an update has changed, so the row is read again.
          yield* sql`
            UPDATE effect_codex_threads SET thread_id = ${threadId}, has_turns = 0
            WHERE name = ${name} AND thread_id = ${previous}`
        }
        const found = Option.getOrUndefined(yield* find(name))
        if (found?.threadId !== threadId) return yield* new BoundElsewhere({ threadId: found?.threadId ?? null })
      }).pipe(Effect.mapError(reasonOf)),
    begin: (name, key, { home, threadId }, previous) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const token = globalThis.crypto.randomUUID()
        if (previous === undefined) {
          const inserted = yield* insert(sql`
            INSERT INTO effect_codex_attempts (name, turn_key, home, thread_id, started_at, token)
            VALUES (${name}, ${key}, ${home}, ${threadId}, ${now}, ${token})`)
          if (inserted) return Option.none()
        } else {
          const status = Option.getOrNull(previous.status)
          yield* sql`
            UPDATE effect_codex_attempts
            SET home = ${home}, thread_id = ${threadId}, started_at = ${now}, token = ${token}, status = NULL
            WHERE name = ${name} AND turn_key = ${key} AND home = ${previous.home}
              AND thread_id = ${previous.threadId} AND started_at = ${previous.startedAt.epochMilliseconds}
              AND ${status === null ? sql`status IS NULL` : sql`status = ${status}`}`
        }
        const row = yield* attemptOf(name, key)
        return row === undefined || row.token === token ? Option.none() : Option.some(toAttempt(row))
      }).pipe(Effect.mapError(failed)),
    end: (name, key, status) =>
      Effect.gen(function* () {
        yield* sql`
          UPDATE effect_codex_attempts SET status = ${status} WHERE name = ${name} AND turn_key = ${key}`
        yield* sql`UPDATE effect_codex_threads SET has_turns = 1 WHERE name = ${name} AND has_turns = 0`
      }).pipe(Effect.mapError(failed)),
    delete: (name) =>
      Effect.gen(function* () {
        yield* sql`DELETE FROM effect_codex_attempts WHERE name = ${name}`
        yield* sql`DELETE FROM effect_codex_threads WHERE name = ${name}`
      }).pipe(Effect.mapError(failed))
  }
})

// internal

interface AttemptRow {
  readonly home: string
  readonly thread_id: string
  /** Some drivers return 64-bit integers as texts. */
  readonly started_at: number | string | bigint
  readonly status: string | null
  readonly token: string
}

const toAttempt = ({ home, started_at, status, thread_id }: AttemptRow): Attempt => ({
  home,
  threadId: thread_id,
  startedAt: DateTime.makeUnsafe(Number(started_at)),
  status: Option.fromNullOr(status)
})

/** Whether a row was inserted. `false` if there is one with its key. */
const insert = (statement: Effect.Effect<unknown, SqlError>): Effect.Effect<boolean, SqlError> =>
  Effect.as(statement, true).pipe(
    Effect.catchReasons("SqlError", {
      UniqueViolation: () => Effect.succeed(false),
      // Some drivers do not tell which constraint it was. The key is the only one that can fail.
      ConstraintError: () => Effect.succeed(false)
    })
  )

const failed = (error: SqlError): DirectoryFailed => new DirectoryFailed({ kind: error.reason._tag })

const reasonOf = (error: SqlError | BoundElsewhere) => (error._tag === "SqlError" ? failed(error) : error)

const migrations = {
  "1_threads": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      CREATE TABLE effect_codex_threads (
        name VARCHAR(255) NOT NULL PRIMARY KEY,
        thread_id VARCHAR(255) NOT NULL,
        has_turns INTEGER NOT NULL
      )`
    yield* sql`
      CREATE TABLE effect_codex_attempts (
        name VARCHAR(255) NOT NULL,
        turn_key VARCHAR(256) NOT NULL,
        home VARCHAR(255) NOT NULL,
        thread_id VARCHAR(255) NOT NULL,
        started_at BIGINT NOT NULL,
        token VARCHAR(64) NOT NULL,
        status VARCHAR(64),
        PRIMARY KEY (name, turn_key)
      )`
  })
}
