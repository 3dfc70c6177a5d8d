import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Option } from "effect"
import * as ThreadDirectory from "../../src/cluster/ThreadDirectory.ts"
import * as support from "./support.ts"

const sql = ThreadDirectory.layerSql.pipe(
  Layer.provideMerge(Layer.unwrap(Effect.map(support.Database, support.client))),
  Layer.provideMerge(support.database)
)

const here = { home: "home-1", threadId: "thread-1" }

describe.each([
  { directory: "memory", layer: ThreadDirectory.layerMemory },
  { directory: "PostgreSQL", layer: sql }
])("a ThreadDirectory in $directory", ({ layer }) => {
  it.layer(layer)((it) => {
    it.effect("finds the thread that was bound to a name", () =>
      Effect.gen(function* () {
        const directory = yield* ThreadDirectory.ThreadDirectory
        assert.deepStrictEqual(yield* directory.find("found"), Option.none())
        yield* directory.bind("found", "thread-1")
        assert.deepStrictEqual(yield* directory.find("found"), Option.some({ threadId: "thread-1", hasTurns: false }))
      })
    )

    it.effect("binds a name only if it belongs to the expected thread", () =>
      Effect.gen(function* () {
        const directory = yield* ThreadDirectory.ThreadDirectory
        const early = yield* Effect.flip(directory.bind("bound", "thread-2", "thread-1"))
        assert.deepInclude(early.reason, { _tag: "BoundElsewhere", threadId: null })
        yield* directory.bind("bound", "thread-1")
        const second = yield* Effect.flip(directory.bind("bound", "thread-2"))
        assert.deepInclude(second.reason, { _tag: "BoundElsewhere", threadId: "thread-1" })
        assert.isFalse(second.isRetryable)
        yield* directory.bind("bound", "thread-2", "thread-1")
        const late = yield* Effect.flip(directory.bind("bound", "thread-3", "thread-1"))
        assert.deepInclude(late.reason, { _tag: "BoundElsewhere", threadId: "thread-2" })
        assert.deepStrictEqual(yield* directory.find("bound"), Option.some({ threadId: "thread-2", hasTurns: false }))
      })
    )

    it.effect("records the first attempt of a key, and returns it to later ones", () =>
      Effect.gen(function* () {
        const directory = yield* ThreadDirectory.ThreadDirectory
        assert.isTrue(Option.isNone(yield* directory.begin("begun", "k", here)))
        const again = Option.getOrThrow(yield* directory.begin("begun", "k", { home: "home-2", threadId: "thread-2" }))
        assert.deepInclude(again, { ...here, status: Option.none() })
        assert.isTrue(Option.isNone(yield* directory.begin("begun", "other", here)))
        assert.isTrue(Option.isNone(yield* directory.begin("begun too", "k", here)))
      })
    )

    it.effect("replaces an attempt only if it is the one that is recorded", () =>
      Effect.gen(function* () {
        const directory = yield* ThreadDirectory.ThreadDirectory
        const there = { home: "home-2", threadId: "thread-1" }
        yield* directory.begin("replaced", "k", here)
        const first = Option.getOrThrow(yield* directory.begin("replaced", "k", there))
        assert.isTrue(Option.isNone(yield* directory.begin("replaced", "k", there, first)))
        const second = Option.getOrThrow(yield* directory.begin("replaced", "k", here, first))
        assert.strictEqual(second.home, "home-2")
        yield* directory.end("replaced", "k", "completed")
        const ended = Option.getOrThrow(yield* directory.begin("replaced", "k", here, second))
        assert.deepStrictEqual(ended.status, Option.some("completed"))
      })
    )

    it.effect("records that a thread has turns, until the name is bound again", () =>
      Effect.gen(function* () {
        const directory = yield* ThreadDirectory.ThreadDirectory
        yield* directory.bind("turns", "thread-1")
        yield* directory.begin("turns", "k", here)
        yield* directory.end("turns", "k", "completed")
        assert.deepStrictEqual(yield* directory.find("turns"), Option.some({ threadId: "thread-1", hasTurns: true }))
        yield* directory.bind("turns", "thread-2", "thread-1")
        assert.deepStrictEqual(yield* directory.find("turns"), Option.some({ threadId: "thread-2", hasTurns: false }))
      })
    )

    it.effect("forgets a name that is deleted, with its attempts", () =>
      Effect.gen(function* () {
        const directory = yield* ThreadDirectory.ThreadDirectory
        yield* directory.bind("deleted", "thread-1")
        yield* directory.begin("deleted", "k", here)
        yield* directory.delete("deleted")
        yield* directory.delete("deleted")
        assert.isTrue(Option.isNone(yield* directory.find("deleted")))
        assert.isTrue(Option.isNone(yield* directory.begin("deleted", "k", here)))
      })
    )

    it.effect("keeps names and keys as they are, up to their limits", () =>
      Effect.gen(function* () {
        const directory = yield* ThreadDirectory.ThreadDirectory
        const name = `'; DROP TABLE effect_codex_threads; -- ${"ü😀".repeat(40)}`
        const key = "k".repeat(256)
        yield* directory.bind(name, "thread-1")
        assert.isTrue(Option.isSome(yield* directory.find(name)))
        assert.isTrue(Option.isNone(yield* directory.begin(name, key, here)))
        assert.isTrue(Option.isSome(yield* directory.begin(name, key, here)))
      })
    )

    it.effect.each([
      ["an empty name", "", "k", "name"],
      ["a name of 256 characters", "n".repeat(256), "k", "name"],
      ["a name with a NUL", "a\0b", "k", "name"],
      ["a lone surrogate", "\ud800", "k", "name"],
      ["an empty key", "n", " ", "key"],
      ["a key of 257 characters", "n", "k".repeat(257), "key"]
    ] as const)("rejects %s", ([, name, key, argument]) =>
      Effect.gen(function* () {
        const directory = yield* ThreadDirectory.ThreadDirectory
        const error = yield* Effect.flip(directory.begin(name, key, here))
        assert.deepInclude(error.reason, { _tag: "InvalidName", argument })
      })
    )
  })
})

