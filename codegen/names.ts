/**
 * Gives everything that is generated a name of its own.
 *
 * Definitions keep the protocol's names. Names that are made here (of inline union members, of sent forms, of the known
 * members of a union) can collide with those or with one another: then a number is added and a decision reported.
 */
import type { Report } from "./decisions.ts"
import type { Directions } from "./direction.ts"
import type { Definition } from "./shape.ts"
import { pascalCase } from "./text.ts"

export interface Names {
  /** The definitions, each inline union member with a name of its own. */
  readonly definitions: ReadonlyMap<string, Definition>
  /** The name of the sent form of a definition, or of one of its inline members. */
  readonly sent: (name: string) => string
  /** The name of the union of a definition's known members. */
  readonly known: (name: string) => string
  /** The name of the member that a union gains on receipt, by the field that tells its members apart. */
  readonly unknown: (tag: string | undefined) => string
}

export const namesOf = (
  definitions: ReadonlyMap<string, Definition>,
  directions: Pick<Directions, "received" | "split">,
  report: Report
): Names => {
  const taken = new Set(definitions.keys())
  const claim = (wanted: string, what: string): string => {
    let name = wanted
    for (let count = 2; taken.has(name); count++) name = `${wanted}${count}`
    taken.add(name)
    if (name !== wanted) {
      report({
        about: what,
        problem: `its name in TypeScript, ${wanted}, is taken; it is generated as ${name}.`,
        proposal: "Give a union member a better name in `memberNames` of codegen/overrides.ts."
      })
    }
    return name
  }

  const sent = new Map<string, string>()
  const known = new Map<string, string>()
  const unknown = new Map<string | undefined, string>()
  const named = [...definitions.values()].map((definition): Definition => {
    const { name, shape } = definition
    const isSplit = directions.split.has(name)
    if (isSplit) sent.set(name, claim(`${name}Param`, `${name}, as it is sent`))
    if (shape.kind !== "variants") return definition
    if (directions.received.has(name)) {
      known.set(name, claim(`Known${name}`, `the known members of ${name}`))
      if (!unknown.has(shape.tag)) unknown.set(shape.tag, claim(unknownName(shape.tag), `unknown members of ${name}`))
    }
    const members = shape.members.map((member) => {
      if (member.isRef) return member
      const own = claim(member.name, `${name}#${member.tags.join("|")}`)
      if (isSplit) sent.set(own, claim(`${own}Param`, `${name}#${member.tags.join("|")}, as it is sent`))
      return { ...member, name: own }
    })
    return { ...definition, shape: { ...shape, members } }
  })
  return {
    definitions: new Map(named.map((definition) => [definition.name, definition])),
    sent: (name) => sent.get(name) ?? name,
    known: (name) => known.get(name) ?? name,
    unknown: (tag) => unknown.get(tag) ?? unknownName(tag)
  }
}

// internal

const unknownName = (tag: string | undefined): string =>
  tag === undefined ? "UnknownObject" : `UnknownBy${pascalCase(tag)}`
