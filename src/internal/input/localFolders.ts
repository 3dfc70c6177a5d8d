/**
 * Checks the working directory of a thread or turn before it is sent. The server accepts a directory that does not
 * exist; then each command in it fails, and only the model sees why.
 *
 * This applies only if the server runs on this machine: `Codex.layer` provides the check with its `FileSystem`. Over
 * any other transport nothing is checked.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type { InvalidOptions } from "../../CodexError.ts"
import * as folders from "../process/folders.ts"

/** Fails for a directory that a command could not run in. */
export type Check = (cwd: string) => Effect.Effect<void, InvalidOptions>

/** The check that applies to a connection. */
export const LocalFolders = Context.Reference<Check>("effect-codex/internal/LocalFolders", {
  defaultValue: () => () => Effect.void
})

/** The check for directories on this machine. */
export const layer: Layer.Layer<never, never, FileSystem.FileSystem> = Layer.effect(
  LocalFolders,
  Effect.map(
    FileSystem.FileSystem,
    (fs): Check =>
      (cwd) =>
        Effect.provideService(folders.check("cwd", cwd), FileSystem.FileSystem, fs)
  )
)
