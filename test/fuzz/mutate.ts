/**
 * Changes a JSON value: fields disappear, appear, change their type, repeat or nest, in one place or several. It knows
 * only the names of ids of the protocol.
 */
import type { Seeded } from "../scoreboard/scenario.ts"

/** The ids that a client knows, so that a message refers to something. */
export interface Ids {
  readonly threadId: string
  readonly turnId: string
  readonly itemId: string
}

type Json = { readonly [key: string]: unknown }

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

/** The value with the ids of this client in place of others. */
export const withIds = (value: unknown, ids: Ids, name = ""): unknown => {
  if (Array.isArray(value)) return value.map((inner) => withIds(inner, ids))
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        if (key === "threadId" || key === "conversationId") return [key, ids.threadId]
        if (key === "turnId") return [key, ids.turnId]
        if (key === "itemId" || key === "callId") return [key, ids.itemId]
        if (key === "id" && typeof inner === "string") {
          return [key, name === "turn" ? ids.turnId : name === "thread" ? ids.threadId : ids.itemId]
        }
        return [key, withIds(inner, ids, key)]
      })
    )
  }
  return value
}

/**
 * The value changed in one to four places: half of them near its top, which decoders check first, the others anywhere.
 */
export const changed = (seeded: Seeded, value: unknown): unknown => {
  let result = value
  for (let times = seeded.int(1, 4); times > 0; times--) {
    result = seeded.int(0, 1) === 0 ? nearTop(seeded, result) : once(seeded, result)
  }
  return result
}

// internal

const odd: ReadonlyArray<(seeded: Seeded, value: unknown) => unknown> = [
  () => null,
  () => true,
  (seeded) => seeded.pick([0, -1, 1.5, 2 ** 53, 1e308, -0]),
  (seeded) => seeded.pick(["", "\0", "\ud800", "__proto__", "\u202e\u001b[2J", "x".repeat(10_000)]),
  () => [],
  () => ({}),
  (_, value) => [value],
  (_, value) => ({ value }),
  (_, value) => [value, value],
  (_, value) => (typeof value === "string" ? `${value}~` : JSON.stringify(value)),
  (seeded) => nested(seeded.int(1, 500))
]

/** A value of another kind. */
const other = (seeded: Seeded, value: unknown): unknown => seeded.pick(odd)(seeded, value)

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = [value]
  return value
}

/** A field of the value, or of one of its fields, is missing, `null` or something else. */
const nearTop = (seeded: Seeded, value: unknown): unknown => {
  if (!isObject(value)) return other(seeded, value)
  const paths = Object.entries(value).flatMap(([name, inner]) => [
    [name],
    ...(isObject(inner) ? Object.keys(inner).map((key) => [name, key]) : [])
  ])
  if (paths.length === 0) return other(seeded, value)
  return replaced(value, seeded.pick(paths), (found) => seeded.pick([null, undefined, other(seeded, found)]))
}

const replaced = (
  value: Json,
  [name = "", ...rest]: ReadonlyArray<string>,
  change: (found: unknown) => unknown
): Json => {
  const inner = value[name]
  return { ...value, [name]: rest.length > 0 && isObject(inner) ? replaced(inner, rest, change) : change(inner) }
}

/** One change somewhere: at the value itself, or below it. */
const once = (seeded: Seeded, value: unknown): unknown => {
  if (Array.isArray(value) && value.length > 0 && seeded.int(0, 4) > 0) {
    const at = seeded.int(0, value.length - 1)
    switch (seeded.int(0, 3)) {
      case 0:
        return value.toSpliced(at, 1)
      case 1:
        return value.toSpliced(at, 0, value[at])
      default:
        return value.with(at, once(seeded, value[at]))
    }
  }
  if (isObject(value) && Object.keys(value).length > 0 && seeded.int(0, 7) > 0) {
    const entries = Object.entries(value)
    const at = seeded.int(0, entries.length - 1)
    const [name = "", inner] = entries[at] ?? []
    switch (seeded.int(0, 5)) {
      case 0:
        return Object.fromEntries(entries.toSpliced(at, 1))
      case 1:
        return Object.fromEntries([
          ...entries,
          [seeded.pick(["newer", "type", "__proto__", "toString", "id", ""]), inner]
        ])
      case 2:
        return Object.fromEntries(entries.with(at, [`${name}~`, inner]))
      default:
        return Object.fromEntries(entries.with(at, [name, once(seeded, inner)]))
    }
  }
  return other(seeded, value)
}
