/**
 * Turns the bundle as codex prints it into the form that is pinned in
 * `schema.json` and generated from.
 *
 * The bundle holds two namespaces, the root's and `v2`'s; here they become
 * one. Keys are sorted, so that the pinned file changes only where the
 * protocol does.
 */
import type { Definitions, JsonSchema } from "./jsonSchema.ts"
import { refName } from "./jsonSchema.ts"

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Rewrites refs to the one namespace, drops `$schema`, sorts keys. */
const tidy = (value: unknown, isNames: boolean): unknown => {
  if (Array.isArray(value)) return value.map((item) => tidy(item, false))
  if (!isRecord(value)) return value
  const out: { [key: string]: unknown } = {}
  for (const key of Object.keys(value).sort()) {
    // Below `properties` keys are field names: one of them is "$schema", another "default".
    if (!isNames && key === "$schema") continue
    if (!isNames && key === "$ref") out[key] = `#/definitions/${refName(String(value[key]))}`
    // Some titles name a Rust path: "Chatgptv2::LoginAccountParams".
    else if (!isNames && key === "title") out[key] = String(value[key]).replace("v2::", "")
    else if (!isNames && (key === "default" || key === "enum")) out[key] = value[key]
    else out[key] = tidy(value[key], !isNames && key === "properties")
  }
  return out
}

const isDefinition = (value: unknown): value is JsonSchema => typeof value === "boolean" || isRecord(value)

/** All definitions of a bundle under one name each. Of two different ones of the same name, that of v2 is kept. */
export const normalize = (bundle: unknown, onConflict: (name: string) => void = () => {}): Definitions => {
  const root = isRecord(bundle) && isRecord(bundle["definitions"]) ? bundle["definitions"] : undefined
  const v2 = root?.["v2"]
  if (root === undefined || !isRecord(v2))
    throw new Error("the bundle has not the expected definitions and definitions.v2")
  const found = new Map<string, JsonSchema>()
  for (const [name, schema] of [...Object.entries(root).filter(([name]) => name !== "v2"), ...Object.entries(v2)]) {
    const tidied = tidy(schema, false)
    if (!isDefinition(tidied)) throw new Error(`definition ${name} is not a schema`)
    const { title: _, ...definition } = typeof tidied === "object" ? tidied : {}
    const earlier = found.get(name)
    if (earlier !== undefined && JSON.stringify(earlier) !== JSON.stringify(definition)) {
      onConflict(name)
    }
    found.set(name, definition)
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}