describe("two ThreadDirectories on one PostgreSQL", () => {
  it.layer(support.database)((it) => {
    const other = Effect.gen(function* () {
      const database = yield* support.Database
      const layer = Layer.provide(ThreadDirectory.layerSql, support.client(database))
      return Context.get(
        yield* Layer.buildWithMemoMap(layer, Layer.makeMemoMapUnsafe(), yield* Effect.scope),
        ThreadDirectory.ThreadDirectory
      )
    })

    it.effect("give a name to one of ten at once, and an attempt to one of ten", () =>
      Effect.gen(function* () {
        // Built at once, so the tables are created once, too.
        const directories = yield* Effect.all(
          Array.from({ length: 5 }, () => other),
          { concurrency: "unbounded" }
        )
        const binds = yield* Effect.all(
          directories.flatMap((directory, n) => [
            Effect.result(directory.bind("race", `thread-${n}a`)),
            Effect.result(directory.bind("race", `thread-${n}b`))
          ]),
          { concurrency: "unbounded" }
        )
        assert.lengthOf(
          binds.filter(({ _tag }) => _tag === "Success"),
          1
        )
        const begins = yield* Effect.all(
          directories.flatMap((directory, n) => [
            directory.begin("race", "k", { home: `home-${n}a`, threadId: "t" }),
            directory.begin("race", "k", { home: `home-${n}b`, threadId: "t" })
          ]),
          { concurrency: "unbounded" }
        )
        assert.lengthOf(begins.filter(Option.isNone), 1)
        const [earlier] = begins.filter(Option.isSome)
        const replaced = yield* Effect.all(
          directories.map((directory, n) =>
            directory.begin("race", "k", { home: `later-${n}`, threadId: "t" }, earlier?.value)
          ),
          { concurrency: "unbounded" }
        )
        assert.lengthOf(replaced.filter(Option.isNone), 1)
      })
    )
  })
})
