/**
 * Prepares names of the protocol for a message or the JSON of an error. A server can send any text in place of a
 * name.
 */

/** Returns the name if it has the form of a protocol name (`usageLimitExceeded`), else `unknown`. */
export const shownName = (name: unknown): string =>
  typeof name === "string" && name.length <= 60 && /^[A-Za-z]+$/.test(name) ? name : "unknown"
