/**
 * What the server says of itself, read from the reply to `initialize`.
 */
import type { ClientRequests } from "../../generated/methods.ts"

/** The server at the other end. */
export interface Metadata {
  /** The server's program, such as `codex_app_server`; the client's name takes its place in some builds. At most 200 characters. */
  readonly name: string
  /** The version alone, such as `0.169.0`; empty if the user agent holds none. */
  readonly version: string
  /** The user agent as it came. */
  readonly userAgent: string
  /** The folder that the server uses as its home. */
  readonly codexHome: string
  /** `unix` or `windows`. */
  readonly platformFamily: string
  /** `linux`, `macos`, `windows` … */
  readonly platformOs: string
}

// `name/version (system) …`. The name can contain spaces and slashes, and ends at the first slash that a version follows.
const version = /\/ ?v?(\d+\.\d+\.\d+[\w.+-]*)/

// The rest says nothing of the name or the version.
const maxLength = 200

/** Reads the handshake's reply. */
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
