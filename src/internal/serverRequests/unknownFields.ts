/**
 * The fields of a message that its codec leaves out, since this version doesn't know them: found by comparing the message
 * with what was read of it. A newer server can ask for more by them than the rest of a request says.
 *
 * A member of a union that this version doesn't know is none of them: it is kept, as an unknown one.
 */

// Enough to say what is meant; a hostile message can have any number.
const most = 32
// No message of the protocol nests its own fields deeper.
const deepest = 32

/** The names of fields that aren't null, with those of the objects that they are in, such as `permissions.network.host`. */
export const find = (raw: unknown, read: unknown, path = ""): ReadonlyArray<string> => {
  const found = new Set<string>()
  walk(raw, read, path, 0, found)
  return [...found]
}

// internal

interface Fields {
  readonly [name: string]: unknown
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const walk = (raw: unknown, read: unknown, path: string, depth: number, found: Set<string>): void => {
  // What is handed on as it came holds nothing that was left out.
  if (raw === read || depth > deepest || found.size >= most) return
  if (Array.isArray(raw) && Array.isArray(read)) {
    for (const [index, item] of raw.entries()) walk(item, read[index], `${path}[]`, depth + 1, found)
    return
  }
  if (!isFields(raw) || !isFields(read) || isUnknownMember(read)) return
  for (const [name, value] of Object.entries(raw)) {
    if (value === null || value === undefined) continue
    const full = path === "" ? name : `${path}.${name}`
    if (Object.hasOwn(read, name)) walk(value, read[name], full, depth + 1, found)
    else if (found.size < most) found.add(full)
  }
}

const isUnknownMember = (read: Fields): boolean =>
  Object.hasOwn(read, "~unknown") || (Object.hasOwn(read, "raw") && Object.values(read).includes("~unknown"))
