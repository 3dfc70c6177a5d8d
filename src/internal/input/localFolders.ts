/**
 * Checks the working folder of a thread or turn before it is sent: the server accepts one that does not exist, and then each
 * command in it fails, which only the model reads.
 *
 * Only where the server runs on this machine: `Codex.layer` provides the check with its `FileSystem`. Over any other
 * transport nothing is checked.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type { InvalidOptions } from "../../CodexError.ts"
import * as folders from "../process/folders.ts"

/** Fails for a folder that a command could not run in. */
export type Check = (cwd: string) => Effect.Effect<void, InvalidOptions>

/** The check that applies to a connection. */
export const LocalFolders = Context.Reference<Check>("effect-codex/internal/LocalFolders", {
  defaultValue: () => () => Effect.void
})

/** The check on this machine's folders. */
export const layer: Layer.Layer<never, never, FileSystem.FileSystem> = Layer.effect(
  LocalFolders,
  Effect.map(
    FileSystem.FileSystem,
    (fs): Check =>
      (cwd) =>
        Effect.provideService(folders.check("cwd", cwd), FileSystem.FileSystem, fs)
  )
)
