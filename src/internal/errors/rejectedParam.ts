/**
 * Finds the parameter that contains a value which the server rejected. The server quotes the value but does not name
 * the parameter. It does not decide what a rejection is: that is `classify.ts`.
 */
import * as Predicate from "effect/Predicate"
import { shownName } from "./shownName.ts"

/**
 * Returns the name of the only parameter with this value, at the top level or else within one, or `undefined`.
 *
 * The same value in two parameters gives no answer, and neither does a name that is not one of the protocol's form.
 */
export const find = (params: unknown, value: string | number | boolean): string | undefined => {
  if (!Predicate.isReadonlyObject(params)) return undefined
  const entries = Object.entries(params)
  const direct = entries.filter(([, own]) => own === value)
  const visited = { left: maxVisited }
  const found = direct.length > 0 ? direct : entries.filter(([, own]) => contains(own, value, visited))
  const [only] = found
  if (only === undefined || found.length > 1 || visited.left <= 0) return undefined
  return shownName(only[0]) === only[0] ? only[0] : undefined
}

// internal

// An input can be large, and a partial search could miss a second place.
const maxVisited = 1000
const maxDepth = 8

const contains = (whole: unknown, value: unknown, visited: { left: number }, depth = 1): boolean => {
  if (whole === value) return true
  if (typeof whole !== "object" || whole === null || depth > maxDepth) return false
  for (const part of Object.values(whole)) {
    if (visited.left-- <= 0) return false
    if (contains(part, value, visited, depth + 1)) return true
  }
  return false
}
