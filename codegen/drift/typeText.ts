/**
 * Types as text, for one line of a report: as TypeScript would write them, with long ones cut short.
 */
import type { JsonSchema } from "../jsonSchema.ts"
import { asObject, refName, unionMembers } from "../jsonSchema.ts"
import type { Alternative } from "./alternatives.ts"

/** A schema. A definition is shown by its name. */
export const typeText = (schema: JsonSchema | undefined): string => [...new Set(texts(schema))].join(" | ")

const texts = (schema: JsonSchema | undefined): ReadonlyArray<string> => {
  const object = asObject(schema)
  if (object.$ref !== undefined) return [refName(object.$ref)]
  if (object.properties !== undefined) return [fieldsText(Object.keys(object.properties))]
  const members = object.allOf ?? unionMembers(object)
  if (members !== undefined) return members.flatMap(texts)
  if (object.enum !== undefined) return object.enum.map((value) => JSON.stringify(value))
  if (object.type === undefined) return ["unknown"]
  return [object.type].flat().map((type) => {
    if (type === "integer") return "number"
    if (type === "array") return `Array<${typeText(object.items)}>`
    if (type === "object" && object.additionalProperties !== undefined) {
      return `Record<string, ${typeText(object.additionalProperties)}>`
    }
    return type
  })
}

const fieldsText = (names: ReadonlyArray<string>): string =>
  `{ ${[...names.slice(0, 4), ...(names.length > 4 ? ["…"] : [])].join(", ")} }`

/** One form of a type. */
export const formText = (form: Alternative): string => {
  switch (form.kind) {
    case "array":
      return `Array<${typeText(form.items)}>`
    case "record":
      return `Record<string, ${typeText(form.values)}>`
    case "object":
      return form.isTagged ? `object ${JSON.stringify(form.key)}` : fieldsText([...form.fields.keys()])
    default:
      return form.key
  }
}
