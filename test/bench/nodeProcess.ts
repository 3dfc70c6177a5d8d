/** Runs a module in a Node process of its own, once, and reads the JSON that it prints. */
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"

/** What the process printed. Its conditions are ours, so that it finds the same package. */
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

// A test runner resolves the sources itself, so its processes have to be told.
const conditions = import.meta.resolve("effect-codex").endsWith(".ts") ? ["--conditions=effect-codex/source"] : []
