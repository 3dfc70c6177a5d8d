/**
 * The name of a method as a log line can show it: a server can name a method as it likes.
 */
import * as Printable from "../../Printable.ts"

/** On one line, and cut where it is longer than any method of the protocol. */
export const shownMethod = (method: string): string =>
  Printable.line(method.length > 100 ? `${method.slice(0, 100)}…` : method)
