/**
 * Prepares the name of a method for a log line, because a server can choose any name.
 */
import * as Printable from "../../Printable.ts"

/** Returns the name on one line, truncated if it is longer than any method of the protocol. */
export const shownMethod = (method: string): string =>
  Printable.line(method.length > 100 ? `${method.slice(0, 100)}…` : method)
