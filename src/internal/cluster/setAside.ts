/**
 * Removes a thread from a Codex home whose copy is behind or beside the stored one, so that it can be restored.
 *
 * The server forgets a thread only if it is deleted: it keeps a loaded thread in memory for a minute after the last
 * client has left. The files are copied to `effect-codex-set-aside` first, because a turn that was never stored can be
 * in them. The home then gets a new id: its record no longer tells what was sent from it.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { Codex } from "../../Codex.ts"
import type { CodexError } from "../../CodexError.ts"
import * as homes from "../threadStore/home.ts"
import { ThreadStoreError } from "../threadStore/service.ts"
import * as homeId from "./homeId.ts"

/** The folder of the home with what was set aside. */
export const folder = "effect-codex-set-aside"

/** Sets the files of a thread aside. */
export const setAside: (
  codex: Codex,
  threadId: string
) => Effect.Effect<void, CodexError | ThreadStoreError, FileSystem.FileSystem | Path.Path> = Effect.fnUntraced(
  function* (codex, threadId) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const { codexHome } = codex.metadata
    const home = yield* homes.make(codexHome)
    const scanned = yield* Effect.mapError(
      home.scan,
      (reason) => new ThreadStoreError({ method: "ThreadEntity", threadId, reason })
    )
    const files = [...(scanned.get(threadId) ?? [])]
    const now = yield* Clock.currentTimeMillis
    const place = path.join(codexHome, folder, `${threadId}-${now}`)
    yield* fs
      .makeDirectory(place, { recursive: true, mode: 0o700 })
      .pipe(
        Effect.andThen(Effect.forEach(files, ([name, file]) => fs.copyFile(file, path.join(place, name)))),
        Effect.mapError(homeId.failed)
      )
    // Before the files are gone: a crash in between must not make an attempt look as if it was never sent.
    yield* homeId.renew(codexHome)
    yield* codex.deleteThread(threadId)
    yield* Effect.logWarning(
      "The copy of a thread in this Codex home was set aside: another process has continued it",
      {
        threadId,
        place
      }
    )
  }
)
