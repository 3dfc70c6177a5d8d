/**
 * Strict mode, as documented: which schemas it accepts, and whether it could produce a value.
 */
type Json = { readonly [key: string]: unknown }

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

const keywords = new Set(
  "$ref,$defs,type,title,description,enum,anyOf,properties,required,additionalProperties,items,pattern,format,multipleOf,minimum,exclusiveMinimum,maximum,exclusiveMaximum,minItems,maxItems".split(
    ","
  )
)

const membersOf = (node: Json): ReadonlyArray<unknown> => [
  ...(Array.isArray(node["anyOf"]) ? node["anyOf"] : []),
  ...Object.values(node["properties"] ?? {}),
  ...Object.values(node["$defs"] ?? {}),
  ...(node["items"] === undefined ? [] : [node["items"]])
]

/** Why strict mode would reject a schema; empty if it would not. */
export const refusals = (schema: unknown, isRoot = true): ReadonlyArray<string> => {
  if (!isJson(schema)) return ["not an object"]
  const { $ref, anyOf, additionalProperties, properties, required, type } = schema
  return [
    ...Object.keys(schema).flatMap((key) => (keywords.has(key) ? [] : [`keyword ${key}`])),
    ...(isRoot && type !== "object" ? ["root is no object"] : []),
    ...(typeof $ref === "string" && Object.keys(schema).length > 1 ? ["$ref beside others"] : []),
    ...(typeof schema["pattern"] === "string" && /\(\?(?:[=!]|<[=!])/.test(schema["pattern"]) ? ["lookaround"] : []),
    ...(type === undefined && anyOf === undefined && $ref === undefined ? ["no type"] : []),
    ...(type === "array" && schema["items"] === undefined ? ["no items"] : []),
    ...(type === "object" && additionalProperties !== false ? ["additionalProperties"] : []),
    ...(type === "object" && Object.keys(properties ?? {}).join() !== [required].flat().join() ? ["required"] : []),
    ...membersOf(schema).flatMap((member) => refusals(member, false))
  ]
}

/** Whether strict mode could produce a value. */
export const produces = (root: Json, value: unknown, schema: unknown = root): boolean => {
  if (!isJson(schema)) return false
  const { $ref, anyOf, enum: allowed, items, pattern, properties, type } = schema
  if (typeof $ref === "string") {
    const definitions = root["$defs"]
    return isJson(definitions) && produces(root, value, definitions[$ref.replace("#/$defs/", "")])
  }
  if (Array.isArray(anyOf)) return anyOf.some((member) => produces(root, value, member))
  if (Array.isArray(allowed) && !allowed.includes(value)) return false
  switch (type) {
    case "object": {
      if (!isJson(value) || !isJson(properties)) return false
      const names = Object.keys(properties)
      return (
        Object.keys(value).every((name) => Object.hasOwn(properties, name)) &&
        names.every((name) => Object.hasOwn(value, name) && produces(root, value[name], properties[name]))
      )
    }
    case "array":
      return Array.isArray(value) && value.every((item) => produces(root, item, items))
    case "null":
      return value === null
    case "integer":
      return Number.isInteger(value)
    case "string":
      return typeof value === "string" && (typeof pattern !== "string" || new RegExp(pattern, "u").test(value))
    default:
      return typeof value === type
  }
}
