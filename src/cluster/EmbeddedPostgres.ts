/**
 * PostgreSQL inside of this process, for programs on one machine: nothing to install but two packages, and no server
 * to run.
 *
 * A program that uses `SqlClient` runs on it unchanged, and so do `Runner.layerSingle` and `ThreadStore.layerSql`. For
 * several processes, replace this layer by `PgClient.layer` of `@effect/sql-pg`.
 *
 * It is PGlite, PostgreSQL compiled to WebAssembly. It needs the packages `@electric-sql/pglite` and `@effect/sql-pg`,
 * which are loaded when the layer is built.
 *
 * @since 0.171.0
 */
import type * as Pg from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { InvalidOptions } from "../CodexError.ts"
import * as Folder from "../internal/cluster/embedded/folder.ts"
import * as Reasons from "../internal/cluster/embedded/reasons.ts"
import * as Session from "../internal/cluster/embedded/session.ts"
import * as settings from "../internal/settings.ts"

export { FolderFailed, FolderInUse, PackageMissing, StartFailed } from "../internal/cluster/embedded/reasons.ts"

/**
 * Options of the database.
 *
 * @category models
 * @since 0.171.0
 */
export interface Options {
  /**
   * The folder of the database, on a local disk. It is created with the mode `0700`, for this user only. Default: in
   * memory, and lost at the end.
   */
  readonly folder?: string | undefined
}

/**
 * The schema of all reasons.
 *
 * @category schemas
 * @since 0.171.0
 */
export const Reason = Schema.Union([
  InvalidOptions,
  Reasons.PackageMissing,
  Reasons.FolderInUse,
  Reasons.FolderFailed,
  Reasons.StartFailed
])

/**
 * Why the database did not start.
 *
 * @category models
 * @since 0.171.0
 */
export type Reason = typeof Reason.Type

/**
 * The database did not start.
 *
 * @category errors
 * @since 0.171.0
 */
export class EmbeddedPostgresError extends Schema.TaggedError<EmbeddedPostgresError>(
  "effect-codex/EmbeddedPostgresError"
)("EmbeddedPostgresError", { reason: Reason }) {
  override readonly cause = this.reason
  /** Whether the same layer, unchanged, can start later. */
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }
  override get message(): string {
    return `EmbeddedPostgres.layer failed. ${this.reason.message}`
  }
}

/**
 * A database in this process. It is closed with the scope.
 *
 * **When to use**
 *
 * Use it on a laptop, on a single server and in tests. One process can use a folder at a time: a second one fails with
 * `FolderInUse`.
 *
 * **Details**
 *
 * - Connections stay within the process. There is no port and no socket, so no other user can connect.
 * - What was committed survives the end of the process, even by SIGKILL. After a loss of power the last commits can be
 *   missing: PGlite does not wait for the disk.
 * - A new database takes about 3 s to create and has 39 MB on disk. An existing one opens in about 0.4 s. The process
 *   needs about 300 MB more memory, and 500 MB if it has created the database. A small statement takes about 0.1 ms.
 *
 * **Gotchas**
 *
 * - Statements run in the thread of the program, so a slow statement blocks it.
 * - One transaction runs at a time, and other statements wait until it ends. Do not wait, inside of a transaction, for
 *   something that uses the database outside of it.
 * - `SET`, temporary tables and advisory locks are shared by all connections. `COPY` does not work.
 *
 * **Example** (Counting visits in a folder)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { EmbeddedPostgres } from "effect-codex/cluster"
 * import { SqlClient } from "effect/sql"
 *
 * const program = Effect.gen(function* () {
 *   const sql = yield* SqlClient.SqlClient
 *   yield* sql`CREATE TABLE IF NOT EXISTS visits (at TIMESTAMPTZ NOT NULL DEFAULT now())`
 *   yield* sql`INSERT INTO visits DEFAULT VALUES`
 *   return yield* sql`SELECT count(*) FROM visits`
 * }).pipe(Effect.provide(EmbeddedPostgres.layer({ folder: "./data" })))
 * ```
 *
 * @category layers
 * @since 0.171.0
 */
export const layer = (options?: Options): Layer.Layer<Pg.PgClient | SqlClient, EmbeddedPostgresError | SqlError> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const path = yield* check(options)
      const PgClient = yield* load("@effect/sql-pg", () => import("@effect/sql-pg/PgClient"))
      const { PGlite } = yield* load("@electric-sql/pglite", () => import("@electric-sql/pglite"))
      const folder = path === undefined ? undefined : yield* Folder.open(path)
      const database = yield* Effect.acquireRelease(
        Effect.tryPromise({ try: () => PGlite.create(folder?.data), catch: startFailed }),
        // A database that has failed cannot be closed either. What was committed is in the folder.
        (database) => Effect.ignore(Effect.tryPromise(() => database.close()))
      )
      if (folder !== undefined) yield* folder.created
      const { connect } = yield* Effect.acquireRelease(
        Effect.tryPromise({ try: () => Session.make(database), catch: startFailed }),
        ({ close }) => Effect.promise(close)
      )
      const client = PgClient.make({
        stream: connect,
        ssl: false,
        username: "postgres",
        database: "postgres",
        maxConnections: MAX_CONNECTIONS
      })
      // Effect's cluster reads the driver. With one session, advisory locks would be shared by all runners of the
      // process, so it uses a table instead.
      return PgClient.layerFrom(Effect.map(client, (client) => Object.assign(client, { driver: "pglite" })))
    }).pipe(Effect.mapError((reason) => new EmbeddedPostgresError({ reason })))
  )

/**
 * Whether a value is an `EmbeddedPostgresError`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isEmbeddedPostgresError = (value: unknown): value is EmbeddedPostgresError =>
  value instanceof EmbeddedPostgresError

/**
 * Whether a value is a `FolderFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isFolderFailed = (value: unknown): value is Reasons.FolderFailed => value instanceof Reasons.FolderFailed

/**
 * Whether a value is a `FolderInUse`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isFolderInUse = (value: unknown): value is Reasons.FolderInUse => value instanceof Reasons.FolderInUse

/**
 * Whether a value is a `PackageMissing`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isPackageMissing = (value: unknown): value is Reasons.PackageMissing =>
  value instanceof Reasons.PackageMissing

/**
 * Whether a value is a `StartFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isStartFailed = (value: unknown): value is Reasons.StartFailed => value instanceof Reasons.StartFailed

// internal

/** Connections cost next to nothing here. A listener or a stream occupies one. */
const MAX_CONNECTIONS = 50

const load = <A>(name: string, module: () => Promise<A>) =>
  Effect.tryPromise({ try: module, catch: () => new Reasons.PackageMissing({ package: name }) })

const startFailed = (error: unknown) =>
  new Reasons.StartFailed({ kind: error instanceof Error ? error.name : "Unknown" })

const names: settings.Names<Options> = { folder: true }

const check = Effect.fnUntraced(function* (options: Options | undefined) {
  yield* settings.known(options, names)
  const folder: unknown = options?.folder
  if (folder === undefined) return undefined
  if (typeof folder !== "string" || folder === "") {
    return yield* new InvalidOptions({ option: "folder", description: "expected the path of a folder" })
  }
  return folder
})
