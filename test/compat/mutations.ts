/**
 * Small changes to the messages of a server: one key omitted, one added, one word replaced, in every position. The
 * pinned JSON Schema, and not the codecs, says whether a change is harmless.
 */
import type { JsonSchema, JsonSchemaObject } from "../../codegen/jsonSchema.ts"
import { asObject, refName, unionMembers } from "../../codegen/jsonSchema.ts"
import * as olderRuntimes from "../../codegen/olderRuntimes.ts"
import { pinned } from "../codegen/support.ts"

/** A changed payload. */
export interface Mutation {
  /** What was changed: `TurnStartedNotification.turn.status replaced`. */
  readonly name: string
  readonly value: unknown
  /** Whether the schema allows the change, or the decoder compensates for it. */
  readonly isHarmless: boolean
}

/** Every change of a payload of this definition. */
export const mutationsOf = (definition: string, payload: unknown): ReadonlyArray<Mutation> =>
  changes(payload, { $ref: `#/definitions/${definition}` }, definition)

// internal

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The schema that the references lead to, and the last name on the way. */
const resolve = (
  json: JsonSchema | undefined,
  name = ""
): { readonly schema: JsonSchemaObject; readonly name: string } => {
  const schema = asObject(json)
  const [only, ...others] = schema.allOf ?? []
  if (only !== undefined && others.length === 0) return resolve(only, name)
  if (schema.$ref === undefined) return { schema, name }
  return resolve(pinned.definitions[refName(schema.$ref)], refName(schema.$ref))
}

interface ObjectSchema extends JsonSchemaObject {
  readonly owner: string
}

/** The schema of an object, with the matching members of its unions: all of them if no tag distinguishes them. */
const objectSchema = (json: JsonSchema | undefined, value: object): ObjectSchema => {
  const { name, schema } = resolve(json)
  const contradicts = ({ properties = {} }: JsonSchemaObject): boolean =>
    Object.entries(properties).some(([key, property]) => {
      const words = resolve(property).schema.enum
      return words?.length === 1 && Reflect.get(value, key) !== words[0]
    })
  const members = (unionMembers(schema) ?? [])
    .map((member) => objectSchema(member, value))
    .filter((member) => !contradicts(member))
  return {
    ...schema,
    properties: Object.assign({}, schema.properties, ...members.map(({ properties }) => properties)),
    required: [schema, ...members].flatMap(({ required }) => required ?? []),
    owner: members.find(({ owner }) => owner !== "")?.owner ?? name
  }
}

/** Whether a value can be `null` or a list, which is the value of an absent key. */
const canBeEmpty = (json: JsonSchema | undefined): boolean => {
  const { schema } = resolve(json)
  const types = [schema, ...(unionMembers(schema) ?? []).map(asObject)].flatMap(({ type }) => type ?? [])
  return types.includes("null") || types.includes("array")
}

const later = new Set(olderRuntimes.read().keys)

/** Whether keys distinguish the members of a union, so that an absent one matters. */
const isToldByKeys = (json: JsonSchema | undefined): boolean => {
  const { schema } = resolve(json)
  return (unionMembers(schema) ?? []).some((member) => resolve(member).schema.properties !== undefined)
}

const itemsOf = (json: JsonSchema | undefined): JsonSchema | undefined => {
  const { schema } = resolve(json)
  return [schema, ...(unionMembers(schema) ?? []).map((member) => resolve(member).schema)].find(
    ({ items }) => items !== undefined
  )?.items
}

const changes = (value: unknown, json: JsonSchema | undefined, path: string): ReadonlyArray<Mutation> => {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      changes(item, itemsOf(json), `${path}[${index}]`).map((change) => ({
        ...change,
        value: value.with(index, change.value)
      }))
    )
  }
  if (typeof value === "string") return [{ name: `${path} replaced`, value: "of the future", isHarmless: true }]
  if (!isRecord(value)) return []
  const { additionalProperties, owner, properties = {}, required = [] } = objectSchema(json, value)
  const entries = typeof additionalProperties === "object" ? additionalProperties : undefined
  // In a map, a new key is an entry, and its value has the wrong type.
  const added =
    Object.keys(properties).length === 0
      ? []
      : [{ name: `${path} with one more key`, value: { ...value, ofTheFuture: { deep: [1, null] } }, isHarmless: true }]
  return [
    ...added,
    ...Object.entries(value).flatMap(([key, held]): ReadonlyArray<Mutation> => {
      const property = properties[key]
      const { [key]: _, ...rest } = value
      const isHarmless =
        !required.includes(key) ||
        (canBeEmpty(property) && !isToldByKeys(json)) ||
        Object.hasOwn(asObject(property), "default") ||
        later.has(`${owner}.${key}`)
      return [
        { name: `${path}.${key} left out`, value: rest, isHarmless },
        ...changes(held, property ?? entries, `${path}.${key}`).map((change) => ({
          ...change,
          value: { ...value, [key]: change.value }
        }))
      ]
    })
  ]
}
