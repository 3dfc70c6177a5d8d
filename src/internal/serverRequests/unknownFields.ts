/**
 * Finds the fields of a message that its codec drops because this version does not support them.
 *
 * It compares the message with its decoded form. By such fields, a newer server can request more than the rest of the
 * request shows. An unknown member of a union is not such a field, because the codec preserves it.
 */

import * as Predicate from "effect/Predicate"

// Enough for a message; a hostile message can have any number.
const most = 32
// No message of the protocol nests its own fields deeper.
const deepest = 32

/** Returns the paths of unknown fields that are not null, such as `permissions.network.host`. */
export const find = (raw: unknown, read: unknown, path = ""): ReadonlyArray<string> => {
  const found = new Set<string>()
  walk(raw, read, path, 0, found)
  return [...found]
}

// internal

const walk = (raw: unknown, read: unknown, path: string, depth: number, found: Set<string>): void => {
  // A value that is passed on as received lost no fields.
  if (raw === read || depth > deepest) return
  if (Array.isArray(raw) && Array.isArray(read)) {
    for (const [index, item] of raw.entries()) walk(item, read[index], `${path}[]`, depth + 1, found)
    return
  }
  if (!Predicate.isReadonlyObject(raw) || !Predicate.isReadonlyObject(read) || isUnknownMember(read)) return
  for (const [name, value] of Object.entries(raw)) {
    if (value === null || value === undefined) continue
    const full = path === "" ? name : `${path}.${name}`
    if (Object.hasOwn(read, name)) walk(value, read[name], full, depth + 1, found)
    else if (found.size < most) found.add(full)
  }
}

const isUnknownMember = (read: { readonly [name: PropertyKey]: unknown }): boolean =>
  Object.hasOwn(read, "~unknown") || (Object.hasOwn(read, "raw") && Object.values(read).includes("~unknown"))
