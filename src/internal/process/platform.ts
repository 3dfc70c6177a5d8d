/**
 * Describes the machine on which the process is started.
 */
import * as Context from "effect/Context"

/** The platform of the binary, in Node's terms. */
export interface Platform {
  /** For example `linux`, `darwin` or `win32`. */
  readonly os: string
  /** For example `x64` or `arm64`. */
  readonly arch: string
}

/**
 * The platform on which the process is started: that of the running program. A reference, so that a test can replace
 * it.
 */
export const CurrentPlatform = Context.Reference<Platform>("effect-codex/CurrentPlatform", {
  defaultValue: () => ({ os: process.platform, arch: process.arch })
})
