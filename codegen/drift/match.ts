/**
 * Matches the forms of two types. The second type has lost the forms that only the first has, and gained the others.
 */
import type { Alternative, Literal, ObjectForm } from "./alternatives.ts"

export type Forms = ReadonlyArray<Alternative>

export interface Matched {
  readonly same: ReadonlyArray<readonly [Alternative, Alternative]>
  readonly lost: Forms
  readonly gained: Forms
}

/** Whether a form is one member of an enum or a union, with a name of its own. */
export const isMember = (form: Alternative): form is Literal | ObjectForm =>
  form.kind === "literal" || form.kind === "object"

/** A key says what a form is only among forms of its kind. */
const isSame = (a: Alternative, b: Alternative): boolean =>
  a.kind === b.kind && a.key === b.key && (a.kind !== "object" || b.kind !== "object" || a.isTagged === b.isTagged)

/** The ways in which two forms can match, the surest first. */
const matches: ReadonlyArray<(a: Alternative, b: Alternative) => boolean> = [
  // Objects without a tag may have the same required fields, so the name decides first.
  (a, b) => isMember(a) && isMember(b) && a.path === b.path,
  isSame
]

/** The only object, or the only unmatched one without a tag: its required fields may have changed. */
const loneObject = (unmatched: Iterable<Alternative>, all: Forms): ObjectForm | undefined => {
  const isAlone = all.filter(({ kind }) => kind === "object").length === 1
  const found = [...unmatched].flatMap((form) => (form.kind === "object" && (isAlone || !form.isTagged) ? [form] : []))
  return found.length === 1 ? found[0] : undefined
}

export const match = (before: Forms, after: Forms): Matched => {
  const same: Array<readonly [Alternative, Alternative]> = []
  const [lost, gained] = [new Set(before), new Set(after)]
  const pair = (a: Alternative, b: Alternative): void => {
    lost.delete(a)
    gained.delete(b)
    same.push([a, b])
  }
  for (const isMatch of matches) {
    for (const a of lost) {
      const b = [...gained].find((form) => isMatch(a, form))
      if (b !== undefined) pair(a, b)
    }
  }
  const [a, b] = [loneObject(lost, before), loneObject(gained, after)]
  if (a !== undefined && b !== undefined) pair(a, b)
  return { same, lost: [...lost], gained: [...gained] }
}

/** Whether every value of this form is also one of `forms`. */
export const isAmong = (form: Alternative, forms: Forms): boolean =>
  forms.some(
    (other) =>
      isSame(form, other) ||
      (other.kind === "plain" && (other.key === "unknown" || (other.key === "string" && form.kind === "literal")))
  )

/** Whether a form only says that a list of literals or objects is open. Programs read every list as open. */
export const isFallback = (form: Alternative, forms: Forms): boolean =>
  form.kind === "plain" &&
  ((form.key === "string" && forms.some(({ kind }) => kind === "literal")) ||
    (form.key === "object" && forms.some(({ kind }) => kind === "object")))
