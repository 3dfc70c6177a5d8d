/**
 * Looks at the folders that a process is given, before it is started: the system's own word for a wrong one speaks of the program, and the
 * server's comes after the start. Nothing is created.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { InvalidOptions } from "../../CodexError.ts"

/** Refuses what is no folder that can be entered; the option is the one that names it. */
export const check = Effect.fnUntraced(function* (
  option: string,
  folder: string
): Effect.fn.Return<void, InvalidOptions, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const problem = yield* fs.stat(folder).pipe(
    Effect.flatMap(({ type }) =>
      type === "Directory"
        ? // Only who may enter a folder finds itself in it.
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
  // A file on the way to it.
  ["BadResource", "does not exist: a parent is not a directory"]
])
