/**
 * The fields of a form, read from the schema that came with it: plain data, for a user interface to draw. What an answer to a field must be is
 * `fieldSchema.ts`.
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { KnownMcpElicitationPrimitiveSchema, McpElicitationPrimitiveSchema } from "../../generated/types.ts"
import { accepts } from "./fieldSchema.ts"

/**
 * The answer to one field.
 *
 * @category models
 * @since 0.169.0
 */
export type Value = string | number | boolean | ReadonlyArray<string>

/**
 * The answer to a form, by the names of its fields. `undefined` is no answer.
 *
 * @category models
 * @since 0.169.0
 */
export interface Values {
  readonly [field: string]: Value | undefined
}

/** What every field tells. */
interface Common<Default> {
  /** The name under which the answer goes. */
  readonly name: string
  /** What to show: the title, or the name where there is none. */
  readonly title: string
  readonly description: Option.Option<string>
  readonly required: boolean
  /** What to begin with. None where it wouldn't be taken as an answer. */
  readonly default: Option.Option<Default>
}

/**
 * A line of text.
 *
 * @category models
 * @since 0.169.0
 */
export interface TextField extends Common<string> {
  readonly type: "text"
  /** `email`, `uri`, `date` and `date-time` are checked, other formats are not. */
  readonly format: Option.Option<"email" | "uri" | "date" | "date-time" | (string & {})>
  /** In characters (code points). */
  readonly minLength: Option.Option<number>
  /** In characters (code points). */
  readonly maxLength: Option.Option<number>
}

/**
 * A number, for `integer` a whole one. The bounds are allowed.
 *
 * @category models
 * @since 0.169.0
 */
export interface NumberField extends Common<number> {
  readonly type: "number" | "integer"
  readonly minimum: Option.Option<number>
  readonly maximum: Option.Option<number>
}

/**
 * Yes or no.
 *
 * @category models
 * @since 0.169.0
 */
export interface BooleanField extends Common<boolean> {
  readonly type: "boolean"
}

/**
 * One of several choices.
 *
 * @category models
 * @since 0.169.0
 */
export interface SingleSelectField extends Common<string> {
  readonly type: "singleSelect"
  readonly choices: ReadonlyArray<Choice>
}

/**
 * Any of several choices, each at most once.
 *
 * @category models
 * @since 0.169.0
 */
export interface MultiSelectField extends Common<ReadonlyArray<string>> {
  readonly type: "multiSelect"
  readonly choices: ReadonlyArray<Choice>
  readonly minItems: Option.Option<number>
  readonly maxItems: Option.Option<number>
}

/**
 * A choice: what is answered, and what to show for it.
 *
 * @category models
 * @since 0.169.0
 */
export interface Choice {
  readonly value: string
  /** The title, or the value where there is none. */
  readonly title: string
}

/**
 * A field of a form.
 *
 * @category models
 * @since 0.169.0
 */
export type Field = TextField | NumberField | BooleanField | SingleSelectField | MultiSelectField

/** A field, or why it can't be read. */
export const read = (
  name: string,
  schema: McpElicitationPrimitiveSchema,
  required: boolean
): Result.Result<Field, string> =>
  schema.type === "~unknown"
    ? Result.fail("a field is of a kind that this version doesn't know")
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

// The MCP server's own mistake, and no reason not to show the form.
const withoutUnfitDefault = (field: Field): Field => {
  const initial: Option.Option<Value> = field.default
  return Option.exists(initial, (value) => !accepts(field, value)) ? { ...field, default: Option.none<never>() } : field
}

const titled = (options: ReadonlyArray<{ readonly const: string; readonly title: string }>): ReadonlyArray<Choice> =>
  options.map(({ const: value, title }) => ({ value, title }))

const untitled = (values: ReadonlyArray<string>, titles: ReadonlyArray<string> = []): ReadonlyArray<Choice> =>
  values.map((value, index) => ({ value, title: titles[index] ?? value }))
