/**
 * A directory that several programs share: which thread belongs to a name of yours, and which keys were sent to it
 * from which Codex home.
 *
 * `ThreadEntity` uses it. Use it directly to look up or delete a conversation.
 *
 * @since 0.171.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { SqlClient } from "effect/sql/SqlClient"
import {
  BoundElsewhere,
  DirectoryError,
  DirectoryFailed,
  InvalidName,
  make,
  ThreadDirectory
} from "../internal/cluster/directory.ts"
import * as memory from "../internal/cluster/directoryMemory.ts"
import * as sql from "../internal/cluster/directorySql.ts"

export {
  BoundElsewhere,
  DirectoryError,
  DirectoryFailed,
  InvalidName,
  Reason,
  ThreadDirectory
} from "../internal/cluster/directory.ts"
export type { Attempt, AttemptSource, Binding } from "../internal/cluster/directory.ts"

/**
 * A directory in a SQL database, in the tables `effect_codex_threads` and `effect_codex_attempts`.
 *
 * **Details**
 *
 * The layer creates the tables, and records in `effect_codex_directory_migrations` that it did. Any number of programs
 * can use the database at once. Tested with PostgreSQL (`@effect/sql-pg`). Fails with `DirectoryFailed` if the tables
 * cannot be created.
 *
 * An attempt takes about 200 bytes, and stays until its name is deleted.
 *
 * **Example** (Looking up the thread of a customer)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { ThreadDirectory } from "effect-codex/cluster"
 *
 * const threadOf = (customer: string) =>
 *   Effect.gen(function* () {
 *     const directory = yield* ThreadDirectory.ThreadDirectory
 *     return yield* directory.find(customer)
 *   }).pipe(Effect.provide(ThreadDirectory.layerSql))
 * ```
 *
 * @category layers
 * @since 0.171.0
 */
export const layerSql: Layer.Layer<ThreadDirectory, DirectoryError, SqlClient> = Layer.effect(
  ThreadDirectory,
  sql.make.pipe(
    Effect.map(make),
    Effect.mapError((reason) => new DirectoryError({ method: "ThreadDirectory.layerSql", reason }))
  )
)

/**
 * A directory in memory, for tests. It ends with the process, and with it the knowledge of what was sent.
 *
 * @category layers
 * @since 0.171.0
 */
export const layerMemory: Layer.Layer<ThreadDirectory> = Layer.sync(ThreadDirectory, () => make(memory.make()))

/**
 * Whether a value is a `DirectoryError`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isDirectoryError = (value: unknown): value is DirectoryError => value instanceof DirectoryError

/**
 * Whether a value is an `InvalidName`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isInvalidName = (value: unknown): value is InvalidName => value instanceof InvalidName

/**
 * Whether a value is a `BoundElsewhere`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isBoundElsewhere = (value: unknown): value is BoundElsewhere => value instanceof BoundElsewhere

/**
 * Whether a value is a `DirectoryFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isDirectoryFailed = (value: unknown): value is DirectoryFailed => value instanceof DirectoryFailed
