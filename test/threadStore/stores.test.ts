import { NodeServices } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, FileSystem, Layer, Path } from "effect"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import { SqlClient } from "effect/sql/SqlClient"
import * as ThreadStoreConformance from "../../src/testing/ThreadStoreConformance.ts"
import * as ThreadStore from "../../src/ThreadStore.ts"
import * as Postgres from "../support/postgres.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

const temporary = Layer.effect(
  Context.Service<string>("test/Folder"),
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped({ prefix: "store-" }))
)
const Folder = Context.Service<string>("test/Folder")

const folder = Layer.unwrap(Effect.map(Folder, ThreadStore.layerFolder)).pipe(
  Layer.provideMerge(temporary),
  Layer.provideMerge(NodeServices.layer)
)

const keyValueInFolder = ThreadStore.layerKeyValueStore.pipe(
  Layer.provide(Layer.unwrap(Effect.map(Folder, KeyValueStore.layerFileSystem))),
  Layer.provide(temporary),
  Layer.provide(NodeServices.layer)
)

const client = Layer.unwrap(
  Effect.map(Postgres.start, ({ socket, username }) =>
    PgClient.layer({ path: socket, username, database: "postgres", maxConnections: 4 })
  )
)
const sql = ThreadStore.layerSql.pipe(Layer.provideMerge(client))

/** Builds the same store again, as another process would. */
const again = <A, E, R>(layer: Layer.Layer<ThreadStore.ThreadStore | A, E, R>) =>
  Effect.map(
    Effect.flatMap(Effect.scope, (scope) => Layer.buildWithMemoMap(layer, Layer.makeMemoMapUnsafe(), scope)),
    Context.get(ThreadStore.ThreadStore)
  )

describe.each([
  { store: "a folder", layer: folder },
  {
    store: "a KeyValueStore in memory",
    layer: Layer.provide(ThreadStore.layerKeyValueStore, KeyValueStore.layerMemory)
  },
  { store: "a KeyValueStore of files", layer: keyValueInFolder },
  { store: "PostgreSQL", layer: sql }
])("a ThreadStore on $store", ({ layer }) => {
  it.layer(layer)((it) => {
    it.effect.each(ThreadStoreConformance.cases.map((each) => [each.name, each] as const))(
      "%s",
      ([, { check }]) => check
    )
  })
})

describe("two ThreadStores on one folder", () => {
  it.layer(folder)((it) => {
    it.effect.each(ThreadStoreConformance.sharedCases.map((each) => [each.name, each] as const))(
      "%s",
      ([, { check }]) =>
        Effect.gen(function* () {
          const path = yield* Folder
          yield* check(yield* ThreadStore.ThreadStore, yield* again(ThreadStore.layerFolder(path)))
        })
    )

    it.effect("writes files for this user only, and leaves no other", () =>
      Effect.gen(function* () {
        const store = yield* ThreadStore.ThreadStore
        const fs = yield* FileSystem.FileSystem
        const path = yield* Path.Path
        yield* store.append("t", "a", 0, bytes("abc"))
        yield* store.append("t", "a", 3, bytes("def"))
        const place = path.join(yield* Folder, "t", "a")
        assert.deepStrictEqual(yield* fs.readDirectory(place), ["0000000000000000", "0000000000000003"])
        const { mode } = yield* fs.stat(path.join(place, "0000000000000003"))
        assert.strictEqual(mode & 0o777, 0o600)
      })
    )

    it.effect("reports a missing part as Corrupt", () =>
      Effect.gen(function* () {
        const store = yield* ThreadStore.ThreadStore
        const fs = yield* FileSystem.FileSystem
        const path = yield* Path.Path
        for (const [offset, text] of [
          [0, "abc"],
          [3, "def"],
          [6, "ghi"]
        ] as const) {
          yield* store.append("torn", "a", offset, bytes(text))
        }
        yield* fs.remove(path.join(yield* Folder, "torn", "a", "0000000000000003"))
        const error = yield* Effect.flip(store.load("torn"))
        assert.deepInclude(error.reason, { _tag: "Corrupt", segment: "a" })
        assert.strictEqual(error.threadId, "torn")
      })
    )

    it.effect("fails with StoreFailed if the folder is a file", () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const path = yield* Path.Path
        const file = path.join(yield* Folder, "a-file")
        yield* fs.writeFileString(file, "")
        const error = yield* Effect.flip(again(ThreadStore.layerFolder(path.join(file, "below"))))
        assert.strictEqual(error.reason._tag, "StoreFailed")
        assert.isTrue(error.isRetryable)
      })
    )
  })
})

describe("two ThreadStores on one PostgreSQL", () => {
  it.layer(sql)((it) => {
    it.effect.each(ThreadStoreConformance.sharedCases.map((each) => [each.name, each] as const))(
      "%s",
      ([, { check }]) =>
        Effect.gen(function* () {
          const pg = yield* SqlClient
          const second = ThreadStore.layerSql.pipe(Layer.provide(Layer.succeed(SqlClient, pg)))
          yield* check(yield* ThreadStore.ThreadStore, yield* again(second))
        })
    )
  })

  it.effect("creates the table once if many programs start at the same time", () =>
    Effect.gen(function* () {
      const pg = yield* SqlClient
      const layer = ThreadStore.layerSql.pipe(Layer.provide(Layer.succeed(SqlClient, pg)))
      const stores = yield* Effect.all(
        Array.from({ length: 4 }, () => again(layer)),
        { concurrency: "unbounded" }
      )
      for (const store of stores) assert.deepStrictEqual(yield* store.segments("none"), [])
    }).pipe(Effect.scoped, Effect.provide(client))
  )

  it.effect("fails with StoreFailed if the server cannot be reached, without its address", () =>
    Effect.gen(function* () {
      const closed = PgClient.layer({ path: "/nonexistent", username: "postgres", maxConnections: 1 })
      const error = yield* Effect.flip(Effect.scoped(again(ThreadStore.layerSql.pipe(Layer.provide(closed)))))
      assert.strictEqual(error._tag === "ThreadStoreError" ? error.reason._tag : error, "StoreFailed")
      assert.notInclude(JSON.stringify(error), "nonexistent")
    })
  )
})
