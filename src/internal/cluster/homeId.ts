/**
 * The identity of a Codex home: a random id in a file of the home. So two machines that share a home have the same id,
 * and a home that was deleted and created again has another one.
 *
 * The id answers one question: is the record here the one that a key was sent into? A home whose record of a thread was
 * replaced therefore gets a new id. A copy of a home has the id of its original, and must not be used beside it.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { ThreadStoreError } from "../threadStore/service.ts"
import { LocalFailed } from "../threadStore/reasons.ts"
import type { PlatformError } from "effect/PlatformError"

/** The file with the id. */
export const file = "effect-codex-home-id"

/** Reads the id of a home, and creates it if there is none. */
export const read: (codexHome: string) => Effect.Effect<string, ThreadStoreError, FileSystem.FileSystem | Path.Path> =
  Effect.fnUntraced(
    function* (codexHome: string) {
      const fs = yield* FileSystem.FileSystem
      const place = (yield* Path.Path).join(codexHome, file)
      const stored = fs.readFileString(place).pipe(
        Effect.map((text) => text.trim()),
        Effect.catchReason("PlatformError", "NotFound", () => Effect.succeed(""))
      )
      const found = yield* stored
      if (found !== "") return found
      yield* write(codexHome, "link")
      return yield* stored
    },
    Effect.scoped,
    Effect.mapError((error) => failed(error))
  )

/** Gives a home a new id, so that what was sent from it before counts as sent from elsewhere. */
export const renew: (codexHome: string) => Effect.Effect<void, ThreadStoreError, FileSystem.FileSystem | Path.Path> =
  Effect.fnUntraced(
    function* (codexHome: string) {
      yield* write(codexHome, "rename")
    },
    Effect.scoped,
    Effect.mapError((error) => failed(error))
  )

/** The error of a file of the home. */
export const failed = (error: PlatformError): ThreadStoreError =>
  new ThreadStoreError({ method: "ThreadEntity", reason: new LocalFailed({ kind: error.reason._tag }) })

// internal

/** Writes a new id beside its place, and moves it there. With a link, the id of a faster process stays. */
const write = Effect.fnUntraced(function* (codexHome: string, how: "link" | "rename") {
  const fs = yield* FileSystem.FileSystem
  const place = (yield* Path.Path).join(codexHome, file)
  const id = globalThis.crypto.randomUUID()
  const fresh = `${place}.${id}`
  yield* Effect.acquireRelease(Effect.void, () => Effect.ignore(fs.remove(fresh, { force: true })))
  yield* fs.writeFileString(fresh, `${id}\n`, { mode: 0o600, flag: "wx" })
  if (how === "rename") return yield* fs.rename(fresh, place)
  yield* Effect.catchReason(fs.link(fresh, place), "PlatformError", "AlreadyExists", () => Effect.void)
})
