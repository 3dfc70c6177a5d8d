/**
 * Names of the protocol that a message or an error's JSON can show. A server can put any text where a name belongs.
 */

/** The name if it is made like those of the protocol (`usageLimitExceeded`), else `unknown`. */
export const shownName = (name: unknown): string =>
  typeof name === "string" && name.length <= 60 && /^[A-Za-z]+$/.test(name) ? name : "unknown"
