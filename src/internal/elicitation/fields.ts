/**
 * The fields of a form: plain data, for a user interface to draw. How they are read from a schema is `fieldReading.ts`, and what an answer to one
 * must be is `fieldSchema.ts`.
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
