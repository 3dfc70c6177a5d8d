/** Runs a module once in its own Node process, and reads the JSON that it prints. */
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"

/** Returns the printed JSON. The process has the same conditions, so that it finds the same package. */
export const run = (
  module: string,
  args: ReadonlyArray<string>,
  options: ReadonlyArray<string> = []
): Effect.Effect<unknown> =>
  Effect.callback((resume) => {
    const file = fileURLToPath(new URL(module, import.meta.url))
    const child = execFile(
      process.execPath,
      [...conditions, ...options, file, ...args],
      { maxBuffer: 2 ** 24, timeout: 300_000 },
      (error, stdout) => resume(error === null ? Effect.sync(() => JSON.parse(stdout)) : Effect.die(error))
    )
    return Effect.sync(() => child.kill("SIGKILL"))
  })

// A test runner resolves the sources itself, so its processes need the condition.
const conditions = import.meta.resolve("effect-codex").endsWith(".ts") ? ["--conditions=effect-codex/source"] : []
