/**
 * Writes `codecs.ts`: a codec for everything that is received.
 *
 * Each codec is built when it is first asked for. They stand in an order in
 * which each one follows what it refers to; only a reference back is
 * suspended. Enums are plain strings. A defaulted field may be absent, and so
 * may one that a supported older runtime does not send. An absent nullable
 * field reads as `null`, an absent list as empty. These and unions of objects
 * go through the helpers of `src/internal/protocol/open.ts`. What is only sent
 * needs no codec: its type is checked by the compiler.
 */
import type { Directions } from "./direction.ts"
import { optionalFields } from "./emitTypes.ts"
import type { Names } from "./names.ts"
import type { Definition, Field, ObjectShape, Shape, Variants } from "./shape.ts"
import { references } from "./shape.ts"
import { header, key } from "./text.ts"

const preamble = `import type { Codec } from "effect/Schema"
import * as Schema from "effect/Schema"
import { later } from "../internal/protocol/later.ts"
import * as Open from "../internal/protocol/open.ts"
import type * as T from "./types.ts"

// Type boundary: the annotations below say what each codec is. Inferring it again takes the compiler seconds, so the
// builders are untyped here; test/codegen.test.ts compiles this file with their real types.
// Each builder is named by itself: the module as one value would keep all of \`effect/Schema\` in a bundle.
`

/** What codecs are built from. */
const builders: ReadonlyMap<string, string> = new Map([
  ["string", "Schema.String"],
  ["number", "Schema.Number"],
  ["boolean", "Schema.Boolean"],
  ["nothing", "Schema.Null"],
  ["unknown", "Schema.Unknown"],
  ["literal", "Schema.Literal"],
  ["literals", "Schema.Literals"],
  ["nullOr", "Schema.NullOr"],
  ["optionalKey", "Schema.optionalKey"],
  ["array", "Schema.Array"],
  ["recordOf", "Schema.Record"],
  ["struct", "Schema.Struct"],
  ["structWithRest", "Schema.StructWithRest"],
  ["union", "Schema.Union"],
  ["suspend", "Schema.suspend"],
  ["tagged", "Open.tagged"],
  ["keyed", "Open.keyed"],
  ["orNull", "Open.orNull"],
  ["orEmpty", "Open.orEmpty"]
])

/** Expressions that occur hundreds of times and are built once. A later one can use those before it. */
const shared: ReadonlyMap<string, string> = new Map([
  ["nullOr(string)", "nullString"],
  ["nullOr(number)", "nullNumber"],
  ["nullOr(boolean)", "nullBoolean"],
  ["array(string)", "strings"],
  ["recordOf(string, unknown)", "record"],
  ["orEmpty(string)", "listOfStrings"],
  ["optionalKey(string)", "optionalString"],
  ["optionalKey(number)", "optionalNumber"],
  ["optionalKey(boolean)", "optionalBoolean"],
  ["optionalKey(unknown)", "optionalUnknown"],
  ["optionalKey(nullString)", "optionalNullString"],
  ["optionalKey(nullNumber)", "optionalNullNumber"],
  ["optionalKey(nullBoolean)", "optionalNullBoolean"]
])

const share = (expression: string): string => shared.get(expression) ?? expression

const strings = (values: ReadonlyArray<string>): string =>
  `[${values.map((value) => JSON.stringify(value)).join(", ")}]`

const isNullable = (shape: Shape): boolean =>
  shape.kind === "union" && shape.members.some(({ kind }) => kind === "null")

