/**
 * Prepares ids of threads and turns for log annotations. Loggers print annotations unchanged, and a server can choose
 * any id.
 */
import * as Printable from "../../Printable.ts"

/** Puts each id on one line, and truncates an id that is longer than any id of the protocol. */
export const shownIds = <Ids extends { readonly [name: string]: string }>(
  ids: Ids
): { readonly [name in keyof Ids]: string } => {
  const shown = Object.entries(ids).map(([name, id]) => [name, shownId(id)] as const)
  // Type boundary: the names are those of `ids`.
  return Object.fromEntries(shown) as { readonly [name in keyof Ids]: string }
}

// internal

const maxLength = 100

const shownId = (id: string): string => Printable.line(id.length > maxLength ? `${id.slice(0, maxLength)}…` : id)
