/**
 * Chunks as entries of a `KeyValueStore`, with an entry for each thread that lists its chunks.
 *
 * A `KeyValueStore` cannot reject a second writer, so one program at a time may use it; its appends take turns. A chunk
 * is set before its thread lists it, so a program that dies in between leaves an entry that the next append replaces.
 */
import * as Effect from "effect/Effect"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { Backend } from "./chunks.ts"
import { StoreFailed } from "./reasons.ts"

/** Returns what stores chunks in a `KeyValueStore`. */
export const make = Effect.map(KeyValueStore.KeyValueStore, (whole): Backend => {
  const store = KeyValueStore.prefix(whole, "effect-codex/thread-store/")
  const alone = Semaphore.makeUnsafe(1)

  const contents = (threadId: string) =>
    store.get(threadKey(threadId)).pipe(
      Effect.flatMap((text) => (text === undefined ? Effect.succeed<Contents>({}) : decode(text))),
      Effect.mapError(failed)
    )
  const listed = (threadId: string, segment: string) =>
    Effect.map(contents(threadId), (all) => (Object.hasOwn(all, segment) ? (all[segment] ?? []) : []))

  const read = Effect.fnUntraced(function* (threadId: string, segment: string, list: ReadonlyArray<Place>) {
    const chunks = []
    for (const [offset, size] of list) {
      const bytes = yield* Effect.mapError(store.getUint8Array(chunkKey(threadId, segment, offset)), failed)
      // What is listed and missing is found by the one who joins the chunks.
      if (bytes !== undefined && bytes.length === size) chunks.push({ offset, bytes })
    }
    return chunks
  })

  return {
    tail: Effect.fnUntraced(function* (threadId, segment, from) {
      const list = yield* listed(threadId, segment)
      const overlapping = list.filter(([offset, size]) => offset + size > from)
      return { size: endOf(list), chunks: yield* read(threadId, segment, overlapping) }
    }),
    insert: (threadId, segment, { bytes, offset }) =>
      Effect.gen(function* () {
        const all = yield* contents(threadId)
        const list = yield* listed(threadId, segment)
        if (endOf(list) !== offset) return false
        // A copy, because a store in memory keeps what it is given.
        yield* store.set(chunkKey(threadId, segment, offset), bytes.slice())
        const next: Contents = { ...all, [segment]: [...list, [offset, bytes.length]] }
        yield* store.set(threadKey(threadId), encode(next))
        return true
      }).pipe(Effect.mapError(failed), alone.withPermit),
    sizes: (threadId) =>
      Effect.map(contents(threadId), (all) => Object.entries(all).map(([name, list]) => ({ name, size: endOf(list) }))),
    chunks: (threadId, segment) => Effect.flatMap(listed(threadId, segment), (list) => read(threadId, segment, list)),
    list: Stream.unwrap(
      Effect.map(store.keys, (keys) =>
        Stream.fromIterable(keys.flatMap((key) => (key.startsWith(THREADS) ? key.slice(THREADS.length) : [])))
      )
    ).pipe(Stream.mapError(failed)),
    remove: (threadId) =>
      Effect.gen(function* () {
        const all = yield* contents(threadId)
        yield* store.remove(threadKey(threadId))
        for (const [segment, list] of Object.entries(all)) {
          for (const [offset] of list) yield* store.remove(chunkKey(threadId, segment, offset))
        }
      }).pipe(Effect.mapError(failed), alone.withPermit)
  }
})

// internal

const THREADS = "threads/"

const threadKey = (threadId: string): string => `${THREADS}${threadId}`

const chunkKey = (threadId: string, segment: string, offset: number): string =>
  `chunks/${threadId}/${segment}/${offset}`

/** The offset and the size of a chunk. */
const Place = Schema.Tuple([Schema.Number, Schema.Number])
type Place = typeof Place.Type

/** The chunks of a thread, by segment. */
const Contents = Schema.Record(Schema.String, Schema.Array(Place))
type Contents = typeof Contents.Type

const decode = Schema.decodeEffect(Schema.fromJsonString(Contents))
const encode = Schema.encodeSync(Schema.fromJsonString(Contents))

const endOf = (list: ReadonlyArray<Place>): number =>
  list.reduce((end, [offset, size]) => Math.max(end, offset + size), 0)

const failed = (error: KeyValueStore.KeyValueStoreError | Schema.SchemaError | StoreFailed): StoreFailed =>
  error._tag === "StoreFailed" ? error : new StoreFailed({ kind: error._tag })
