/**
 * Unions that stay decodable when the server is newer than this package.
 *
 * The known members come first, and one more member takes the objects that
 * none of them claims. It never takes a malformed known member: that stays an
 * error with its path.
 */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaGetter from "effect/SchemaGetter"

interface Raw {
  readonly [key: string]: unknown
}

type Members = ReadonlyArray<Schema.Codec<unknown>>

/** Type boundary: an object that is no array has string keys. */
const isRaw = (value: object): value is Raw => !Array.isArray(value)

/** Objects that satisfy `isUnknown`, as `{ ...fields, [key]: object }`; encoding hands back the object itself. */
const unknownMember = <A>(
  expected: string,
  isUnknown: (value: Raw) => boolean,
  fields: { readonly [key: string]: Schema.Codec<unknown> },
  wrap: (raw: object) => object,
  unwrap: (wrapped: Raw) => unknown
): Schema.Codec<A> => {
  const member = Schema.ObjectKeyword.check(
    Schema.makeFilter((value: object) => isRaw(value) && isUnknown(value), { expected })
  ).pipe(
    Schema.decodeTo(Schema.Struct(fields), {
      decode: SchemaGetter.transform((value: object): Raw => ({ ...wrap(value) })),
      encode: SchemaGetter.transform((value: Raw): object => Object(unwrap(value)))
    })
  )
  // Type boundary: `fields` are the fields of A, which the two callers below spell out.
  return member as unknown as Schema.Codec<A>
}

/** A union told apart by the field `tag`; other tags become `{ [tag]: "~unknown", raw }`. */
export const tagged = <const Tag extends string, const M extends Members>(
  tag: Tag,
  known: ReadonlyArray<string>,
  members: M
): Schema.Codec<M[number]["Type"] | ({ readonly [K in Tag]: "~unknown" } & { readonly raw: Raw })> => {
  const tags = new Set(known)
  return Schema.Union([
    ...members,
    unknownMember<{ readonly [K in Tag]: "~unknown" } & { readonly raw: Raw }>(
      `an object with an unknown ${tag}`,
      (value) => {
        const found = Object.hasOwn(value, tag) ? value[tag] : undefined
        return typeof found === "string" && !tags.has(found)
      },
      { [tag]: Schema.Literal("~unknown"), raw: Schema.ObjectKeyword },
      (raw) => ({ [tag]: "~unknown", raw }),
      (wrapped) => wrapped["raw"]
    )
  ])
}

/** A union told apart by the keys that its objects require; objects without any such set become `{ "~unknown" }`. */
export const keyed = <const M extends Members>(
  required: ReadonlyArray<ReadonlyArray<string>>,
  members: M
): Schema.Codec<M[number]["Type"] | { readonly "~unknown": Raw }> =>
  Schema.Union([
    ...members,
    unknownMember<{ readonly "~unknown": Raw }>(
      "an object of an unknown kind",
      (value) => !required.some((keys) => keys.every((key) => Object.hasOwn(value, key))),
      { "~unknown": Schema.ObjectKeyword },
      (raw) => ({ "~unknown": raw }),
      (wrapped) => wrapped["~unknown"]
    )
  ])

const cache = new WeakMap<SchemaAST.AST, SchemaAST.AST>()

/**
 * The same schema without the unknown members, or the schema itself where
 * there are none.
 *
 * **Details**
 *
 * An unknown member is a transformation, and one transformation anywhere keeps
 * Effect's compiler from turning the whole tree into one function. Trying this
 * form first, and the open one only if it fails, is several times faster.
 */
export const withoutUnknown = (ast: SchemaAST.AST): SchemaAST.AST => {
  const cached = cache.get(ast)
  if (cached !== undefined) return cached
  const made = rebuild(ast)
  cache.set(ast, made)
  return made
}

const isSame = <A>(before: ReadonlyArray<A>, after: ReadonlyArray<A>): boolean =>
  before.length === after.length && before.every((item, index) => item === after[index])

/** The only transformations in these codecs are the unknown members. */
const rebuild = (ast: SchemaAST.AST): SchemaAST.AST => {
  switch (ast._tag) {
    case "Objects": {
      const properties = ast.propertySignatures.map((property) => {
        const type = withoutUnknown(property.type)
        return type === property.type ? property : new SchemaAST.PropertySignature(property.name, type)
      })
      const indexes = ast.indexSignatures.map((index) => {
        const type = withoutUnknown(index.type)
        return type === index.type ? index : new SchemaAST.IndexSignature(index.parameter, type)
      })
      return isSame(ast.propertySignatures, properties) && isSame(ast.indexSignatures, indexes)
        ? ast
        : new SchemaAST.Objects(properties, indexes, ast.annotations, ast.checks, undefined, ast.context)
    }
    case "Arrays": {
      const rest = ast.rest.map(withoutUnknown)
      return isSame(ast.rest, rest)
        ? ast
        : new SchemaAST.Arrays(ast.isMutable, ast.elements, rest, ast.annotations, ast.checks, undefined, ast.context)
    }
    case "Union": {
      const types = ast.types.filter((type) => type.encoding === undefined).map(withoutUnknown)
      return isSame(ast.types, types)
        ? ast
        : new SchemaAST.Union(types, ast.options, ast.annotations, ast.checks, undefined, ast.context)
    }
    default:
      return ast
  }
}
