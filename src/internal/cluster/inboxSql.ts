/**
 * Entries as rows of a table. A row has an entry as JSON, and beside it the columns that queries need.
 *
 * An entry is replaced only if its version is the one that was read, in one transaction with its event. So of two
 * answers one counts, and the audit has exactly what happened.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Migrator from "effect/sql/Migrator"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Printable from "../../Printable.ts"
import type { Backend, Found } from "./inboxBackend.ts"
import { Entry, Event, type Stored } from "./inboxEntry.ts"
import { InboxFailed } from "./inboxReasons.ts"

/** Creates or updates the tables, and returns what stores entries in them. */
export const make = Effect.gen(function* (): Effect.fn.Return<Backend, InboxFailed, SqlClient.SqlClient> {
  // Names of columns are used as they are, whatever the program's client does with its own.
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  yield* Migrator.make({})({ loader: Migrator.fromRecord(migrations), table: "effect_codex_inbox_migrations" }).pipe(
    Effect.provideService(SqlClient.SqlClient, sql),
    Effect.mapError((error) => (error._tag === "SqlError" ? failed(error) : new InboxFailed({ kind: error._tag })))
  )

  const insertEvent = (event: Event) =>
    Effect.flatMap(
      encodeEvent(event),
      (json) =>
        sql`INSERT INTO effect_codex_inbox_events ${sql.insert({
          entry_id: event.entryId,
          sequence: event.sequence,
          happened_at: DateTime.toEpochMillis(event.at),
          event: json
        })}`
    )
  const select = sql`SELECT id, opened_at, entry, version, lease_until, relay FROM effect_codex_inbox`

  const reported = new Set<string>()
  const leaveOut = (id: string) =>
    Effect.suspend(() => {
      if (reported.has(id) || reported.size >= maxReported) return Effect.void
      reported.add(id)
      return Effect.annotateLogs(
        Effect.logWarning(
          "An entry of the inbox is left out, because this program cannot read it: another version of effect-codex has stored it. Update this program."
        ),
        { entryId: Printable.line(id) }
      )
    })
  /** Decodes rows. One that is not readable must not hide the others. */
  const found = <R, A>(
    rows: Effect.Effect<ReadonlyArray<R>, SqlError>,
    limit: number,
    decode: (row: R) => Effect.Effect<A, Schema.SchemaError>,
    positionOf: (row: R) => NonNullable<Found<A>["next"]>
  ): Effect.Effect<Found<A>, InboxFailed> =>
    Effect.gen(function* () {
      const all = yield* Effect.mapError(rows, failed)
      const data: Array<A> = []
      for (const row of all) {
        const decoded = yield* Effect.option(decode(row))
        if (Option.isSome(decoded)) data.push(decoded.value)
        else yield* leaveOut(positionOf(row).id)
      }
      const last = all.at(-1)
      return { data, next: last === undefined || all.length < limit ? undefined : positionOf(last) }
    })
  const entries = (rows: Effect.Effect<ReadonlyArray<Row>, SqlError>, limit: number) =>
    found(rows, limit, toStored, (row) => ({ at: Number(row.opened_at), id: row.id, sequence: 0 }))
  const behind = (after: { readonly at: number; readonly id: string } | undefined) =>
    after === undefined ? [] : [sql`(opened_at > ${after.at} OR (opened_at = ${after.at} AND id > ${after.id}))`]

  return {
    insert: (stored, event) =>
      Effect.gen(function* () {
        const entry = yield* encodeEntry(stored.entry)
        yield* sql`INSERT INTO effect_codex_inbox ${sql.insert({ id: stored.entry.id, version: stored.version, entry, ...columns(stored), lease_until: stored.leaseUntil, relay: stored.relay ? 1 : 0 })}`
        yield* insertEvent(event)
        return true
      }).pipe(
        sql.withTransaction,
        Effect.catchReasons("SqlError", {
          UniqueViolation: () => Effect.succeed(false),
          // Some drivers do not tell which constraint it was.
          ConstraintError: () => Effect.succeed(false)
        }),
        Effect.mapError(failed)
      ),
    get: (id) =>
      sql<Row>`${select} WHERE id = ${id}`.pipe(
        Effect.flatMap(([row]) => (row === undefined ? Effect.undefined : toStored(row))),
        Effect.mapError(failed)
      ),
    read: (ids) =>
      ids.length === 0
        ? Effect.succeed([])
        : Effect.map(entries(sql<Row>`${select} WHERE ${sql.in("id", ids)}`, Infinity), ({ data }) => data),
    replace: (seen, next, event, sameLease) =>
      Effect.gen(function* () {
        const entry = yield* encodeEntry(next.entry)
        const { expires_at, status } = columns(next)
        const changed = yield* sql<{ readonly id: string }>`
          UPDATE effect_codex_inbox SET version = ${next.version}, status = ${status}, expires_at = ${expires_at},
            closed_at = ${closedAt(next)}, entry = ${entry}, relay = ${next.relay ? 1 : 0},
            lease_until = ${next.leaseUntil === null ? null : sql.literal("lease_until")}
          WHERE id = ${seen.entry.id} AND version = ${seen.version}
            AND ${sameLease && seen.leaseUntil !== null ? sql`lease_until = ${seen.leaseUntil}` : sql`1 = 1`}
          RETURNING id`
        if (changed.length === 0) return false
        yield* insertEvent(event)
        return true
      }).pipe(sql.withTransaction, Effect.mapError(failed)),
    extend: (ids, leaseUntil) =>
      ids.length === 0
        ? Effect.void
        : sql`UPDATE effect_codex_inbox SET lease_until = ${leaseUntil} WHERE ${sql.in("id", ids)} AND lease_until IS NOT NULL`.pipe(
            Effect.asVoid,
            Effect.mapError(failed)
          ),
    relayed: (id) =>
      sql`UPDATE effect_codex_inbox SET relay = 0 WHERE id = ${id}`.pipe(Effect.asVoid, Effect.mapError(failed)),
    list: ({ after, kind, limit, relay, status, threadId }) =>
      entries(
        sql<Row>`
        ${select} WHERE ${sql.and([
          sql.in("status", status),
          ...(relay ? [sql`relay = 1`] : []),
          ...(kind === undefined ? [] : [sql.in("kind", kind)]),
          ...(threadId === undefined ? [] : [sql`thread_id = ${threadId}`]),
          ...behind(after)
        ])} ORDER BY opened_at, id LIMIT ${limit}`,
        limit
      ),
    due: (now, { after, limit }) =>
      entries(
        sql<Row>`${select} WHERE ${sql.and([
          sql`(expires_at <= ${now} OR lease_until <= ${now})`,
          ...behind(after)
        ])} ORDER BY opened_at, id LIMIT ${limit}`,
        limit
      ),
    history: ({ after, entryId, limit }) =>
      found(
        sql<EventRow>`
        SELECT entry_id, sequence, happened_at, event FROM effect_codex_inbox_events WHERE ${sql.and([
          ...(entryId === undefined ? [sql`1 = 1`] : [sql`entry_id = ${entryId}`]),
          ...(after === undefined
            ? []
            : [
                sql`(happened_at > ${after.at} OR (happened_at = ${after.at} AND
                  (entry_id > ${after.id} OR (entry_id = ${after.id} AND sequence > ${after.sequence}))))`
              ])
        ])} ORDER BY happened_at, entry_id, sequence LIMIT ${limit}`,
        limit,
        ({ event }) => decodeEvent(event),
        (row) => ({ at: Number(row.happened_at), id: row.entry_id, sequence: Number(row.sequence) })
      ),
    prune: (closedBefore) =>
      Effect.gen(function* () {
        const gone = sql`SELECT id FROM effect_codex_inbox WHERE closed_at < ${closedBefore}`
        yield* sql`DELETE FROM effect_codex_inbox_events WHERE entry_id IN (${gone})`
        const removed = yield* sql`DELETE FROM effect_codex_inbox WHERE closed_at < ${closedBefore} RETURNING id`
        return removed.length
      }).pipe(sql.withTransaction, Effect.mapError(failed))
  }
})

