/**
 * What a `ThreadStore` must do, as cases for any test framework. Use it to test a store of your own.
 *
 * Each case uses threads with new ids and deletes them, so the cases can share a store, also one in use. A case fails
 * with `ConformanceFailed`, or with the error of the store.
 *
 * **Example** (Testing a store with `@effect/vitest`)
 *
 * ```ts
 * import { describe, it } from "@effect/vitest"
 * import { Effect, type Layer } from "effect"
 * import { ThreadStoreConformance } from "effect-codex/testing"
 * import type { ThreadStore } from "effect-codex/ThreadStore"
 *
 * declare const myStoreLayer: Layer.Layer<ThreadStore>
 *
 * describe("my store", () => {
 *   for (const { check, name } of ThreadStoreConformance.cases) {
 *     it.effect(name, () => check.pipe(Effect.provide(myStoreLayer)))
 *   }
 * })
 * ```
 *
 * @since 0.171.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type Reason, type Segment, ThreadStore, ThreadStoreError } from "../ThreadStore.ts"

/**
 * A store does not do what a case expects.
 *
 * @category errors
 * @since 0.171.0
 */
export class ConformanceFailed extends Schema.TaggedError<ConformanceFailed>("effect-codex/testing/ConformanceFailed")(
  "ConformanceFailed",
  {
    /** What is wrong. */
    description: Schema.String
  }
) {
  /** The same case fails again. */
  readonly isRetryable = false
  override get message(): string {
    return this.description
  }
}

/**
 * A case about one store.
 *
 * @category models
 * @since 0.171.0
 */
export interface Case {
  /** What the store does, as the title of a test. */
  readonly name: string
  /** Succeeds if the store does it. */
  readonly check: Effect.Effect<void, ConformanceFailed | ThreadStoreError, ThreadStore>
}

/**
 * A case about two stores on the same data, such as those of two processes. Build the layer of the store twice.
 *
 * @category models
 * @since 0.171.0
 */
export interface SharedCase {
  /** What the stores do, as the title of a test. */
  readonly name: string
  /** Succeeds if the stores do it. */
  check(first: ThreadStore, second: ThreadStore): Effect.Effect<void, ConformanceFailed | ThreadStoreError>
}

/**
 * Whether a value is a `ConformanceFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isConformanceFailed = (value: unknown): value is ConformanceFailed => value instanceof ConformanceFailed

/**
 * The cases that every store must pass.
 *
 * @category cases
 * @since 0.171.0
 */
