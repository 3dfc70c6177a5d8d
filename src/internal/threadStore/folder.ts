/**
 * Chunks as files: `<folder>/<threadId>/<segment>/<offset>`. `cat` of the files of a segment gives its content.
 *
 * A chunk is written under another name, synced, and then linked to its place. A link fails if its place is taken, so
 * two processes can share the folder, and a chunk is never half written.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as Stream from "effect/Stream"
import { type Backend, isName } from "./chunks.ts"
import { StoreFailed } from "./reasons.ts"

/** Creates the folder, for this user only, and returns what stores chunks in it. */
export const make = Effect.fnUntraced(function* (
  folder: string
): Effect.fn.Return<Backend, StoreFailed, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const root = path.resolve(folder)
  yield* Effect.mapError(fs.makeDirectory(root, { recursive: true, mode: 0o700 }), failed)

  const placeOf = (threadId: string, segment = "") => path.join(root, threadId, segment)
  const chunkOf = (place: string, offset: number) => path.join(place, String(offset).padStart(DIGITS, "0"))
  const names = (place: string) => ifThere(fs.readDirectory(place), [])

  /** The offsets of the chunks, and the size of the segment. */
  const offsets = Effect.fnUntraced(function* (place: string) {
    const found = (yield* names(place)).filter((name) => name.length === DIGITS && isName(name)).map(Number)
    const sorted = found.toSorted((a, b) => a - b)
    const last = sorted.at(-1)
    // The folder can be deleted at any moment.
    const size = last === undefined ? 0 : yield* ifThere(sizeOf(fs, chunkOf(place, last)), 0)
    return { offsets: sorted, size: (last ?? 0) + size }
  })

  const read = (place: string, list: ReadonlyArray<number>) =>
    Effect.forEach(list, (offset) => Effect.map(fs.readFile(chunkOf(place, offset)), (bytes) => ({ offset, bytes })))

  return {
    tail: (threadId, segment, from) =>
      Effect.gen(function* () {
        const place = placeOf(threadId, segment)
        const { offsets: all, size } = yield* offsets(place)
        const overlapping = all.filter((_, index) => (all[index + 1] ?? size) > from)
        return { size, chunks: yield* read(place, overlapping) }
      }).pipe(Effect.mapError(failed)),
    insert: (threadId, segment, { bytes, offset }) =>
      Effect.gen(function* () {
        const place = placeOf(threadId, segment)
        yield* fs.makeDirectory(place, { recursive: true, mode: 0o700 })
        const fresh = path.join(place, `.${globalThis.crypto.randomUUID()}`)
        yield* Effect.acquireRelease(Effect.void, () => Effect.ignore(fs.remove(fresh, { force: true })))
        const file = yield* fs.open(fresh, { flag: "wx", mode: 0o600 })
        yield* file.writeAll(bytes)
        yield* file.sync
        return yield* fs.link(fresh, chunkOf(place, offset)).pipe(
          Effect.as(true),
          Effect.catchReason("PlatformError", "AlreadyExists", () => Effect.succeed(false))
        )
      }).pipe(Effect.scoped, Effect.mapError(failed)),
    sizes: (threadId) =>
      Effect.gen(function* () {
        const found = []
        for (const name of (yield* names(placeOf(threadId))).filter(isName)) {
          const { size } = yield* offsets(placeOf(threadId, name))
          // A folder without chunks is left by an append that was interrupted.
          if (size > 0) found.push({ name, size })
        }
        return found
      }).pipe(Effect.mapError(failed)),
    chunks: (threadId, segment) =>
      Effect.gen(function* () {
        const place = placeOf(threadId, segment)
        return yield* read(place, (yield* offsets(place)).offsets)
      }).pipe(Effect.mapError(failed)),
    list: Stream.unwrap(Effect.map(names(root), (all) => Stream.fromIterable(all.filter(isName)))).pipe(
      Stream.mapError(failed)
    ),
    remove: (threadId) => Effect.mapError(fs.remove(placeOf(threadId), { recursive: true, force: true }), failed)
  }
})

// internal

/** Enough for every offset, so that the names of chunks sort by offset. */
const DIGITS = 16

const failed = (error: PlatformError.PlatformError): StoreFailed => new StoreFailed({ kind: error.reason._tag })

const sizeOf = (fs: FileSystem.FileSystem, place: string) => Effect.map(fs.stat(place), ({ size }) => Number(size))

const ifThere = <A>(effect: Effect.Effect<A, PlatformError.PlatformError>, missing: A) =>
  Effect.catchReason(effect, "PlatformError", "NotFound", () => Effect.succeed(missing))
