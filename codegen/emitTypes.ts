/**
 * Writes `types.ts`: one named type for every definition, with the protocol's
 * own words as its documentation.
 */
import type { Directions, Form } from "./direction.ts"
import type { Names } from "./names.ts"
import type { Definition, Field, ObjectShape, Shape, Variant } from "./shape.ts"
import { docComment, header, key } from "./text.ts"

const raw = "{ readonly [key: string]: unknown }"

const unknownMember = (name: string, tag: string | undefined): string =>
  tag === undefined
    ? [
        "/** An object that this version of the protocol doesn't know, as it came. */",
        `export interface ${name} {`,
        `  readonly "~unknown": ${raw}`,
        "}"
      ].join("\n")
    : [
        `/** A union member whose \`${tag}\` this version of the protocol doesn't know; \`raw\` is what came. */`,
        `export interface ${name} {`,
        `  readonly ${key(tag)}: "~unknown"`,
        `  readonly raw: ${raw}`,
        "}"
      ].join("\n")

const literals = (values: ReadonlyArray<string>): string => values.map((value) => JSON.stringify(value)).join(" | ")

export const emitTypes = (version: string, names: Names, directions: Directions): string => {
  const blocks: Array<string> = []
  const tags = new Set<string | undefined>()

  const nameIn = (name: string, form: Form): string => (form === "send" ? names.sent(name) : name)

  const typeOf = (shape: Shape, form: Form, indent: string): string => {
    switch (shape.kind) {
      case "ref":
        return nameIn(shape.name, form)
      case "array":
        return `ReadonlyArray<${typeOf(shape.items, form, indent)}>`
      case "record":
        return `{ readonly [key: string]: ${typeOf(shape.values, form, indent)} }`
      case "literals":
        return literals(shape.values) + (form === "receive" && !shape.isTag ? " | (string & {})" : "")
      case "union":
        return [...new Set(shape.members.map((member) => typeOf(member, form, indent)))].join(" | ")
      case "object":
        return objectType(shape, form, indent)
      case "variants":
        throw new Error("a union of objects inside another type")
      default:
        return shape.kind
    }
  }

  const fieldText = (field: Field, form: Form, indent: string): string => {
    const type = typeOf(field.shape, form, indent)
    const isOptional = field.isOptional || (field.isLater && form === "receive")
    const value = field.isOptional && form === "send" && type !== "unknown" ? `${type} | undefined` : type
    return (
      docComment(field.doc, { isExperimental: field.isExperimental, indent }) +
      `${indent}readonly ${key(field.name)}${isOptional ? "?" : ""}: ${value}\n`
    )
  }

  const fieldsText = (fields: ReadonlyArray<Field>, isOpen: boolean, form: Form, indent: string): string => {
    const inner = `${indent}  `
    const rest = isOpen ? `${inner}readonly [key: string]: unknown\n` : ""
    return `{\n${fields.map((field) => fieldText(field, form, inner)).join("")}${rest}${indent}}`
  }

  /** A receiver sees all alternatives as optional fields, a sender must choose one. */
  const objectType = (shape: ObjectShape, form: Form, indent: string): string => {
    if (shape.alternatives.length === 0) return fieldsText(shape.fields, shape.isOpen, form, indent)
    if (form === "send") {
      return shape.alternatives
        .map((fields) => fieldsText([...shape.fields, ...fields], shape.isOpen, form, indent))
        .join(" | ")
    }
    return fieldsText([...shape.fields, ...optionalFields(shape)], shape.isOpen, form, indent)
  }

  const declareObject = (name: string, shape: ObjectShape, form: Form, doc: string): void => {
    const text = objectType(shape, form, "")
    const isUnion = form === "send" && shape.alternatives.length > 0
    blocks.push(isUnion ? `${doc}export type ${name} = ${text}` : `${doc}export interface ${name} ${text}`)
  }

  const declareDefinition = (definition: Definition, form: Form): void => {
    const { shape } = definition
    const name = nameIn(definition.name, form)
    const doc = docComment(definition.doc, {
      isExperimental: definition.isExperimental,
      more: definition.notes.map(([value, note]) => `- \`${JSON.stringify(value)}\`: ${note}`)
    })
    if (shape.kind === "object") return declareObject(name, shape, form, doc)
    if (shape.kind !== "variants") {
      const isNothing = shape.kind === "record" && directions.params.has(definition.name)
      const type = isNothing ? "{ readonly [key: string]: never }" : typeOf(shape, form, "")
      blocks.push(`${doc}export type ${name} = ${type}`)
      return
    }
    const memberName = (member: Variant) => nameIn(member.name, form)
    const known = [
      ...(shape.literals.length > 0 ? [literals(shape.literals)] : []),
      ...shape.members.map(memberName)
    ].join(" | ")
    if (form === "send") {
      blocks.push(`${doc}export type ${name} = ${known}${shape.hasFallback ? ` | (string & {}) | ${raw}` : ""}`)
    } else {
      tags.add(shape.tag)
      const others = [...(shape.literals.length > 0 ? ["(string & {})"] : []), names.unknown(shape.tag)].join(" | ")
      const knownName = names.known(name)
      blocks.push(
        `/** The members of {@link ${name}} that this version of the protocol knows. */\nexport type ${knownName} = ${known}`
      )
      blocks.push(`${doc}export type ${name} = ${knownName} | ${others}`)
    }
    for (const member of shape.members) {
      if (member.isRef) continue
      declareObject(
        memberName(member),
        member.object,
        form,
        docComment(member.doc, { isExperimental: member.isExperimental || definition.isExperimental })
      )
    }
  }

  for (const definition of names.definitions.values()) {
    const { name } = definition
    const isReceived = directions.received.has(name)
    const isSplit = directions.split.has(name)
    if (isReceived && (isSplit || !directions.sent.has(name))) declareDefinition(definition, "receive")
    // A definition with one form for both directions has the sender's `?: T | undefined`, which a reader can't tell.
    if (directions.sent.has(name)) declareDefinition(definition, "send")
  }
  for (const tag of [...tags].sort()) blocks.push(unknownMember(names.unknown(tag), tag))

  return `${header(version, "Every type of the app-server protocol.")}\n${blocks.join("\n\n")}\n`
}

/** The fields of all alternatives, each once. */
export const optionalFields = (shape: ObjectShape): ReadonlyArray<Field> => [
  ...new Map(shape.alternatives.flat().map((field) => [field.name, { ...field, isOptional: true }])).values()
]
