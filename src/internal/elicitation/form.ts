/**
 * Reads a form, provides the schema of its answer, and checks answers. Problems are described by field and
 * expectation, never by value.
 */
import * as Exit from "effect/Exit"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaIssue from "effect/SchemaIssue"
import type { McpElicitationSchema } from "../../generated/types.ts"
import { FormAnswerInvalid, type FormIssue } from "./errors.ts"
import * as fieldReading from "./fieldReading.ts"
import type { Field, Value, Values } from "./fields.ts"
import { describeField, fieldSchema } from "./fieldSchema.ts"
import type { FormQuestion } from "./questions.ts"

/** Returns the fields of a form and the schema of its answer, or why it cannot be read. */
export const read = (
  requested: McpElicitationSchema
): Result.Result<{ readonly fields: ReadonlyArray<Field>; readonly schema: Schema.Codec<Values> }, string> => {
  if (requested.type !== "object") return Result.fail("the schema is not an object")
  const required = new Set(requested.required ?? [])
  const found: Array<Field> = []
  for (const [name, schema] of Object.entries(requested.properties)) {
    const field = fieldReading.read(name, schema, required.delete(name))
    if (Result.isFailure(field)) return Result.fail(field.failure)
    found.push(field.success)
  }
  // A user could not see the field, so could not answer it.
  if (required.size > 0) return Result.fail("a required field is not defined")
  return Result.succeed({ fields: found, schema: schemaOf(found) })
}

/**
 * Returns the initial values of a form: those of the fields with a default. They are sent only if the answer has
 * them.
 *
 * @category validation
 * @since 0.169.0
 */
export const defaults = (form: FormQuestion): Values =>
  Object.fromEntries(
    form.fields.flatMap((field) =>
      Option.match<Value, ReadonlyArray<readonly [string, Value]>>(field.default, {
        onNone: () => [],
        onSome: (value) => [[field.name, value]]
      })
    )
  )

/**
 * Validates the values of a form, so that you can ask the user again. Returns the values that would be sent.
 *
 * Fields without a value are omitted. A value without a field of the form is invalid.
 *
 * **Example** (Asking again until the values are valid)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Elicitation } from "effect-codex"
 *
 * const fillIn = (form: Elicitation.FormQuestion, ask: Effect.Effect<unknown>) =>
 *   ask.pipe(
 *     Effect.flatMap((values) => Elicitation.check(form, values)),
 *     Effect.retry({ times: 2 })
 *   )
 * ```
 *
 * @category validation
 * @since 0.169.0
 */
export const check = (form: FormQuestion, values: unknown): Effect.Effect<Values, FormAnswerInvalid> =>
  Effect.suspend(() => {
    const invalid = (issues: ReadonlyArray<FormIssue>) =>
      Effect.fail(new FormAnswerInvalid({ serverName: form.serverName, issues }))
    if (!Predicate.isReadonlyObject(values))
      return invalid([{ field: "", expected: "an object with the fields of the form" }])
    const exit = Schema.decodeUnknownExit(form.schema)(ownValues(values), { errors: "all", onExcessProperty: "error" })
    if (Exit.isSuccess(exit)) return Effect.succeed(exit.value)
    const error = Cause.findError(exit.cause)
    return invalid(Result.isSuccess(error) ? toIssues(form, keysOf(error.success.issue)) : [])
  })

// internal

const schemaOf = (all: ReadonlyArray<Field>): Schema.Codec<Values> => {
  const schema = Schema.Struct(
    Object.fromEntries(
      all.map((field) => {
        const value = fieldSchema(field)
        return [field.name, field.required ? value : Schema.optionalKey(value)] as const
      })
    )
  )
  // Type boundary: the names are known only at run time, and each has the value of a field.
  return schema as unknown as Schema.Codec<Values>
}

// A field can have any name, such as `toString`. Without a prototype, the object has only the answered fields.
const ownValues = (values: { readonly [key: string]: unknown }): object => {
  const own: { [key: string]: unknown } = Object.create(null)
  for (const [name, value] of Object.entries(values)) if (value !== undefined) own[name] = value
  return own
}

/** Returns the fields that have problems. `undefined` stands for the answer as a whole. */
const keysOf = (issue: SchemaIssue.Issue): ReadonlySet<PropertyKey | undefined> => {
  switch (issue._tag) {
    case "Composite":
    case "AnyOf":
      return new Set(issue.issues.flatMap((inner) => [...keysOf(inner)]))
    case "Pointer":
      return new Set([issue.path[0]])
    default:
      return new Set([undefined])
  }
}

const toIssues = (form: FormQuestion, keys: ReadonlySet<PropertyKey | undefined>): ReadonlyArray<FormIssue> => {
  const known = form.fields
    .filter(({ name }) => keys.has(name))
    .map((field) => ({ field: field.name, expected: `${describeField(field)}${field.required ? " (required)" : ""}` }))
  const names = new Set<PropertyKey | undefined>(form.fields.map(({ name }) => name))
  // A name that is not in the form can be user input.
  return [...keys].every((key) => names.has(key))
    ? known
    : [...known, { field: "", expected: "no fields but those of the form" }]
}
