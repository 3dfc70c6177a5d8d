/**
 * What is experimental: everything that the experimental bundle has and the
 * stable one lacks.
 */
import type { Definitions, JsonSchema, JsonSchemaObject } from "./jsonSchema.ts"
import { asObject, unionMembers } from "./jsonSchema.ts"

export interface Experimental {
  /** Requests of either side, by method. */
  readonly methods: ReadonlyArray<string>
  /** Definitions that only experimental things use. */
  readonly definitions: ReadonlyArray<string>
  /** `"ThreadStartParams.dynamicTools"` for a field, `"AskForApproval#granular"` for a union member. */
  readonly members: ReadonlyArray<string>
}

/** What tells a union member from its neighbours: its literals, its one-valued fields, its ref, or its required fields. */
export const memberKey = (member: JsonSchema): string => {
  const schema = asObject(member)
  if (schema.$ref !== undefined) return schema.$ref
  if (schema.enum !== undefined) return schema.enum.join("|")
  const tags = Object.values(schema.properties ?? {}).flatMap((property) => {
    const values = asObject(property).enum
    return values?.length === 1 ? values : []
  })
  if (tags.length > 0) return tags.join("|")
  return schema.required === undefined ? JSON.stringify(schema.type) : schema.required.join("|")
}

const compare = (path: string, whole: JsonSchemaObject, stable: JsonSchemaObject, found: Array<string>): void => {
  for (const [name, property] of Object.entries(whole.properties ?? {})) {
    const known = stable.properties?.[name]
    if (known === undefined) found.push(`${path}.${name}`)
    else compare(`${path}.${name}`, asObject(property), asObject(known), found)
  }
  for (const value of whole.enum ?? []) {
    if (stable.enum !== undefined && !stable.enum.includes(value)) found.push(`${path}#${value}`)
  }
  const known = new Map((unionMembers(stable) ?? []).map((member) => [memberKey(member), asObject(member)]))
  for (const member of unionMembers(whole) ?? []) {
    const key = memberKey(member)
    const same = known.get(key)
    if (same !== undefined) compare(`${path}#${key}`, asObject(member), same, found)
    else found.push(`${path}#${key}`)
  }
}

const methodsOf = (definitions: Definitions): ReadonlyArray<string> =>
  ["ClientRequest", "ServerRequest", "ServerNotification", "ClientNotification"].flatMap((name) =>
    (unionMembers(asObject(definitions[name])) ?? []).flatMap(
      (member) => asObject(asObject(member).properties?.["method"]).enum ?? []
    )
  )

export const findExperimental = (whole: Definitions, stable: Definitions): Experimental => {
  const members: Array<string> = []
  for (const [name, schema] of Object.entries(whole)) {
    const known = stable[name]
    if (known === undefined || name === "ClientRequest" || name === "ServerRequest") continue
    compare(name, asObject(schema), asObject(known), members)
  }
  const stableMethods = new Set(methodsOf(stable))
  return {
    methods: methodsOf(whole)
      .filter((method) => !stableMethods.has(method))
      .sort(),
    definitions: Object.keys(whole)
      .filter((name) => !Object.hasOwn(stable, name))
      .sort(),
    members: members.sort()
  }
}
