/**
 * The machine that the process is started on.
 */
import * as Context from "effect/Context"

/** The machine that the binary is for, in Node's words. */
export interface Platform {
  /** `linux`, `darwin`, `win32`. */
  readonly os: string
  /** `x64`, `arm64`. */
  readonly arch: string
}

/** The platform that the process is started on: that of the running program. A reference, so that a test can play another. */
export const CurrentPlatform = Context.Reference<Platform>("effect-codex/CurrentPlatform", {
  defaultValue: () => ({ os: process.platform, arch: process.arch })
})
