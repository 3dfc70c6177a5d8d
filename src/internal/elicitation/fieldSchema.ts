/**
 * Describes valid answers to a field, as a schema and as text. The text contains no value and no choice, because it
 * becomes part of errors.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Field, MultiSelectField, NumberField, SingleSelectField, TextField, Value } from "./fields.ts"
import { fitsFormat } from "./formats.ts"

/**
 * Returns the schema of the answer to one field, for a user interface that validates while the user types.
 *
 * **Example** (Validating one field)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Elicitation } from "effect-codex"
 *
 * const isValid = (field: Elicitation.Field, value: unknown) =>
 *   Schema.decodeUnknownEffect(Elicitation.fieldSchema(field))(value).pipe(Effect.isSuccess)
 * ```
 *
 * @category schemas
 * @since 0.169.0
 */
export const fieldSchema = (field: Field): Schema.Codec<Value> => {
  const expected = describeField(field)
  switch (field.type) {
    case "text":
      return Schema.String.check(Schema.makeFilter((text: string) => fitsText(field, text), { expected }))
    case "number":
    case "integer":
      return Schema.Number.check(Schema.makeFilter((number: number) => fitsNumber(field, number), { expected }))
    case "boolean":
      return Schema.Boolean
    case "singleSelect": {
      const known = valuesOf(field)
      return Schema.String.check(Schema.makeFilter((value: string) => known.has(value), { expected }))
    }
    case "multiSelect": {
      const known = valuesOf(field)
      return Schema.Array(Schema.String).check(
        Schema.makeFilter((values: ReadonlyArray<string>) => fitsChoices(field, known, values), { expected })
      )
    }
  }
}

/** Whether a value is a valid answer to the field. */
export const accepts = (field: Field, value: unknown): boolean => Schema.is(fieldSchema(field))(value)

/**
 * Describes what a field expects, such as `a whole number, at least 1 and at most 9`. Quotes no values or choices.
 *
 * @category formatting
 * @since 0.169.0
 */
export const describeField = (field: Field): string => {
  switch (field.type) {
    case "text": {
      const length = range(field.minLength, field.maxLength, "character")
      const format = Option.match(field.format, {
        onNone: () => "",
        // All other formats are free text of the MCP server.
        onSome: (name) => formats.get(name) ?? ""
      })
      return `a string${length === "" ? "" : ` of ${length}`}${format}`
    }
    case "number":
    case "integer": {
      const bounds = range(field.minimum, field.maximum)
      return `${field.type === "integer" ? "an integer" : "a number"}${bounds === "" ? "" : `, ${bounds}`}`
    }
    case "boolean":
      return "true or false"
    case "singleSelect":
      return `one of its ${plural(field.choices.length, "choice")}`
    case "multiSelect": {
      const count = range(field.minItems, field.maxItems)
      return `any of its ${plural(field.choices.length, "choice")}, each once${count === "" ? "" : ` and ${count} of them`}`
    }
  }
}

// internal

const formats = new Map([
  ["email", " that is an email address"],
  ["uri", " that is an absolute URI"],
  ["date", " that is a date such as 2026-01-31"],
  ["date-time", " that is a time such as 2026-01-31T12:00:00Z"]
])

const valuesOf = ({ choices }: SingleSelectField | MultiSelectField): ReadonlySet<string> =>
  new Set(choices.map(({ value }) => value))

const within = (value: number, minimum: Option.Option<number>, maximum: Option.Option<number>): boolean =>
  !Option.exists(minimum, (least) => value < least) && !Option.exists(maximum, (most) => value > most)

const fitsText = (field: TextField, text: string): boolean =>
  // JSON Schema counts code points.
  within(Array.from(text).length, field.minLength, field.maxLength) &&
  !Option.exists(field.format, (format) => !fitsFormat(format, text))

const fitsNumber = (field: NumberField, value: number): boolean =>
  (field.type === "integer" ? Number.isInteger(value) : Number.isFinite(value)) &&
  within(value, field.minimum, field.maximum)

const fitsChoices = (field: MultiSelectField, known: ReadonlySet<string>, values: ReadonlyArray<string>): boolean =>
  within(values.length, field.minItems, field.maxItems) &&
  new Set(values).size === values.length &&
  values.every((value) => known.has(value))

const range = (minimum: Option.Option<number>, maximum: Option.Option<number>, unit?: string): string => {
  const bounds = [
    ...Option.toArray(minimum).map((least) => ["at least", least] as const),
    ...Option.toArray(maximum).map((most) => ["at most", most] as const)
  ]
  return bounds
    .map(([bound, value], index) =>
      unit === undefined || index < bounds.length - 1 ? `${bound} ${value}` : `${bound} ${plural(value, unit)}`
    )
    .join(" and ")
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`
