/**
 * Reads the fields of a form from the schema in the request.
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { KnownMcpElicitationPrimitiveSchema, McpElicitationPrimitiveSchema } from "../../generated/types.ts"
import { accepts } from "./fieldSchema.ts"
import type { Choice, Field, Value } from "./fields.ts"

/** Returns a field, or why it cannot be read. */
export const read = (
  name: string,
  schema: McpElicitationPrimitiveSchema,
  required: boolean
): Result.Result<Field, string> =>
  schema.type === "~unknown"
    ? Result.fail("unknown field type")
    : Result.succeed(withoutUnfitDefault(toField(name, schema, required)))

// internal

const toField = (name: string, schema: KnownMcpElicitationPrimitiveSchema, required: boolean): Field => {
  const common = {
    name,
    title: schema.title ?? name,
    description: Option.fromNullishOr(schema.description),
    required
  }
  switch (schema.type) {
    case "boolean":
      return { ...common, type: "boolean", default: Option.fromNullishOr(schema.default) }
    case "number":
    case "integer":
      return {
        ...common,
        type: schema.type,
        minimum: Option.fromNullishOr(schema.minimum),
        maximum: Option.fromNullishOr(schema.maximum),
        default: Option.fromNullishOr(schema.default)
      }
    case "array":
      return {
        ...common,
        type: "multiSelect",
        choices: "anyOf" in schema.items ? titled(schema.items.anyOf) : untitled(schema.items.enum),
        minItems: Option.fromNullishOr(schema.minItems),
        maxItems: Option.fromNullishOr(schema.maxItems),
        default: Option.fromNullishOr(schema.default)
      }
    case "string": {
      const initial = Option.fromNullishOr(schema.default)
      if ("oneOf" in schema) {
        return { ...common, type: "singleSelect", choices: titled(schema.oneOf), default: initial }
      }
      if ("enum" in schema) {
        const titles = "enumNames" in schema ? (schema.enumNames ?? []) : []
        return { ...common, type: "singleSelect", choices: untitled(schema.enum, titles), default: initial }
      }
      return {
        ...common,
        type: "text",
        format: Option.fromNullishOr("format" in schema ? schema.format : undefined),
        minLength: Option.fromNullishOr("minLength" in schema ? schema.minLength : undefined),
        maxLength: Option.fromNullishOr("maxLength" in schema ? schema.maxLength : undefined),
        default: initial
      }
    }
  }
}

// This is a mistake of the MCP server, but the form can still be shown.
const withoutUnfitDefault = (field: Field): Field => {
  const initial: Option.Option<Value> = field.default
  return Option.exists(initial, (value) => !accepts(field, value)) ? { ...field, default: Option.none<never>() } : field
}

const titled = (options: ReadonlyArray<{ readonly const: string; readonly title: string }>): ReadonlyArray<Choice> =>
  options.map(({ const: value, title }) => ({ value, title }))

const untitled = (values: ReadonlyArray<string>, titles: ReadonlyArray<string> = []): ReadonlyArray<Choice> =>
  values.map((value, index) => ({ value, title: titles[index] ?? value }))
