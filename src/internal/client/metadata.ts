/**
 * What the server says of itself, read from the reply to `initialize`.
 */
import type { ClientRequests } from "../../generated/methods.ts"

/** The server at the other end. */
export interface Metadata {
  /** The server's program, such as `codex_app_server`; the client's name takes its place in some builds. */
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

// `name/version (system) …`; the name can contain spaces, and stands before the last slash that a version follows.
const agent = /^\s*(.*?)\s*\/\s*v?(\d+\.\d+\.\d+[\w.+-]*)/

/** Reads the handshake's reply. */
export const read = (reply: ClientRequests["initialize"]["result"]): Metadata => {
  const [, name, version] = agent.exec(reply.userAgent) ?? []
  return {
    name: name ?? reply.userAgent.trim(),
    version: version ?? "",
    userAgent: reply.userAgent,
    codexHome: reply.codexHome,
    platformFamily: reply.platformFamily,
    platformOs: reply.platformOs
  }
}
