/**
 * Compares two definitions: their fields, the members of their enums and unions, their types. Use `differences.ts` for
 * who sends them, and `verdict.ts` for what breaks.
 *
 * Definitions are compared in pairs, starting at a message, so a new name for the same definition is not a difference.
 * Each pair is compared once, and names the pairs that its fields refer to.
 */
import type { Pinned } from "../generate.ts"
import type { Definitions, JsonSchema } from "../jsonSchema.ts"
import type { Alternative, Field } from "./alternatives.ts"
import { alternativesOf, isNull, namedBy, ownAlternativesOf } from "./alternatives.ts"
import type { Forms } from "./match.ts"
import { isAmong, isFallback, isMember, match } from "./match.ts"
import { formText, typeText } from "./typeText.ts"

export type Kind =
  | "added"
  | "removed"
  | "changed"
  | "madeRequired"
  | "madeOptional"
  | "becameExperimental"
  | "becameStable"

export interface Change {
  readonly of: "field" | "literal" | "object" | "type"
  readonly kind: Kind
  /** `"ThreadListParams.limit"` for a field, `"AskForApproval#never"` for a member of an enum or a union. */
  readonly name: string
  /** Whether a field that was added or removed is required. */
  readonly isRequired?: boolean
  /** The type, as text, in each version that has it. */
  readonly before?: string
  readonly after?: string
  /** For a changed type: values that the second version no longer allows, and values that the first did not allow. */
  readonly lost?: ReadonlyArray<string>
  readonly gained?: ReadonlyArray<string>
}

/** `"ThreadItem#plan.text"` → `"ThreadItem"`. */
export const ownerOf = (name: string): string => /^[^.#[{]*/.exec(name)?.[0] ?? name

export interface Pair {
  readonly from: string
  readonly to: string
}

export interface PairComparison {
  readonly changes: ReadonlyArray<Change>
  /** Definitions that the two refer to in the same place. */
  readonly next: ReadonlyArray<Pair>
}

/** Compares pairs of definitions of two versions. */
export const comparison = (fromPinned: Pinned, toPinned: Pinned): ((pair: Pair) => PairComparison) => {
  const [from, to] = [fromPinned.definitions, toPinned.definitions]
  const stability = [fromPinned, toPinned].map(({ experimental }) => ({
    members: new Set(experimental.members),
    definitions: new Set(experimental.definitions)
  }))

  /**
   * The change of something that is experimental in one version only. If the whole definition changes, its messages
   * say so, and its parts are no differences of their own.
   */
  const stabilityOf = (name: string): Kind | undefined => {
    const owner = ownerOf(name)
    const [before, after] = stability
    if (before?.definitions.has(owner) !== after?.definitions.has(owner)) return undefined
    if (before?.members.has(name) === after?.members.has(name)) return undefined
    return after?.members.has(name) === true ? "becameExperimental" : "becameStable"
  }

  /** Whether the second definition is the first one, perhaps under another name. */
  const isCounterpart = (a: string, b: string): boolean => {
    if (a === b) return true
    const isRenamed = !Object.hasOwn(to, a) && !Object.hasOwn(from, b)
    return isRenamed && match(formsOf(from, a), formsOf(to, b)).same.some(([form]) => !isNull(form))
  }

  const compare = (pair: Pair): PairComparison => {
    const changes = new Map<string, Change>()
    const next: Array<Pair> = []
    const add = (change: Change) => changes.set(`${change.of} ${change.kind} ${change.name}`, change)
    const addStability = (of: Change["of"], name: string): void => {
      const kind = stabilityOf(name)
      if (kind !== undefined) add({ of, kind, name })
    }

    const compareForms = (
      name: string,
      [before, after]: readonly [Forms, Forms],
      text: readonly [string, string]
    ): void => {
      const { same, lost, gained } = match(before, after)
      const isEnum = [...before, ...after].every((form) => form.kind === "literal" || isNull(form))
      // Without a member in common it is another type, and its members are not worth a line each.
      const isUnion = isEnum || same.some(([form]) => isMember(form))
      for (const [kind, forms] of [["removed", lost] as const, ["added", gained] as const]) {
        for (const form of isUnion ? forms.filter(isMember) : []) add({ of: form.kind, kind, name: form.path })
      }
      const others = [lost, gained].map((forms) => forms.filter((form) => !(isUnion && isMember(form))))
      if (others.flat().length > 0) {
        add({
          of: "type",
          kind: "changed",
          name,
          // Of a union with members in common, only what differs.
          before: isUnion ? textOf(others[0]) : text[0],
          after: isUnion ? textOf(others[1]) : text[1],
          lost: others[0]?.filter((form) => !isAmong(form, after)).map(formText) ?? [],
          gained: others[1]?.filter((form) => !isAmong(form, before) && !isFallback(form, before)).map(formText) ?? []
        })
      }
      for (const [a, b] of same) {
        if (isMember(a)) addStability(a.kind, a.path)
        compareParts(name, a, b)
      }
    }

    const compareParts = (name: string, a: Alternative, b: Alternative): void => {
      if (a.kind === "array" && b.kind === "array") compareTypes(`${name}[]`, a.items, b.items)
      if (a.kind === "record" && b.kind === "record") compareTypes(`${name}{}`, a.values, b.values)
      if (a.kind !== "object" || b.kind !== "object") return
      for (const key of new Set([...a.fields.keys(), ...b.fields.keys()])) {
        compareFields(a.fields.get(key), b.fields.get(key))
      }
    }

    const compareFields = (a: Field | undefined, b: Field | undefined): void => {
      if (a === undefined) {
        if (b === undefined) return
        add({ of: "field", kind: "added", name: b.name, isRequired: b.isRequired, after: typeText(b.schema) })
      } else if (b === undefined) {
        add({ of: "field", kind: "removed", name: a.name, isRequired: a.isRequired, before: typeText(a.schema) })
      } else {
        if (a.isRequired !== b.isRequired) {
          add({ of: "field", kind: b.isRequired ? "madeRequired" : "madeOptional", name: a.name })
        }
        addStability("field", a.name)
        compareTypes(a.name, a.schema, b.schema)
      }
    }

    const compareTypes = (name: string, before: JsonSchema, after: JsonSchema): void => {
      const [a, b] = [namedBy(before), namedBy(after)]
      const text = [typeText(before), typeText(after)] as const
      if (a === undefined || b === undefined || !isCounterpart(a.name, b.name)) {
        compareForms(name, [ownAlternativesOf(from, before, name), ownAlternativesOf(to, after, name)], text)
        return
      }
      next.push({ from: a.name, to: b.name })
      if (a.isNullable === b.isNullable) return
      const nulls = { lost: a.isNullable ? ["null"] : [], gained: b.isNullable ? ["null"] : [] }
      add({ of: "type", kind: "changed", name, before: text[0], after: text[1], ...nulls })
    }

    compareForms(
      pair.from,
      [formsOf(from, pair.from), formsOf(to, pair.to)],
      [typeText(from[pair.from]), typeText(to[pair.to])]
    )
    return { changes: [...changes.values()], next }
  }

  const done = new Map<string, PairComparison>()
  return (pair) => {
    const key = `${pair.from} ${pair.to}`
    const result = done.get(key) ?? compare(pair)
    done.set(key, result)
    return result
  }
}

// internal

const textOf = (forms: Forms | undefined): string => forms?.map(formText).join(" | ") ?? ""

const formsOf = (definitions: Definitions, name: string): Forms => alternativesOf(definitions, definitions[name], name)
