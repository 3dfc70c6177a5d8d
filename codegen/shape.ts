/**
 * A JSON Schema definition as a TypeScript programmer sees it.
 *
 * The emitters know only these shapes. Direction (open or closed) is not
 * decided here: a shape says what a thing is, `direction.ts` who sends it.
 */

export type Shape =
  | { readonly kind: "string" | "number" | "boolean" | "null" | "unknown" }
  | { readonly kind: "ref"; readonly name: string }
  | { readonly kind: "array"; readonly items: Shape }
  | { readonly kind: "record"; readonly values: Shape }
  | Literals
  | ObjectShape
  | { readonly kind: "union"; readonly members: ReadonlyArray<Shape> }
  | Variants

/** One of a few strings. */
export interface Literals {
  readonly kind: "literals"
  readonly values: ReadonlyArray<string>
  /** A closed list in both directions: it tells union members apart. */
  readonly isTag: boolean
}

export interface ObjectShape {
  readonly kind: "object"
  readonly fields: ReadonlyArray<Field>
  /** Other keys are part of the data (`additionalProperties: true`). */
  readonly isOpen: boolean
  /** Sets of further fields, one of which is present. Receivers read all of them as optional fields. */
  readonly alternatives: ReadonlyArray<ReadonlyArray<Field>>
}

export interface Field {
  readonly name: string
  readonly shape: Shape
  readonly isOptional: boolean
  /** A supported older runtime does not send it: it may be absent from what is received. */
  readonly isLater: boolean
  readonly doc: string | undefined
  readonly isExperimental: boolean
}

/** A union with object members, open to members that this version doesn't know. */
export interface Variants {
  readonly kind: "variants"
  /** The field whose value tells the members apart; without one, their required fields do. */
  readonly tag: string | undefined
  /** Members that are plain strings. */
  readonly literals: ReadonlyArray<string>
  readonly members: ReadonlyArray<Variant>
  /** The schema itself ends in "or any string, or any object". */
  readonly hasFallback: boolean
}

export interface Variant {
  readonly name: string
  /** A definition of its own, to be referred to; otherwise it is emitted with its union. */
  readonly isRef: boolean
  readonly object: ObjectShape
  readonly tags: ReadonlyArray<string>
  readonly doc: string | undefined
  readonly isExperimental: boolean
}

/** A definition. `notes` are the docs of single literals. */
export interface Definition {
  readonly name: string
  readonly shape: Shape
  readonly doc: string | undefined
  readonly notes: ReadonlyArray<readonly [value: string, note: string]>
  readonly isExperimental: boolean
}

/** The definitions a shape refers to. */
export const references = (shape: Shape): ReadonlyArray<string> => {
  switch (shape.kind) {
    case "ref":
      return [shape.name]
    case "array":
      return references(shape.items)
    case "record":
      return references(shape.values)
    case "union":
      return shape.members.flatMap(references)
    case "object":
      return [...shape.fields, ...shape.alternatives.flat()].flatMap((field) => references(field.shape))
    case "variants":
      return shape.members.flatMap((member) => (member.isRef ? [member.name] : references(member.object)))
    default:
      return []
  }
}

/** Whether what is received differs from what may be sent, in the shape itself. */
export const opens = (shape: Shape): boolean => {
  switch (shape.kind) {
    case "literals":
      return !shape.isTag
    case "variants":
      return true
    case "array":
      return opens(shape.items)
    case "record":
      return opens(shape.values)
    case "union":
      return shape.members.some(opens)
    case "object":
      return shape.alternatives.length > 0 || shape.fields.some((field) => field.isLater || opens(field.shape))
    default:
      return false
  }
}
