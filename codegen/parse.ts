/**
 * Reads the pinned JSON Schema into shapes.
 *
 * Two forms of the schema need thought. An object with both `properties` and
 * `oneOf` is a union whose members share these properties. And a union of
 * refs to objects that all have one field with known values (`type` of the
 * elicitation schemas) is told apart by that field, though nothing says so.
 */
import type { Report } from "./decisions.ts"
import type { Experimental } from "./experimental.ts"
import { memberKey } from "./experimental.ts"
import type { Definitions, JsonSchema, JsonSchemaObject } from "./jsonSchema.ts"
import { asObject, refName, unionMembers } from "./jsonSchema.ts"
import { memberNames } from "./overrides.ts"
import type { Definition, Field, ObjectShape, Shape, Variant } from "./shape.ts"
import { pascalCase } from "./text.ts"

const isSingle = (count: number): boolean => count === 1

const isObject = (schema: JsonSchemaObject): boolean => schema.type === "object" && schema.$ref === undefined

const union = (members: ReadonlyArray<Shape>): Shape =>
  members.length === 1 && members[0] !== undefined ? members[0] : { kind: "union", members }

const notesOf = (schema: JsonSchemaObject): Definition["notes"] =>
  (unionMembers(schema) ?? []).flatMap((member) => {
    const { description, enum: values } = asObject(member)
    return description !== undefined && values?.length === 1 && values[0] !== undefined
      ? [[values[0], description.replaceAll(/\s+/g, " ")] as const]
      : []
  })

/** What parsing takes beside the definitions. */
export interface Parsing {
  readonly experimental: Experimental
  /** Required fields that a supported older runtime does not send: `"Thread.sessionId"`. */
  readonly laterKeys: ReadonlySet<string>
  readonly report: Report
}