export const cases: ReadonlyArray<Case> = [
  of("returns no segments of a thread that is not stored", ({ id, store }) =>
    Effect.gen(function* () {
      yield* same("segments", yield* store.segments(id), [])
      yield* same("load", yield* store.load(id), [])
      yield* store.delete(id)
    })
  ),
  of("returns appended bytes, byte for byte", ({ id, store }) =>
    Effect.gen(function* () {
      const all = Uint8Array.from({ length: 256 }, (_, index) => index)
      yield* store.append(id, "a", 0, all)
      yield* store.append(id, "a", 256, all.toReversed())
      yield* same("segments", yield* store.segments(id), [{ name: "a", size: 512 }])
      yield* same("load", shown(yield* store.load(id)), [["a", [...all, ...all.toReversed()]]])
    })
  ),
  of("appends 1 MiB at once", ({ id, store }) =>
    Effect.gen(function* () {
      const bytes = Uint8Array.from({ length: 1024 * 1024 }, (_, index) => (index * 31) % 251)
      yield* store.append(id, "a", 0, bytes)
      const [segment] = yield* store.load(id)
      yield* same("equal", segment?.bytes.every((byte, index) => byte === bytes[index]) ?? false, true)
      yield* same("size", segment?.bytes.length, bytes.length)
    })
  ),
  of("keeps its own copy of the bytes", ({ id, store }) =>
    Effect.gen(function* () {
      const bytes = text("abc")
      yield* store.append(id, "a", 0, bytes)
      bytes.fill(0)
      yield* same("load", shown(yield* store.load(id)), [["a", [...text("abc")]]])
    })
  ),
  of("sorts the segments of a thread by name", ({ id, store }) =>
    Effect.gen(function* () {
      for (const name of ["b", "C", "a-1", "a"]) yield* store.append(id, name, 0, text(name))
      yield* same(
        "segments",
        (yield* store.segments(id)).map(({ name }) => name),
        ["C", "a", "a-1", "b"]
      )
      yield* same(
        "load",
        (yield* store.load(id)).map(({ name }) => name),
        ["C", "a", "a-1", "b"]
      )
    })
  ),
  of("accepts the same append again, also if more was appended since", ({ id, store }) =>
    Effect.gen(function* () {
      for (const [offset, bytes] of [
        [0, "abc"],
        [0, "abc"],
        [3, "def"],
        [0, "abc"],
        [3, "def"],
        [1, "bcd"]
      ] as const) {
        yield* store.append(id, "a", offset, text(bytes))
      }
      yield* same("load", shown(yield* store.load(id)), [["a", [...text("abcdef")]]])
    })
  ),
  of("appends only what is new of an append that overlaps", ({ id, store }) =>
    Effect.gen(function* () {
      yield* store.append(id, "a", 0, text("abc"))
      yield* store.append(id, "a", 1, text("bcdef"))
      yield* store.append(id, "a", 0, text("abcdefg"))
      yield* same("load", shown(yield* store.load(id)), [["a", [...text("abcdefg")]]])
    })
  ),
  of("rejects an append behind the end with Gap, and stores nothing", ({ id, store }) =>
    Effect.gen(function* () {
      yield* same("gap", yield* reasonOf(store.append(id, "a", 1, text("b"))), { _tag: "Gap", offset: 1, size: 0 })
      yield* same("segments", yield* store.segments(id), [])
      yield* store.append(id, "a", 0, text("abc"))
      yield* same("gap", yield* reasonOf(store.append(id, "a", 4, text("e"))), { _tag: "Gap", offset: 4, size: 3 })
      yield* same("segments", yield* store.segments(id), [{ name: "a", size: 3 }])
    })
  ),
  of("rejects different bytes with Conflict, and stores nothing", ({ id, store }) =>
    Effect.gen(function* () {
      yield* store.append(id, "a", 0, text("abc"))
      yield* store.append(id, "a", 3, text("def"))
      for (const [offset, bytes] of [
        [0, "abX"],
        [2, "cX"],
        [3, "defgX".replace("f", "X")],
        [0, "Xbcdefgh"],
        [5, "Xgh"]
      ] as const) {
        const reason = yield* reasonOf(store.append(id, "a", offset, text(bytes)))
        yield* same(`append of ${bytes} at ${offset}`, reason, { _tag: "Conflict", offset })
      }
      yield* same("load", shown(yield* store.load(id)), [["a", [...text("abcdef")]]])
    })
  ),
  of("creates no segment by an append of no bytes", ({ id, store }) =>
    Effect.gen(function* () {
      yield* store.append(id, "a", 0, new Uint8Array())
      yield* same("segments", yield* store.segments(id), [])
      yield* store.append(id, "a", 0, text("abc"))
      yield* store.append(id, "a", 3, new Uint8Array())
      yield* same("segments", yield* store.segments(id), [{ name: "a", size: 3 }])
      yield* same("gap", (yield* reasonOf(store.append(id, "a", 4, new Uint8Array())))._tag, "Gap")
    })
  ),
  of("rejects names that are not allowed, and stores nothing", ({ id, store }) =>
    Effect.gen(function* () {
      const names = ["", ".", "..", "../x", "a/b", "a\\b", ".hidden", "a b", "a\u0000", "é", "_a", "x".repeat(129)]
      for (const name of names) {
        const shownName = JSON.stringify(name)
        const segment = yield* reasonOf(store.append(id, name, 0, text("a")))
        yield* same(`segment ${shownName}`, segment, { _tag: "InvalidName", argument: "segment" })
        const calls = [
          store.append(name, "a", 0, text("a")),
          store.segments(name),
          store.load(name),
          store.delete(name)
        ]
        for (const call of calls) {
          yield* same(`thread ${shownName}`, yield* reasonOf(call), { _tag: "InvalidName", argument: "threadId" })
        }
      }
      for (const offset of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        const reason = yield* reasonOf(store.append(id, "a", offset, text("a")))
        yield* same(`offset ${offset}`, reason, { _tag: "InvalidName", argument: "offset" })
      }
      yield* same("segments", yield* store.segments(id), [])
      yield* store.append(id, "x".repeat(128), 0, text("a"))
    })
  ),
  of("keeps threads and segments apart whose names begin alike", ({ id, other, store }) =>
    Effect.gen(function* () {
      yield* store.append(id, "a", 0, text("1"))
      yield* store.append(id, "a.b", 0, text("2"))
      yield* store.append(other, "a", 0, text("3"))
      yield* store.delete(id)
      yield* same("load of the deleted thread", yield* store.load(id), [])
      yield* same("load of the other", shown(yield* store.load(other)), [["a", [...text("3")]]])
    })
  ),
  of("lists each thread once, until it is deleted", ({ id, other, store }) =>
    Effect.gen(function* () {
      yield* store.append(id, "a", 0, text("1"))
      yield* store.append(id, "b", 0, text("2"))
      yield* store.append(other, "a", 0, text("3"))
      const listed = Effect.map(Stream.runCollect(store.list), (ids) =>
        [...ids].filter((each) => each === id || each === other).toSorted()
      )
      yield* same("list", yield* listed, [id, other].toSorted())
      yield* store.delete(id)
      yield* same("list", yield* listed, [other])
    })
  ),
  of("stores a deleted thread anew, from offset 0", ({ id, store }) =>
    Effect.gen(function* () {
      yield* store.append(id, "a", 0, text("abc"))
      yield* store.delete(id)
      yield* same("gap", (yield* reasonOf(store.append(id, "a", 3, text("d"))))._tag, "Gap")
      yield* store.append(id, "a", 0, text("xyz"))
      yield* same("load", shown(yield* store.load(id)), [["a", [...text("xyz")]]])
    })
  ),
  of("lets one of many appends at the same offset succeed", ({ id, store }) => race(id, Array(8).fill(store)))
]

