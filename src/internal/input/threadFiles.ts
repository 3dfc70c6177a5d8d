/**
 * Files in a prompt: relative paths start at the thread's working folder, and images are looked at. The server itself would start at the folder of
 * its process, whatever the thread's is.
 */
import * as Effect from "effect/Effect"
import { InvalidInput } from "../../CodexError.ts"
import type { Part } from "../../Input.ts"
import type { Inspect } from "./localImages.ts"

/** The same parts with absolute paths. Fails for an image file that the server couldn't read. */
export const resolve = (
  parts: ReadonlyArray<Part>,
  cwd: string,
  inspect: Inspect | undefined
): Effect.Effect<ReadonlyArray<Part>, InvalidInput> =>
  Effect.forEach(parts, (part, index): Effect.Effect<Part, InvalidInput> => {
    if (part.type === "localAudio") return Effect.succeed({ ...part, path: absolute(part.path, cwd) })
    if (part.type !== "localImage") return Effect.succeed(part)
    const path = absolute(part.path, cwd)
    const resolved: Part = { ...part, path }
    // A folder that is relative itself starts where the server's process does, which isn't known here.
    if (inspect === undefined || !isAbsolute(path)) return Effect.succeed(resolved)
    return Effect.flatMap(inspect(path), (problem) =>
      problem === undefined
        ? Effect.succeed(resolved)
        : Effect.fail(
            new InvalidInput({ argument: "input", description: `part ${index + 1}: the image file ${problem}` })
          )
    )
  })

/** Whether a path says by itself where it leads, on any system. */
export const isAbsolute = (path: string): boolean => /^(?:[/\\]|[A-Za-z]:[/\\])/.test(path)

// internal

const absolute = (path: string, cwd: string): string =>
  isAbsolute(path) ? path : `${cwd.replace(/[/\\]$/, "")}${/^[A-Za-z]:|^\\\\/.test(cwd) ? "\\" : "/"}${path}`