export const emitCodecs = (version: string, names: Names, directions: Directions): string => {
  const { definitions } = names
  const declared = new Set<string>()
  // Union members without a tag of their own are told apart by their keys, so that none of these may be absent.
  const toldApart = new Set(
    [...definitions.values()].flatMap(({ shape }) => (shape.kind === "variants" ? membersToldByKeys(shape) : []))
  )

  /** The shape behind references. */
  const resolved = (shape: Shape): Shape => {
    const target = shape.kind === "ref" ? definitions.get(shape.name) : undefined
    return target === undefined ? shape : resolved(target.shape)
  }

  const reference = (name: string): string => (declared.has(name) ? name : `suspend(() => ${name})`)

  /** An expression that builds the codec of a shape; `owner` is the definition or union member that an object is. */
  const codecOf = (shape: Shape, owner = ""): string => {
    switch (shape.kind) {
      case "ref":
        return reference(shape.name)
      case "array":
        return share(`array(${codecOf(shape.items)})`)
      case "record":
        return share(`recordOf(string, ${codecOf(shape.values)})`)
      case "literals":
        if (!shape.isTag) return "string"
        return shape.values.length === 1
          ? `literal(${JSON.stringify(shape.values[0])})`
          : `literals(${strings(shape.values)})`
      case "union":
        return isNullable(shape) ? share(`nullOr(${withoutNull(shape)})`) : withoutNull(shape)
      case "object":
        return structOf(shape, owner)
      case "variants":
        throw new Error("a union of objects inside another type")
      case "string":
        return "string"
      case "number":
        return "number"
      case "boolean":
        return "boolean"
      case "null":
        return "nothing"
      case "unknown":
        return "unknown"
    }
  }

  const withoutNull = (shape: Shape): string => {
    if (shape.kind !== "union") return codecOf(shape)
    const others = shape.members.filter((member) => member.kind !== "null").map((member) => codecOf(member))
    return others.length === 1 ? others.join("") : `union([${others.join(", ")}])`
  }

  const valueOf = (field: Field, owner: string): string => {
    if (field.isOptional || field.isLater) return share(`optionalKey(${codecOf(field.shape)})`)
    if (toldApart.has(owner)) return codecOf(field.shape)
    const shape = resolved(field.shape)
    if (isNullable(shape)) return share(`orNull(${withoutNull(field.shape.kind === "ref" ? shape : field.shape)})`)
    if (shape.kind === "array") return share(`orEmpty(${codecOf(shape.items)})`)
    return codecOf(field.shape)
  }

  const structOf = (shape: ObjectShape, owner: string): string => {
    const fields = [...shape.fields, ...optionalFields(shape)].map(
      (field) => `${key(field.name)}: ${valueOf(field, owner)}`
    )
    const struct = `struct({ ${fields.join(", ")} })`
    return shape.isOpen ? `structWithRest(${struct}, [record])` : struct
  }

  const declare = (name: string, expression: string): string => {
    declared.add(name)
    const isCall = expression.includes("(")
    return `export const ${name}: Codec<T.${name}> = ${isCall ? `/*#__PURE__*/ later(() => ${expression})` : expression}`
  }

  const declareDefinition = ({ name, shape }: Definition): ReadonlyArray<string> => {
    if (shape.kind !== "variants") return [declare(name, codecOf(shape, name))]
    const members = shape.members
      .filter((member) => !member.isRef)
      .map((member) => declare(member.name, structOf(member.object, member.name)))
    const others = shape.members.map((member) => reference(member.name))
    const list = `[${[...(shape.literals.length > 0 ? ["string"] : []), ...others].join(", ")}]`
    const required = shape.members.map((member) =>
      strings(member.object.fields.filter((field) => !field.isOptional).map((field) => field.name))
    )
    const union =
      shape.tag === undefined
        ? `keyed([${required.join(", ")}], ${list})`
        : `tagged(${JSON.stringify(shape.tag)}, ${strings([...new Set(shape.members.flatMap((member) => member.tags))])}, ${list})`
    return [...members, declare(name, union)]
  }

  const body = inOrder(definitions, directions.received).flatMap(declareDefinition)
  const common = sharedFor(body)
  return [
    header(version, "A codec for everything the app-server sends, by the name of its type."),
    preamble,
    ...buildersFor([...common, ...body]),
    "",
    ...common,
    "",
    ...body,
    ""
  ].join("\n")
}

// internal

/** The declarations of the builders that are used. */
const buildersFor = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  [...builders].flatMap(([name, builder]) => {
    const isUsed = new RegExp(`(?<![\\w.])${name}\\b(?!:)`)
    return lines.some((line) => isUsed.test(line)) ? [`const ${name}: any = ${builder}`] : []
  })

/** The declarations of the shared expressions that are used, directly or by another. */
const sharedFor = (body: ReadonlyArray<string>): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const [expression, name] of [...shared].toReversed()) {
    const isUsed = new RegExp(`\\b${name}\\b`)
    if ([...lines, ...body].some((line) => isUsed.test(line))) {
      lines.unshift(`const ${name} = /*#__PURE__*/ ${expression}`)
    }
  }
  return lines
}

/** The members of a union whose tag another member has as well, or that has no tag at all. */
const membersToldByKeys = ({ members }: Variants): ReadonlyArray<string> => {
  const count = (tag: string) => members.filter(({ tags }) => tags.includes(tag)).length
  return members.filter(({ tags }) => tags.length === 0 || tags.some((tag) => count(tag) > 1)).map(({ name }) => name)
}

/** Definitions so that each follows those it refers to, but for references back to one that is on the way. */
const inOrder = (
  definitions: ReadonlyMap<string, Definition>,
  names: ReadonlySet<string>
): ReadonlyArray<Definition> => {
  const entered = new Set<string>()
  const done: Array<Definition> = []
  const visit = (name: string): void => {
    const definition = definitions.get(name)
    if (definition === undefined || entered.has(name)) return
    entered.add(name)
    for (const inner of references(definition.shape)) visit(inner)
    done.push(definition)
  }
  for (const name of [...names].sort()) visit(name)
  return done
}
