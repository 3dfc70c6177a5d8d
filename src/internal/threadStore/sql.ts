/**
 * Chunks as rows of a table. The primary key has the offset, so of two inserts at one offset the second is rejected.
 *
 * Statements run one by one, without a transaction: an insert is atomic, and what it builds on never changes.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Migrator from "effect/sql/Migrator"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import type { Backend } from "./chunks.ts"
import { StoreFailed } from "./reasons.ts"

/** Creates or updates the table, and returns what stores chunks in it. */
export const make = Effect.gen(function* (): Effect.fn.Return<Backend, StoreFailed, SqlClient.SqlClient> {
  // Names of columns are used as they are, whatever the program's client does with its own.
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  yield* Migrator.make({})({ loader: Migrator.fromRecord(migrations), table: "effect_codex_migrations" }).pipe(
    Effect.provideService(SqlClient.SqlClient, sql),
    Effect.mapError((error) => (error._tag === "SqlError" ? failed(error) : new StoreFailed({ kind: error._tag })))
  )
  const of = (threadId: string, segment: string) => sql`thread_id = ${threadId} AND segment = ${segment}`

  return {
    tail: (threadId, segment, from) =>
      Effect.gen(function* () {
        const chunks = yield* sql<Row>`
          SELECT chunk_offset, bytes FROM effect_codex_chunks
          WHERE ${of(threadId, segment)} AND chunk_offset + size > ${from} ORDER BY chunk_offset`
        const found = chunks.map(toChunk)
        const last = found.at(-1)
        // A chunk that was inserted in between is at the end: the size must not be newer than the chunks.
        if (last !== undefined) return { size: last.offset + last.bytes.length, chunks: found }
        const [end] = yield* sql<{ readonly size: number | string | null }>`
          SELECT MAX(chunk_offset + size) AS size FROM effect_codex_chunks
          WHERE ${of(threadId, segment)} AND chunk_offset + size <= ${from}`
        return { size: Number(end?.size ?? 0), chunks: found }
      }).pipe(Effect.mapError(failed)),
    insert: (threadId, segment, { bytes, offset }) =>
      sql`
        INSERT INTO effect_codex_chunks (thread_id, segment, chunk_offset, size, bytes)
        VALUES (${threadId}, ${segment}, ${offset}, ${bytes.length}, ${bytes})`.pipe(
        Effect.as(true),
        Effect.catchReasons("SqlError", {
          UniqueViolation: () => Effect.succeed(false),
          // Some drivers do not tell which constraint it was. The key is the only one that can fail.
          ConstraintError: () => Effect.succeed(false)
        }),
        Effect.mapError(failed)
      ),
    sizes: (threadId) =>
      sql<{ readonly segment: string; readonly size: number | string }>`
        SELECT segment, MAX(chunk_offset + size) AS size FROM effect_codex_chunks
        WHERE thread_id = ${threadId} GROUP BY segment`.pipe(
        Effect.map((rows) => rows.map(({ segment, size }) => ({ name: segment, size: Number(size) }))),
        Effect.mapError(failed)
      ),
    chunks: (threadId, segment) =>
      sql<Row>`
        SELECT chunk_offset, bytes FROM effect_codex_chunks
        WHERE ${of(threadId, segment)} ORDER BY chunk_offset`.pipe(
        Effect.map((rows) => rows.map(toChunk)),
        Effect.mapError(failed)
      ),
    list: Stream.paginate("", (after) =>
      sql<{ readonly thread_id: string }>`
        SELECT DISTINCT thread_id FROM effect_codex_chunks
        WHERE thread_id > ${after} ORDER BY thread_id LIMIT 1000`.pipe(
        Effect.map((rows) => [rows.map((row) => row.thread_id), Option.fromNullishOr(rows.at(-1)?.thread_id)] as const)
      )
    ).pipe(Stream.mapError(failed)),
    remove: (threadId) =>
      sql`DELETE FROM effect_codex_chunks WHERE thread_id = ${threadId}`.pipe(Effect.asVoid, Effect.mapError(failed))
  }
})

// internal

interface Row {
  /** Some drivers return 64-bit integers as texts. */
  readonly chunk_offset: number | string | bigint
  readonly bytes: Uint8Array
}

const toChunk = ({ bytes, chunk_offset }: Row) => ({ offset: Number(chunk_offset), bytes })

const failed = (error: SqlError): StoreFailed => new StoreFailed({ kind: error.reason._tag })

const migrations = {
  "1_chunks": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const bytes = sql.literal(sql.onDialectOrElse({ pg: () => "BYTEA", mysql: () => "LONGBLOB", orElse: () => "BLOB" }))
    yield* sql`
      CREATE TABLE effect_codex_chunks (
        thread_id VARCHAR(128) NOT NULL,
        segment VARCHAR(128) NOT NULL,
        chunk_offset BIGINT NOT NULL,
        size INTEGER NOT NULL,
        bytes ${bytes} NOT NULL,
        PRIMARY KEY (thread_id, segment, chunk_offset)
      )`
  })
}
