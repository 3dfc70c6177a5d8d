/**
 * What the server says about itself in the reply to `initialize`.
 */
import type { ClientRequests } from "../../generated/methods.ts"

/** The connected server. */
export interface Metadata {
  /**
   * The name of the server program, such as `codex_app_server`. Some builds report the client's name instead. At most
   * 200 characters.
   */
  readonly name: string
  /** The version alone, such as `0.169.0`. Empty if the user agent has none. */
  readonly version: string
  /** The user agent as received. */
  readonly userAgent: string
  /** The directory that the server uses as its Codex home. */
  readonly codexHome: string
  /** `unix` or `windows`. */
  readonly platformFamily: string
  /** `linux`, `macos`, `windows` … */
  readonly platformOs: string
}

// `name/version (system) …`. The name can contain spaces and slashes. It ends at the first slash that is followed by
// a version.
const version = /\/ ?v?(\d+\.\d+\.\d+[\w.+-]*)/

// Text beyond this length is never part of the name or the version.
const maxLength = 200

/** Reads the reply to the handshake. */
export const read = (reply: ClientRequests["initialize"]["result"]): Metadata => {
  const start = reply.userAgent.trimStart().slice(0, maxLength)
  const found = version.exec(start)
  return {
    name: start.slice(0, found?.index).trim(),
    version: found?.[1] ?? "",
    userAgent: reply.userAgent,
    codexHome: reply.codexHome,
    platformFamily: reply.platformFamily,
    platformOs: reply.platformOs
  }
}
