/**
 * Writes `codecs.ts`: a codec for everything that is received.
 *
 * Codecs are eager and in an order in which each one follows what it refers
 * to. Enums are plain strings and defaulted fields may be absent; unions of
 * objects go through the helpers of `open.ts`. What is only sent needs none:
 * its type is checked by the compiler.
 */
import type { Directions } from "./direction.ts"
import { optionalFields } from "./emitTypes.ts"
import type { Definition, Field, ObjectShape, Shape } from "./shape.ts"
import { references } from "./shape.ts"
import { header, key } from "./text.ts"

const preamble = `import type { Codec } from "effect/Schema"
import * as Schema from "effect/Schema"
import * as Open from "../src/generated/open.ts"
import type * as T from "./types.ts"

// Type boundary: the annotations below say what each codec is. Inferring it again takes the compiler seconds, so the
// builder is untyped here; test/codegen.test.ts compiles this file with the builder's real types.
const S: any = Schema
const O: any = Open

const nullString = /*#__PURE__*/ S.NullOr(S.String)
const nullNumber = /*#__PURE__*/ S.NullOr(S.Number)
const nullBoolean = /*#__PURE__*/ S.NullOr(S.Boolean)
const strings = /*#__PURE__*/ S.Array(S.String)
const record = /*#__PURE__*/ S.Record(S.String, S.Unknown)
const optionalString = /*#__PURE__*/ S.optionalKey(S.String)
const optionalNumber = /*#__PURE__*/ S.optionalKey(S.Number)
const optionalBoolean = /*#__PURE__*/ S.optionalKey(S.Boolean)
const optionalUnknown = /*#__PURE__*/ S.optionalKey(S.Unknown)
const optionalNullString = /*#__PURE__*/ S.optionalKey(nullString)
const optionalNullNumber = /*#__PURE__*/ S.optionalKey(nullNumber)
const optionalNullBoolean = /*#__PURE__*/ S.optionalKey(nullBoolean)
`

/** Expressions that occur hundreds of times and are built once, in the preamble. */
const shared: ReadonlyMap<string, string> = new Map([
  ["S.NullOr(S.String)", "nullString"],
  ["S.NullOr(S.Number)", "nullNumber"],
  ["S.NullOr(S.Boolean)", "nullBoolean"],
  ["S.Array(S.String)", "strings"],
  ["S.Record(S.String, S.Unknown)", "record"],
  ["S.optionalKey(S.String)", "optionalString"],
  ["S.optionalKey(S.Number)", "optionalNumber"],
  ["S.optionalKey(S.Boolean)", "optionalBoolean"],
  ["S.optionalKey(S.Unknown)", "optionalUnknown"],
  ["S.optionalKey(nullString)", "optionalNullString"],
  ["S.optionalKey(nullNumber)", "optionalNullNumber"],
  ["S.optionalKey(nullBoolean)", "optionalNullBoolean"]
])

const share = (expression: string): string => shared.get(expression) ?? expression

const strings = (values: ReadonlyArray<string>): string =>
  `[${values.map((value) => JSON.stringify(value)).join(", ")}]`

/** An expression that builds the codec of a shape. */
const codecOf = (shape: Shape): string => {
  switch (shape.kind) {
    case "ref":
      return shape.name
    case "array":
      return share(`S.Array(${codecOf(shape.items)})`)
    case "record":
      return share(`S.Record(S.String, ${codecOf(shape.values)})`)
    case "literals":
      if (!shape.isTag) return "S.String"
      return shape.values.length === 1
        ? `S.Literal(${JSON.stringify(shape.values[0])})`
        : `S.Literals(${strings(shape.values)})`
    case "union": {
      const others = shape.members.filter((member) => member.kind !== "null").map(codecOf)
      const isNullable = others.length < shape.members.length
      const some = others.length === 1 ? others.join("") : `S.Union([${others.join(", ")}])`
      return isNullable ? share(`S.NullOr(${some})`) : some
    }
    case "object":
      return structOf(shape)
    case "variants":
      throw new Error("a union of objects inside another type")
    case "string":
      return "S.String"
    case "number":
      return "S.Number"
    case "boolean":
      return "S.Boolean"
    case "null":
      return "S.Null"
    case "unknown":
      return "S.Unknown"
  }
}

const fieldOf = (field: Field): string => {
  const codec = codecOf(field.shape)
  return `${key(field.name)}: ${field.isOptional ? share(`S.optionalKey(${codec})`) : codec}`
}

const structOf = (shape: ObjectShape): string => {
  const struct = `S.Struct({ ${[...shape.fields, ...optionalFields(shape)].map(fieldOf).join(", ")} })`
  return shape.isOpen ? `S.StructWithRest(${struct}, [record])` : struct
}

const declare = (name: string, expression: string): string => {
  const isCall = expression.includes("(")
  return `export const ${name}: Codec<T.${name}> = ${isCall ? "/*#__PURE__*/ " : ""}${expression}`
}

const declareDefinition = ({ name, shape }: Definition): ReadonlyArray<string> => {
  if (shape.kind !== "variants") return [declare(name, codecOf(shape))]
  const members = shape.members
    .filter((member) => !member.isRef)
    .map((member) => declare(member.name, structOf(member.object)))
  const names = `[${[...(shape.literals.length > 0 ? ["S.String"] : []), ...shape.members.map((member) => member.name)].join(", ")}]`
  const required = shape.members.map((member) =>
    strings(member.object.fields.filter((field) => !field.isOptional).map((field) => field.name))
  )
  const union =
    shape.tag === undefined
      ? `O.keyed([${required.join(", ")}], ${names})`
      : `O.tagged(${JSON.stringify(shape.tag)}, ${strings([...new Set(shape.members.flatMap((member) => member.tags))])}, ${names})`
  return [...members, declare(name, union)]
}

/** Definitions so that each follows those it refers to. */
const inOrder = (
  definitions: ReadonlyMap<string, Definition>,
  names: ReadonlySet<string>
): ReadonlyArray<Definition> => {
  const done = new Map<string, Definition>()
  const visit = (name: string, path: ReadonlyArray<string>): void => {
    if (done.has(name)) return
    if (path.includes(name))
      throw new Error(`${[...path, name].join(" → ")}: recursive definitions need Schema.suspend`)
    const definition = definitions.get(name)
    if (definition === undefined) throw new Error(`${name} is not defined`)
    for (const inner of references(definition.shape)) visit(inner, [...path, name])
    done.set(name, definition)
  }
  for (const name of [...names].sort()) visit(name, [])
  return [...done.values()]
}

export const emitCodecs = (
  version: string,
  definitions: ReadonlyMap<string, Definition>,
  directions: Directions
): string =>
  [
    header(version, "A codec for everything the app-server sends, by the name of its type."),
    preamble,
    ...inOrder(definitions, directions.received).flatMap(declareDefinition),
    ""
  ].join("\n")
