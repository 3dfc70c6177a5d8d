/**
 * The fields of a form: plain data for a user interface.
 *
 * `fieldReading.ts` reads them from a schema, and `fieldSchema.ts` defines valid answers.
 */
import type * as Option from "effect/Option"

/**
 * The answer to one field.
 *
 * @category models
 * @since 0.169.0
 */
export type Value = string | number | boolean | ReadonlyArray<string>

/**
 * The answer to a form, by the names of its fields. `undefined` leaves a field unanswered.
 *
 * @category models
 * @since 0.169.0
 */
export interface Values {
  readonly [field: string]: Value | undefined
}

/** The properties of every field. */
interface Common<Default> {
  /** The name of the field in the answer. */
  readonly name: string
  /** The label to show: the title, or the name if there is no title. */
  readonly title: string
  readonly description: Option.Option<string>
  readonly required: boolean
  /** The initial value. None if it would not be a valid answer. */
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
  /** `email`, `uri`, `date` and `date-time` are checked. Other formats are not. */
  readonly format: Option.Option<"email" | "uri" | "date" | "date-time" | (string & {})>
  /** In characters (code points). */
  readonly minLength: Option.Option<number>
  /** In characters (code points). */
  readonly maxLength: Option.Option<number>
}

/**
 * A number; a whole number for `integer`. The bounds are inclusive.
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
 * A yes-or-no field.
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
 * A choice: the value to answer with, and the label to show.
 *
 * @category models
 * @since 0.169.0
 */
export interface Choice {
  readonly value: string
  /** The title, or the value if there is no title. */
  readonly title: string
}

/**
 * A field of a form.
 *
 * @category models
 * @since 0.169.0
 */
export type Field = TextField | NumberField | BooleanField | SingleSelectField | MultiSelectField
