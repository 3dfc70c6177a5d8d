/**
 * A schema as the list of forms that a value may have: `null`, a string, one of some literals, an object with these
 * fields. Two schemas are compared form by form, however each is written: a `oneOf` of one-valued enums and an `enum`
 * of several values are the same list.
 *
 * Numbers are all the same here, as they are in JavaScript. Formats, bounds, defaults and descriptions are not
 * compared.
 */
import type { Definitions, JsonSchema, JsonSchemaObject } from "../jsonSchema.ts"
import { asObject, refName, unionMembers } from "../jsonSchema.ts"

export interface Field {
  /** With what it belongs to: `"Thread.id"`, or `"ThreadItem#plan.text"` for a field of one member of a union. */
  readonly name: string
  readonly schema: JsonSchema
  /** Required and without a default, as generation reads it. */
  readonly isRequired: boolean
}

export interface ObjectForm {
  readonly kind: "object"
  /** Identifies it among other objects: the values of its tags, otherwise the names of its required fields. */
  readonly key: string
  readonly isTagged: boolean
  /** `"Thread"`, or `"ThreadItem#plan"` for a member of a union. */
  readonly path: string
  readonly fields: ReadonlyMap<string, Field>
}

export interface Literal {
  readonly kind: "literal"
  readonly key: string
  /** `"ReasoningEffort#high"`. */
  readonly path: string
}

export type Alternative =
  | { readonly kind: "plain"; readonly key: "string" | "number" | "boolean" | "null" | "unknown" | "object" }
  | { readonly kind: "array"; readonly key: "array"; readonly items: JsonSchema }
  | { readonly kind: "record"; readonly key: "record"; readonly values: JsonSchema }
  | Literal
  | ObjectForm

const unknown: Alternative = { kind: "plain", key: "unknown" }
const nothing: Alternative = { kind: "plain", key: "null" }

export const isNull = (form: Alternative): boolean => form.kind === "plain" && form.key === "null"

const fieldsOf = (schema: JsonSchemaObject, path: string): ReadonlyMap<string, Field> =>
  new Map(
    Object.entries(schema.properties ?? {}).map(([name, property]) => [
      name,
      {
        name: `${path}.${name}`,
        schema: property,
        isRequired: schema.required?.includes(name) === true && !Object.hasOwn(asObject(property), "default")
      }
    ])
  )

const objectForm = (fields: ReadonlyMap<string, Field>, path: string): ObjectForm => {
  const required = [...fields].filter(([, field]) => field.isRequired)
  const tags = required.flatMap(([, field]) => {
    const values: ReadonlyArray<unknown> = asObject(field.schema).enum ?? []
    return values.length === 1 && typeof values[0] === "string" ? [values[0]] : []
  })
  const isTagged = tags.length > 0
  return { kind: "object", key: (isTagged ? tags : required.map(([name]) => name)).join("|"), isTagged, path, fields }
}

/** Joins objects without a tag into one. A field is required if all of them require it. */
const merge = (a: ReadonlyMap<string, Field>, b: ReadonlyMap<string, Field>): ReadonlyMap<string, Field> =>
  new Map(
    [...a, ...b].map(([name, field]) => [
      name,
      { ...field, isRequired: a.get(name)?.isRequired === true && b.get(name)?.isRequired === true }
    ])
  )

/** Adds common fields to the members of a union. Members without a tag become one object. */
const withFields = (
  common: ReadonlyMap<string, Field>,
  members: ReadonlyArray<Alternative>,
  path: string
): ReadonlyArray<ObjectForm> => {
  const found = new Map<string, ObjectForm>()
  for (const member of members) {
    if (member.kind !== "object") continue
    const whole = objectForm(new Map([...common, ...member.fields]), path)
    const key = whole.isTagged ? whole.key : ""
    const other = found.get(key)
    found.set(key, other === undefined ? whole : { ...other, fields: merge(other.fields, whole.fields) })
  }
  return [...found.values()]
}

/** A member of a union, named by its key. The fields that all members have keep the name of the union. */
const memberOf = (path: string, form: ObjectForm, common: ReadonlyMap<string, Field>): Alternative => {
  // The schema's own "or any other object".
  if (form.fields.size === 0) return { kind: "plain", key: "object" }
  const name = `${path}#${form.key}`
  const fields = [...form.fields].map(
    ([field, value]) => [field, common.has(field) ? value : { ...value, name: `${name}.${field}` }] as const
  )
  return { ...form, path: name, fields: new Map(fields) }
}

const ofType = (type: string, schema: JsonSchemaObject, path: string): Alternative => {
  switch (type) {
    case "integer":
    case "number":
      return { kind: "plain", key: "number" }
    case "string":
    case "boolean":
    case "null":
      return { kind: "plain", key: type }
    case "array":
      return { kind: "array", key: "array", items: schema.items ?? true }
    case "object": {
      const { properties, additionalProperties } = schema
      // `{ type: "object" }` alone is an object without fields: later versions give it some.
      const isRecord = properties === undefined && additionalProperties !== undefined && additionalProperties !== false
      return isRecord
        ? { kind: "record", key: "record", values: additionalProperties }
        : objectForm(fieldsOf(schema, path), path)
    }
    default:
      return unknown
  }
}

/** All forms of a schema. `path` names what it belongs to, until a ref leads to a definition with its own name. */
export const alternativesOf = (
  definitions: Definitions,
  schema: JsonSchema | undefined,
  path: string
): ReadonlyArray<Alternative> => {
  const object = asObject(schema)
  const { $ref, allOf, enum: values, type } = object
  if ($ref !== undefined) return alternativesOf(definitions, definitions[refName($ref)], refName($ref))
  if (allOf !== undefined) return allOf.flatMap((member) => alternativesOf(definitions, member, path))
  const members = unionMembers(object)?.flatMap((member) => alternativesOf(definitions, member, path))
  if (members !== undefined) {
    const common = fieldsOf(object, path)
    const forms = common.size === 0 ? members : withFields(common, members, path)
    if (forms.filter((form) => !isNull(form)).length < 2) return forms
    return forms.map((form) => (form.kind === "object" && form.path === path ? memberOf(path, form, common) : form))
  }
  if (values !== undefined) {
    return values.map((value: unknown) =>
      value === null ? nothing : { kind: "literal", key: JSON.stringify(value), path: `${path}#${String(value)}` }
    )
  }
  if (type === undefined) return [unknown]
  return [type].flat().map((name) => ofType(name, object, path))
}

/** The forms of a schema, with the parts of a definition that it refers to named as its own. */
export const ownAlternativesOf = (
  definitions: Definitions,
  schema: JsonSchema | undefined,
  path: string
): ReadonlyArray<Alternative> => {
  const named = namedBy(schema)
  if (named === undefined) return alternativesOf(definitions, schema, path)
  return [...alternativesOf(definitions, definitions[named.name], path), ...(named.isNullable ? [nothing] : [])]
}

export interface Named {
  readonly name: string
  readonly isNullable: boolean
}

/** The definition that a schema refers to, directly or as the only alternative to `null`. */
export const namedBy = (schema: JsonSchema | undefined): Named | undefined => {
  const object = asObject(schema)
  if (object.$ref !== undefined) return { name: refName(object.$ref), isNullable: false }
  if (object.properties !== undefined) return undefined
  const members = object.allOf ?? unionMembers(object) ?? []
  const others = members.filter((member) => asObject(member).type !== "null")
  const inner = others.length === 1 ? namedBy(others[0]) : undefined
  return inner && { name: inner.name, isNullable: inner.isNullable || others.length < members.length }
}