// internal

/** Some drivers return 64-bit integers as texts. */
type Integer = number | string | bigint

interface Row {
  readonly id: string
  readonly opened_at: Integer
  readonly entry: string
  readonly version: number
  readonly lease_until: Integer | null
  readonly relay: number
}

interface EventRow {
  readonly entry_id: string
  readonly sequence: Integer
  readonly happened_at: Integer
  readonly event: string
}

/** A program that polls logs each entry once, and so many of them. */
const maxReported = 1000

/** The columns of an entry. `expires_at` is there only while the limit matters, so that what is due is found fast. */
const columns = ({ entry }: Stored) => ({
  status: entry.status,
  kind: entry.kind,
  thread_id: Option.getOrNull(entry.threadId),
  opened_at: DateTime.toEpochMillis(entry.openedAt),
  expires_at: entry.status === "open" ? Option.getOrNull(Option.map(entry.expiresAt, DateTime.toEpochMillis)) : null
})

const closedAt = ({ entry }: Stored) => Option.getOrNull(Option.map(entry.closedAt, DateTime.toEpochMillis))

const encodeEntry = Schema.encodeEffect(Schema.fromJsonString(Entry))
const decodeEntry = Schema.decodeEffect(Schema.fromJsonString(Entry))
const encodeEvent = Schema.encodeEffect(Schema.fromJsonString(Event))
const decodeEvent = Schema.decodeEffect(Schema.fromJsonString(Event))

