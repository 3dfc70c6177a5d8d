/**
 * The threads of a Codex home as files: where their rollout files are, and their names. It writes nothing; `restore.ts`
 * does.
 *
 * `scan` reads only names of files. The names of threads are read from the index as far as it has grown, so a refresh
 * costs what is new. An index that became shorter is read anew.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { LocalFailed } from "./reasons.ts"
import * as rollout from "./rollout.ts"

/** The files of a home. */
export interface Home {
  readonly folder: string
  /** The name of a file, without its folders. */
  baseName(file: string): string
  /** Looks for all rollout files: their paths by thread and name. */
  readonly scan: Effect.Effect<ReadonlyMap<string, ReadonlyMap<string, string>>, LocalFailed>
  /** The files of a thread in the folder of one of them: their paths by name. */
  filesBeside(file: string, id: string): Effect.Effect<ReadonlyMap<string, string>, LocalFailed>
  /** Whether the file of a thread is in the archive. */
  isArchived(file: string): boolean
  /** The newest name of a thread, if it has one. */
  nameOf(id: string): Effect.Effect<rollout.Name | undefined, LocalFailed>
  /** The size of a file, or `undefined` if there is none. */
  sizeOf(file: string): Effect.Effect<number | undefined, LocalFailed>
  /** The bytes of a file from an offset on, up to an end, in parts of this size. */
  read(file: string, from: number, to: number, chunkSize?: number): Stream.Stream<Uint8Array, LocalFailed>
}

/** Opens a home. */
export const make = Effect.fnUntraced(function* (
  folder: string
): Effect.fn.Return<Home, never, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const index = path.join(folder, rollout.indexFile)
  const archive = path.join(folder, rollout.archive)

  const scan = Effect.gen(function* () {
    const found = new Map<string, Map<string, string>>()
    for (const part of rollout.folders) {
      const place = path.join(folder, part)
      for (const file of yield* ifThere(fs.readDirectory(place, { recursive: true }), [])) {
        const name = path.basename(file)
        const id = rollout.threadOf(name)
        if (id === undefined) continue
        const files = found.get(id) ?? new Map<string, string>()
        found.set(id, files.set(name, path.join(place, file)))
      }
    }
    return found
  }).pipe(Effect.mapError(failed))

  const filesBeside = Effect.fnUntraced(function* (file: string, id: string) {
    const place = path.dirname(file)
    const names = yield* ifThere(fs.readDirectory(place), [])
    return new Map(names.filter((name) => rollout.threadOf(name) === id).map((name) => [name, path.join(place, name)]))
  }, Effect.mapError(failed))

  const sizeOf = (file: string) =>
    Effect.map(fs.stat(file), ({ size }): number | undefined => Number(size)).pipe(
      (size) => ifThere(size, undefined),
      Effect.mapError(failed)
    )

  const read = (file: string, from: number, to: number, chunkSize = CHUNK) =>
    Stream.mapError(fs.stream(file, { offset: from, bytesToRead: to - from, chunkSize }), failed)

  const names = new Map<string, rollout.Name>()
  let indexed = 0
  const refresh = Effect.gen(function* () {
    const size = (yield* sizeOf(index)) ?? 0
    if (size < indexed) {
      indexed = 0
      names.clear()
    }
    if (size === indexed) return
    const parts = yield* Stream.runCollect(read(index, indexed, size))
    const bytes = Buffer.concat(parts)
    // A line that is just being written is read later.
    const end = bytes.lastIndexOf("\n") + 1
    indexed += end
    for (const line of bytes.toString("utf8", 0, end).split("\n")) {
      const name = rollout.nameOf(line)
      // A name that is set again keeps its time: see `restore.ts`.
      if (name !== undefined && names.get(name.threadId)?.name !== name.name) names.set(name.threadId, name)
    }
  })
  // Two refreshes at once would both read the same lines, and add their length twice.
  const alone = Semaphore.makeUnsafe(1)

  return {
    folder,
    baseName: path.basename,
    scan,
    filesBeside,
    isArchived: (file) => path.dirname(file) === archive,
    sizeOf,
    read,
    nameOf: (id) => Effect.map(alone.withPermit(refresh), () => names.get(id))
  }
})

/** The reason of a failure of the file system. */
export const failed = (error: PlatformError.PlatformError): LocalFailed => new LocalFailed({ kind: error.reason._tag })

/** The value of an effect, or another one if the file is not there. */
export const ifThere = <A>(effect: Effect.Effect<A, PlatformError.PlatformError>, missing: A) =>
  Effect.catchReason(effect, "PlatformError", "NotFound", () => Effect.succeed(missing))

// internal

/** How much of a file is read and appended at once. */
const CHUNK = 1024 * 1024
