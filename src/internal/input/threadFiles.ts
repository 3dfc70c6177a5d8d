/**
 * Resolves the files in a prompt: relative paths start at the thread's working directory, and images are checked. The
 * server itself would resolve them against its own working directory, for every thread.
 */
import * as Effect from "effect/Effect"
import { InvalidInput } from "../../CodexError.ts"
import type { Part } from "../../Input.ts"
import type { Inspect } from "./localImages.ts"

/** Returns the same parts with absolute paths. Fails for an image file that the server could not read. */
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
    // A relative working directory starts at that of the server process, which is unknown here.
    if (inspect === undefined || !isAbsolute(path)) return Effect.succeed(resolved)
    return Effect.flatMap(inspect(path), (problem) =>
      problem === undefined
        ? Effect.succeed(resolved)
        : Effect.fail(
            new InvalidInput({ argument: "input", description: `part ${index + 1}: the image file ${problem}` })
          )
    )
  })

/** Whether a path is absolute on any system. */
export const isAbsolute = (path: string): boolean => /^(?:[/\\]|[A-Za-z]:[/\\])/.test(path)

// internal

const absolute = (path: string, cwd: string): string =>
  isAbsolute(path) ? path : `${cwd.replace(/[/\\]$/, "")}${/^[A-Za-z]:|^\\\\/.test(cwd) ? "\\" : "/"}${path}`
