/**
 * The stores as layers. Each is `chunks.ts` over one place for chunks.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type * as KeyValueStore from "effect/persistence/KeyValueStore"
import type { SqlClient } from "effect/sql/SqlClient"
import * as chunks from "./chunks.ts"
import * as folder from "./folder.ts"
import * as keyValue from "./keyValue.ts"
import type { StoreFailed } from "./reasons.ts"
import { ThreadStore, ThreadStoreError } from "./service.ts"
import * as sql from "./sql.ts"

/**
 * Stores threads in a folder, which is created if it does not exist.
 *
 * **Details**
 *
 * Each append is a file, `<folder>/<threadId>/<segment>/<offset>`, for this user only. Several processes can use the
 * folder at once, also on a network file system, if it has hard links. Fails with `StoreFailed` if the folder cannot be
 * created.
 *
 * @category layers
 * @since 0.171.0
 */
export const layerFolder = (
  path: string
): Layer.Layer<ThreadStore, ThreadStoreError, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(
    ThreadStore,
    folder.make(path).pipe(
      Effect.map(chunks.make),
      Effect.mapError((reason) => failed("layerFolder", reason))
    )
  )

/**
 * Stores threads in a `KeyValueStore`, under keys that begin with `effect-codex/thread-store/`.
 *
 * **Gotchas**
 *
 * One program at a time may use it, because a `KeyValueStore` cannot detect a second writer. For several programs, use
 * `layerSql` or `layerFolder`. `list` reads all keys of the `KeyValueStore`.
 *
 * @category layers
 * @since 0.171.0
 */
export const layerKeyValueStore: Layer.Layer<ThreadStore, never, KeyValueStore.KeyValueStore> = Layer.effect(
  ThreadStore,
  Effect.map(keyValue.make, chunks.make)
)

/**
 * Stores threads in a SQL database, in the table `effect_codex_chunks`.
 *
 * **Details**
 *
 * The layer creates the table, and records in `effect_codex_migrations` that it did. Each append is one insert. Any
 * number of programs can use the database at once. Tested with PostgreSQL (`@effect/sql-pg`). Fails with `StoreFailed`
 * if the table cannot be created.
 *
 * @category layers
 * @since 0.171.0
 */
export const layerSql: Layer.Layer<ThreadStore, ThreadStoreError, SqlClient> = Layer.effect(
  ThreadStore,
  sql.make.pipe(
    Effect.map(chunks.make),
    Effect.mapError((reason) => failed("layerSql", reason))
  )
)

// internal

const failed = (layer: string, reason: StoreFailed) => new ThreadStoreError({ method: `ThreadStore.${layer}`, reason })