/**
 * The cases that a store must pass which several processes use at once.
 *
 * @category cases
 * @since 0.171.0
 */
export const sharedCases: ReadonlyArray<SharedCase> = [
  {
    name: "sees what the other store has appended",
    check: (first, second) =>
      withThreads(first, ({ id }) =>
        Effect.gen(function* () {
          yield* first.append(id, "a", 0, text("abc"))
          yield* second.append(id, "a", 3, text("def"))
          yield* first.append(id, "a", 6, text("ghi"))
          for (const store of [first, second]) {
            yield* same("load", shown(yield* store.load(id)), [["a", [...text("abcdefghi")]]])
          }
          yield* same("conflict", (yield* reasonOf(second.append(id, "a", 6, text("xyz"))))._tag, "Conflict")
        })
      )
  },
  {
    name: "lets one of many appends of two stores at the same offset succeed",
    check: (first, second) =>
      withThreads(first, ({ id }) => race(id, [first, second, first, second, first, second, first, second]))
  }
]

// internal

interface Threads {
  readonly store: ThreadStore
  readonly id: string
  readonly other: string
}

type Check = Effect.Effect<void, ConformanceFailed | ThreadStoreError>

function of(name: string, check: (threads: Threads) => Check): Case {
  return { name, check: Effect.flatMap(ThreadStore, (store) => withThreads(store, check)) }
}

function withThreads(store: ThreadStore, check: (threads: Threads) => Check): Check {
  return Effect.suspend(() => {
    const id = globalThis.crypto.randomUUID()
    const other = `${id}.2`
    return Effect.ensuring(
      check({ store, id, other }),
      Effect.ignore(Effect.andThen(store.delete(id), store.delete(other)))
    )
  })
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content)
}

function shown(segments: ReadonlyArray<Segment>): ReadonlyArray<readonly [string, ReadonlyArray<number>]> {
  return segments.map(({ bytes, name }) => [name, [...bytes]])
}

function same(what: string, actual: unknown, expected: unknown): Effect.Effect<void, ConformanceFailed> {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (found === wanted) return Effect.void
  return Effect.fail(new ConformanceFailed({ description: `${what}: expected ${wanted}, found ${found}` }))
}

function reasonOf(
  call: Effect.Effect<unknown, ThreadStoreError>
): Effect.Effect<typeof Reason.Encoded, ConformanceFailed> {
  return Effect.flatMap(Effect.exit(Effect.flip(call)), (exit) =>
    Exit.isSuccess(exit)
      ? // By its schema, so an error that cannot be encoded is found, too.
        Effect.map(Effect.orDie(Schema.encodeEffect(ThreadStoreError)(exit.value)), ({ reason }) => reason)
      : Effect.fail(new ConformanceFailed({ description: "expected a failure, but the call succeeded" }))
  )
}

/** Of appends with different bytes at each of some offsets, exactly one succeeds, and its bytes are whole. */
function race(id: string, stores: ReadonlyArray<ThreadStore>): Check {
  return Effect.gen(function* () {
    let expected = ""
    for (let round = 0; round < 5; round++) {
      const offset = expected.length
      const contents = stores.map((_, index) => `round ${round}, append ${String.fromCharCode(97 + index)}`)
      const outcomes = yield* Effect.forEach(
        stores,
        (store, index) => Effect.exit(store.append(id, "a", offset, text(contents[index] ?? ""))),
        { concurrency: "unbounded" }
      )
      yield* same("appends that succeeded", outcomes.filter(Exit.isSuccess).length, 1)
      expected += contents[outcomes.findIndex(Exit.isSuccess)] ?? ""
    }
    const [store] = stores
    if (store !== undefined) yield* same("load", shown(yield* store.load(id)), [["a", [...text(expected)]]])
  })
}
