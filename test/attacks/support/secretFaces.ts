/**
 * Every way in which a value reaches a log or a screen, in addition to `test/support/watched.ts`: loggers that write
 * structures, and exits with an error.
 */
import { Cause, Effect, Exit, Logger, References } from "effect"
import { format, inspect } from "node:util"
import { faces } from "../../support/watched.ts"

/** Returns the texts that the loggers of a program make of an error. */
const logged = (error: unknown): ReadonlyArray<string> => {
  const lines: Array<string> = []
  const keep = (logger: Logger.Logger<unknown, unknown>) =>
    Logger.map(logger, (line) => void lines.push(typeof line === "string" ? line : inspect(line, { depth: 20 })))
  Effect.runSync(
    Effect.all([Effect.logError("it failed", error), Effect.logError(Cause.fail(error)), Effect.logDebug(error)]).pipe(
      Effect.annotateLogs("error", error),
      Effect.provide(
        Logger.layer([
          keep(Logger.formatJson),
          keep(Logger.formatLogFmt),
          keep(Logger.formatSimple),
          keep(Logger.formatStructured)
        ])
      ),
      Effect.provideService(References.MinimumLogLevel, "All")
    )
  )
  return lines
}

/** Returns all printed forms of an error. */
export const errorFaces = (error: unknown): ReadonlyArray<string> => [
  ...faces(error),
  ...faces(Exit.fail(error)),
  ...faces({ nested: [error] }),
  inspect(error, { showHidden: true, depth: 20, getters: true }),
  format("%o", error),
  format("%j", error),
  ...logged(error)
]
