/**
 * What `Codex.layerConfig` reads, each setting from its own variable; what isn't set isn't said.
 */
import * as Config from "effect/Config"
import type { Options as ConnectionOptions } from "./client/clientOptions.ts"
import type { Options as ProcessOptions } from "./process/options.ts"

const optional = <A>(config: Config.Config<A>) => Config.withDefault(config, undefined)

/** The settings that were found. Each call makes it anew, so that a program that reads none pays for none. */
export const configured = (): Config.Config<ProcessOptions & ConnectionOptions> =>
  Config.all({
    executable: optional(Config.String("CODEX_EXECUTABLE")),
    codexHome: optional(Config.String("CODEX_HOME")),
    cwd: optional(Config.String("CODEX_CWD")),
    requestTimeout: optional(Config.Duration("CODEX_REQUEST_TIMEOUT")),
    startTimeout: optional(Config.Duration("CODEX_START_TIMEOUT")),
    shutdownGrace: optional(Config.Duration("CODEX_SHUTDOWN_GRACE")),
    maxInFlight: optional(Config.Number("CODEX_MAX_IN_FLIGHT")),
    maxLineBytes: optional(Config.Number("CODEX_MAX_LINE_BYTES")),
    experimentalApi: optional(Config.Boolean("CODEX_EXPERIMENTAL_API"))
  })
