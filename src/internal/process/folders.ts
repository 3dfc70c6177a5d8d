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
        : Effect.succeed("it is no folder")
    ),
    Effect.catch(({ reason }) => Effect.succeed(problems.get(reason._tag) ?? `it can't be looked at (${reason._tag})`))
  )
  if (problem !== undefined) return yield* new InvalidOptions({ option, description: problem })
})

// internal

const problems: ReadonlyMap<string, string> = new Map([
  ["NotFound", "there is no such folder; create it first"],
  ["PermissionDenied", "this program may not enter the folder"],
  // A file on the way to it.
  ["BadResource", "there is no such folder: a part of its path is no folder"]
])