export const parse = (
  definitions: Definitions,
  { experimental, laterKeys, report }: Parsing
): ReadonlyMap<string, Definition> => {
  /** Something that this reader does not know: it is generated as any JSON. */
  const unreadable = (path: string, problem: string): Shape => {
    report({
      about: path,
      problem: `${problem}; it is generated as any JSON.`,
      proposal: "Teach codegen/parse.ts to read it, or leave it."
    })
    return { kind: "unknown" }
  }

  const experimentalMembers = new Set(experimental.members)
  const experimentalDefinitions = new Set(experimental.definitions)

  const resolve = (schema: JsonSchema | undefined): JsonSchemaObject => {
    const object = asObject(schema)
    return object.$ref === undefined ? object : resolve(definitions[refName(object.$ref)])
  }

  /** Definitions below a union of refs, through unions of refs: `[]` if anything else is among them. */
  const leaves = (schema: JsonSchemaObject): ReadonlyArray<string> => {
    const found = (unionMembers(schema) ?? []).map((member) => {
      const { $ref } = asObject(member)
      if ($ref === undefined) return []
      const target = resolve(member)
      return isObject(target) && unionMembers(target) === undefined ? [refName($ref)] : leaves(target)
    })
    return found.some((names) => names.length === 0) ? [] : found.flat()
  }

  /** The field that tells object schemas apart: all require it, and not all with the same values. */
  const tagOf = (
    members: ReadonlyArray<JsonSchemaObject>,
    fits: (count: number) => boolean,
    read: (schema: JsonSchema | undefined) => JsonSchemaObject = resolve
  ): string | undefined =>
    Object.keys(members[0]?.properties ?? {}).find((name) => {
      const values = members.map((member) =>
        member.required?.includes(name) === true ? read(member.properties?.[name]).enum : undefined
      )
      return (
        values.every((list) => list !== undefined && fits(list.length)) &&
        new Set(values.map((list) => JSON.stringify(list))).size >= Math.min(2, members.length)
      )
    })

  /** Fields of definitions that serve as such a tag. */
  const tagFields = new Map<string, string>()
  for (const schema of Object.values(definitions)) {
    const names = leaves(asObject(schema))
    const tag = tagOf(
      names.map((name) => resolve(definitions[name])),
      () => true
    )
    if (tag !== undefined) for (const name of names) tagFields.set(name, tag)
  }

  const fieldsOf = (schema: JsonSchemaObject, path: string, tag: string | undefined): ReadonlyArray<Field> =>
    Object.entries(schema.properties ?? {}).map(([name, property]) => {
      const tags = name === tag ? resolve(property).enum : undefined
      return {
        name,
        shape:
          tags === undefined
            ? shapeOf(property, `${path}.${name}`)
            : { kind: "literals" as const, values: tags, isTag: true },
        isOptional: schema.required?.includes(name) !== true || Object.hasOwn(asObject(property), "default"),
        isLater: laterKeys.has(`${path}.${name}`),
        doc: asObject(property).description,
        isExperimental: experimentalMembers.has(`${path}.${name}`)
      }
    })

  const objectOf = (schema: JsonSchemaObject, path: string, tag?: string): ObjectShape => ({
    kind: "object",
    fields: fieldsOf(schema, path, tag),
    isOpen: schema.additionalProperties === true,
    alternatives: (unionMembers(schema) ?? []).map((alternative) => fieldsOf(asObject(alternative), path, undefined))
  })

  const variantsOf = (schema: JsonSchemaObject, name: string): Shape => {
    const members = (unionMembers(schema) ?? []).map(asObject)
    const literals = members.filter((member) => member.type === "string" && member.enum !== undefined)
    const objects = members.filter(isObject).map((member) => ({
      ...member,
      properties: { ...schema.properties, ...member.properties },
      required: [...(schema.required ?? []), ...(member.required ?? [])]
    }))
    const fallbacks = members.filter((member) => Array.isArray(member.type))
    if (literals.length + objects.length + fallbacks.length !== members.length) {
      return unreadable(name, "a union of objects with a member of another kind")
    }
    const tag = literals.length > 0 ? undefined : (tagOf(objects, isSingle, asObject) ?? tagOf(objects, isSingle))
    return {
      kind: "variants",
      tag,
      literals: literals.flatMap((member) => member.enum ?? []),
      members: objects.map((member): Variant => {
        const tags = tag === undefined ? [] : (resolve(member.properties[tag]).enum ?? [])
        const value = tag === undefined ? member.required.join("-") : tags.join("-")
        const path = `${name}#${memberKey(member)}`
        return {
          name: memberNames.get(`${name}#${value}`)?.name ?? member.title ?? `${pascalCase(value)}${name}`,
          isRef: false,
          object: objectOf(member, path, tag),
          tags,
          doc: member.description,
          isExperimental: experimentalMembers.has(path)
        }
      }),
      hasFallback: fallbacks.length > 0
    }
  }

  /** How much an object demands. */
  const weight = (name: string) => {
    const schema = resolve(definitions[name])
    return (schema.required?.length ?? 0) * 1000 + Object.keys(schema.properties ?? {}).length
  }

  /** A union of refs. Members that demand more come first: one that demands less would accept them too. */
  const refVariants = (names: ReadonlyArray<string>): Shape => {
    const tag = tagFields.get(names[0] ?? "")
    return {
      kind: "variants",
      tag,
      literals: [],
      members: [...names]
        .sort((a, b) => weight(b) - weight(a))
        .map((name) => ({
          name,
          isRef: true,
          object: objectOf(resolve(definitions[name]), name, tag),
          tags: tag === undefined ? [] : (resolve(resolve(definitions[name]).properties?.[tag]).enum ?? []),
          doc: undefined,
          isExperimental: false
        })),
      hasFallback: false
    }
  }

  const ofType = (type: string, schema: JsonSchemaObject, path: string): Shape => {
    switch (type) {
      case "string":
        return schema.enum === undefined ? { kind: "string" } : { kind: "literals", values: schema.enum, isTag: false }
      case "integer":
      case "number":
        return { kind: "number" }
      case "boolean":
      case "null":
        return { kind: type }
      case "array":
        return {
          kind: "array",
          items: schema.items === undefined ? { kind: "unknown" } : shapeOf(schema.items, `${path}[]`)
        }
      case "object":
        if (schema.properties !== undefined) return objectOf(schema, path, tagFields.get(path))
        return {
          kind: "record",
          values:
            typeof schema.additionalProperties === "object"
              ? shapeOf(schema.additionalProperties, `${path}{}`)
              : { kind: "unknown" }
        }
      default:
        return unreadable(path, `its type is ${JSON.stringify(type)}`)
    }
  }

  const shapeOf = (json: JsonSchema, path: string): Shape => {
    if (typeof json === "boolean") return { kind: "unknown" }
    if (json.$ref !== undefined) {
      const name = refName(json.$ref)
      return Object.hasOwn(definitions, name) ? { kind: "ref", name } : unreadable(path, `${name} is not defined`)
    }
    if (json.allOf !== undefined) return union(json.allOf.map((member) => shapeOf(member, path)))
    const members = unionMembers(json)
    if (members !== undefined) {
      const objects = members.map(asObject)
      if (objects.every((member) => member.type === "string" && member.enum !== undefined)) {
        return { kind: "literals", values: objects.flatMap((member) => member.enum ?? []), isTag: false }
      }
      if (objects.some(isObject)) {
        if (!Object.hasOwn(definitions, path)) return unreadable(path, "a union of objects that has no name")
        return variantsOf(json, path)
      }
      const names = leaves(json)
      if (names.length > 1) return refVariants(names)
      return union(members.map((member) => shapeOf(member, path)))
    }
    if (json.type === undefined) return { kind: "unknown" }
    const types = typeof json.type === "string" ? [json.type] : json.type
    return union(types.map((type) => ofType(type, json, path)))
  }

  return new Map(
    Object.entries(definitions).map(([name, schema]) => [
      name,
      {
        name,
        shape: name === "ServerNotification" ? { kind: "unknown" } : shapeOf(schema, name),
        doc: asObject(schema).description,
        notes: notesOf(asObject(schema)),
        isExperimental: experimentalDefinitions.has(name)
      }
    ])
  )
}
