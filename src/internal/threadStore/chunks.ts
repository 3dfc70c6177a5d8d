/**
 * A `ThreadStore` over chunks. A chunk is what one append added to a segment, at its offset, and never changes.
 *
 * The one rule that a backend must keep: of two chunks at the same offset, only the first is inserted. A chunk is
 * inserted only at the end of its segment. So two processes that append at once cannot both succeed, and a process
 * that dies leaves either the whole chunk or nothing.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Conflict, Corrupt, Gap, InvalidName, type StoreFailed } from "./reasons.ts"
import { type Reason, type Segment, ThreadStore, ThreadStoreError } from "./service.ts"

/** A chunk of a segment. */
export interface Chunk {
  readonly offset: number
  readonly bytes: Uint8Array
}

/** Where chunks are stored. */
export interface Backend {
  /** The size of a segment (0 if there is none), and its chunks that end after `from`, by offset. */
  tail(
    threadId: string,
    segment: string,
    from: number
  ): Effect.Effect<{ readonly size: number; readonly chunks: ReadonlyArray<Chunk> }, StoreFailed>
  /** Inserts a chunk, durably. `false` if there is one at its offset. */
  insert(threadId: string, segment: string, chunk: Chunk): Effect.Effect<boolean, StoreFailed>
  /** The segments of a thread with their sizes. */
  sizes(threadId: string): Effect.Effect<ReadonlyArray<{ readonly name: string; readonly size: number }>, StoreFailed>
  /** All chunks of a segment, by offset. */
  chunks(threadId: string, segment: string): Effect.Effect<ReadonlyArray<Chunk>, StoreFailed>
  /** The ids of the threads. */
  readonly list: Stream.Stream<string, StoreFailed>
  /** Deletes all chunks of a thread. */
  remove(threadId: string): Effect.Effect<void, StoreFailed>
}

/** Creates a store over a backend. */
export const make = (backend: Backend): ThreadStore => {
  const append = Effect.fnUntraced(function* (
    threadId: string,
    segment: string,
    offset: number,
    bytes: Uint8Array
  ): Effect.fn.Return<void, Reason> {
    yield* checkName("threadId", threadId)
    yield* checkName("segment", segment)
    if (!Number.isSafeInteger(offset) || offset < 0) return yield* new InvalidName({ argument: "offset" })
    while (true) {
      const { chunks, size } = yield* backend.tail(threadId, segment, offset)
      if (offset > size) return yield* new Gap({ offset, size })
      if (!chunks.every((chunk) => agrees(chunk, offset, bytes))) return yield* new Conflict({ offset })
      const rest = bytes.subarray(size - offset)
      if (rest.length === 0) return
      if (yield* backend.insert(threadId, segment, { offset: size, bytes: rest })) return
      // Another call was faster: compare with what it has inserted.
    }
  })

  const sizes = (threadId: string) =>
    Effect.andThen(checkName("threadId", threadId), backend.sizes(threadId)).pipe(
      Effect.map((found) => found.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    )

  const load = Effect.fnUntraced(function* (threadId: string): Effect.fn.Return<ReadonlyArray<Segment>, Reason> {
    const segments: Array<Segment> = []
    for (const { name } of yield* sizes(threadId)) {
      const bytes = joined(yield* backend.chunks(threadId, name))
      if (bytes === undefined) return yield* new Corrupt({ segment: name })
      segments.push({ name, bytes })
    }
    return segments
  })

  return ThreadStore.of({
    append: (threadId, segment, offset, bytes) =>
      append(threadId, segment, offset, bytes).pipe(failure("append", threadId), Effect.withSpan("ThreadStore.append")),
    segments: (threadId) =>
      sizes(threadId).pipe(failure("segments", threadId), Effect.withSpan("ThreadStore.segments")),
    load: (threadId) => load(threadId).pipe(failure("load", threadId), Effect.withSpan("ThreadStore.load")),
    list: Stream.mapError(backend.list, (reason) => new ThreadStoreError({ method: "ThreadStore.list", reason })),
    delete: (threadId) =>
      Effect.andThen(checkName("threadId", threadId), backend.remove(threadId)).pipe(
        failure("delete", threadId),
        Effect.withSpan("ThreadStore.delete")
      )
  })
}

/** Whether a store accepts a name. */
export const isName = (name: unknown): name is string => typeof name === "string" && pattern.test(name)

// internal

// No separator of paths and no dot at the beginning, so a name cannot leave its folder.
const pattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

const checkName = (argument: "threadId" | "segment", name: string): Effect.Effect<void, InvalidName> =>
  isName(name) ? Effect.void : Effect.fail(new InvalidName({ argument }))

// An id that is not allowed can be anything, so it is not repeated in the error.
const failure = (method: string, threadId: string) =>
  Effect.mapError(
    (reason: Reason) =>
      new ThreadStoreError({ method: `ThreadStore.${method}`, ...(isName(threadId) && { threadId }), reason })
  )

/** Whether a chunk has the same bytes as these at their place, where both overlap. */
const agrees = (chunk: Chunk, offset: number, bytes: Uint8Array): boolean => {
  const from = Math.max(chunk.offset, offset)
  const to = Math.min(chunk.offset + chunk.bytes.length, offset + bytes.length)
  for (let at = from; at < to; at++) {
    if (chunk.bytes[at - chunk.offset] !== bytes[at - offset]) return false
  }
  return true
}

/** The content of chunks, or `undefined` if one is missing. */
const joined = (chunks: ReadonlyArray<Chunk>): Uint8Array | undefined => {
  const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.bytes.length, 0))
  let size = 0
  for (const chunk of chunks) {
    if (chunk.offset !== size) return undefined
    bytes.set(chunk.bytes, size)
    size += chunk.bytes.length
  }
  return bytes
}