const toStored = (row: Row) =>
  Effect.map(decodeEntry(row.entry), (entry): Stored => ({
    entry,
    version: Number(row.version),
    leaseUntil: row.lease_until === null ? null : Number(row.lease_until),
    relay: Number(row.relay) === 1
  }))

/** Neither the statement nor a value is a part of the failure: both can contain what was asked. */
const failed = (error: SqlError | Schema.SchemaError): InboxFailed =>
  new InboxFailed({ kind: error._tag === "SqlError" ? error.reason._tag : "Unreadable" })

const migrations = {
  "1_inbox": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      CREATE TABLE effect_codex_inbox (
        id VARCHAR(200) NOT NULL PRIMARY KEY,
        version INTEGER NOT NULL,
        status VARCHAR(16) NOT NULL,
        kind VARCHAR(64) NOT NULL,
        thread_id VARCHAR(128),
        opened_at BIGINT NOT NULL,
        expires_at BIGINT,
        closed_at BIGINT,
        lease_until BIGINT,
        relay INTEGER NOT NULL,
        entry TEXT NOT NULL
      )`
    yield* sql`CREATE INDEX effect_codex_inbox_status ON effect_codex_inbox (status, opened_at, id)`
    yield* sql`CREATE INDEX effect_codex_inbox_expires ON effect_codex_inbox (expires_at)`
    yield* sql`CREATE INDEX effect_codex_inbox_lease ON effect_codex_inbox (lease_until)`
    yield* sql`CREATE INDEX effect_codex_inbox_relay ON effect_codex_inbox (relay, status)`
    yield* sql`
      CREATE TABLE effect_codex_inbox_events (
        entry_id VARCHAR(200) NOT NULL,
        sequence INTEGER NOT NULL,
        happened_at BIGINT NOT NULL,
        event TEXT NOT NULL,
        PRIMARY KEY (entry_id, sequence)
      )`
    yield* sql`
      CREATE INDEX effect_codex_inbox_events_time
      ON effect_codex_inbox_events (happened_at, entry_id, sequence)`
  })
}
