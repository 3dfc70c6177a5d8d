/**
 * Reads the settings of `Codex.layerFromConfig`, each from its own variable. Settings without a variable are omitted.
 */
import * as Config from "effect/Config"
import type { Options as ConnectionOptions } from "./client/clientOptions.ts"
import type { Options as ProcessOptions } from "./process/options.ts"

const optional = <A>(config: Config.Config<A>) => Config.withDefault(config, undefined)

/**
 * Returns the settings that were found. It builds the config on each call, so programs that do not use it pay no
 * cost.
 */
export const configured = (): Config.Config<ProcessOptions & ConnectionOptions> =>
  Config.all({
    executable: optional(Config.String("CODEX_EXECUTABLE")),
    codexHome: optional(Config.String("CODEX_HOME")),
    cwd: optional(Config.String("CODEX_CWD")),
    requestTimeout: optional(Config.Duration("CODEX_REQUEST_TIMEOUT")),
    startTimeout: optional(Config.Duration("CODEX_START_TIMEOUT")),
    shutdownGrace: optional(Config.Duration("CODEX_SHUTDOWN_GRACE")),
    registry: optional(Config.String("CODEX_REGISTRY")),
    maxInFlight: optional(Config.Number("CODEX_MAX_IN_FLIGHT")),
    // A size such as `64 MiB`, or a number of bytes.
    maxLineBytes: optional(
      Config.orElse(Config.ByteSize("CODEX_MAX_LINE_BYTES"), () => Config.Number("CODEX_MAX_LINE_BYTES"))
    ),
    experimentalApi: optional(Config.Boolean("CODEX_EXPERIMENTAL_API"))
  })
