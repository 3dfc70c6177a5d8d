/**
 * Registers the servers of this program while they run, and has the reaper run before that.
 *
 * The start fails if the directory cannot be used, but not if a file cannot be written: the server runs already then,
 * and the registration only matters if this program is killed.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { InvalidOptions } from "../../CodexError.ts"
import type { Launch } from "./launch.ts"
import type { Exited } from "./leftovers.ts"
import { reap } from "./reaper.ts"
import * as registry from "./registry.ts"

/** Checks the directory, and ends what the servers of killed programs left. */
export const prepare = (folder: string, grace: Duration.Duration): Effect.Effect<void, InvalidOptions> =>
  Effect.suspend(() => {
    const problem = registry.problem(folder)
    return problem === undefined ? reap(folder, grace) : Effect.fail(problem)
  })

/** Registers a server, and returns the effect that removes it. */
export const add = (folder: string, server: Exited, env: Launch["env"]): Effect.Effect<Effect.Effect<void>> =>
  Effect.suspend(() => {
    const home = env["CODEX_HOME"]
    const entry = registry.entry(server, server.mark?.id, typeof home === "string" ? home : undefined)
    if (entry === undefined) return Effect.succeed(Effect.void)
    try {
      const path = registry.write(folder, entry)
      return Effect.succeed(Effect.sync(() => registry.remove(path)))
    } catch {
      return Effect.as(warn(), Effect.void)
    }
  })

// internal

const warn = () =>
  Effect.annotateLogs(
    Effect.logWarning(
      "The server could not be registered, because no file can be written to `registry`. What it leaves if this program is killed is not ended later."
    ),
    { package: "effect-codex", module: "AppServer" }
  )
