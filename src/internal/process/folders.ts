/**
 * Checks the directories for a process before it is started. Nothing is created.
 *
 * Without the check, the system's error for a wrong directory names the program instead, and the server's error
 * arrives only after the start.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { InvalidOptions } from "../../CodexError.ts"

/** Fails with the given option unless the path is a directory that can be entered. */
export const check = Effect.fnUntraced(function* (
  option: string,
  folder: string
): Effect.fn.Return<void, InvalidOptions, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const problem = yield* fs.stat(folder).pipe(
    Effect.flatMap(({ type }) =>
      type === "Directory"
        ? // Resolving the entry `.` requires permission to enter the directory.
          Effect.as(fs.access(`${folder}/.`), undefined)
        : Effect.succeed("not a directory")
    ),
    Effect.catch(({ reason }) => Effect.succeed(problems.get(reason._tag) ?? `cannot be accessed (${reason._tag})`))
  )
  if (problem !== undefined) return yield* new InvalidOptions({ option, description: problem })
})

// internal

const problems: ReadonlyMap<string, string> = new Map([
  ["NotFound", "does not exist; create it first"],
  ["PermissionDenied", "permission denied"],
  // A part of the path is a file.
  ["BadResource", "does not exist: a parent is not a directory"]
])
