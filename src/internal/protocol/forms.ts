/**
 * Derives two further forms of a protocol codec from its schema: a faster one, and a more tolerant one.
 *
 * The codec itself is between them: it accepts unknown union members and absent keys, and rejects malformed members.
 */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { absent, absentAs, looser } from "./open.ts"

/** How a form treats unknown members and absent keys. */
interface Form {
  readonly cache: WeakMap<SchemaAST.AST, SchemaAST.AST>
  /** Returns the member that accepts what the other members do not match. */
  readonly unknownMember: (member: SchemaAST.AST) => SchemaAST.AST | undefined
  /**
   * Returns a field whose key may be absent. `plain` is its type in this form, and `value` replaces an absent key.
   */
  readonly absentKey: (plain: SchemaAST.AST, value: unknown) => SchemaAST.AST
}

const known: Form = {
  cache: new WeakMap(),
  unknownMember: () => undefined,
  absentKey: (plain) => plain
}

const tolerant: Form = {
  cache: new WeakMap(),
  unknownMember: (member) => looser.get(member),
  absentKey: (plain, value) => absentAs(Schema.make<Schema.Codec<unknown>>(plain), value).ast
}

/**
 * Returns the schema with every key required and without unknown members. It is the schema itself if that has
 * neither.
 *
 * **Details**
 *
 * An unknown member is a transformation, and so is a key that may be absent. A single transformation keeps Effect's
 * compiler from turning the whole tree into one function. It is several times faster to try this form first, and the
 * open form only if that fails.
 */
export const knownForm = (ast: SchemaAST.AST): SchemaAST.AST => rebuild(known, ast)

/** Returns the schema with unknown members that also accept malformed known members. Those are kept as received. */
export const tolerantForm = (ast: SchemaAST.AST): SchemaAST.AST => rebuild(tolerant, ast)

// internal

const rebuild = (form: Form, ast: SchemaAST.AST): SchemaAST.AST => {
  const cached = form.cache.get(ast)
  if (cached !== undefined) return cached
  const made = build(form, ast)
  form.cache.set(ast, made)
  return made
}

const isSame = <A>(before: ReadonlyArray<A>, after: ReadonlyArray<A>): boolean =>
  before.length === after.length && before.every((item, index) => item === after[index])

/** The only transformations in these codecs are the unknown members and the keys that may be absent. */
const build = (form: Form, ast: SchemaAST.AST): SchemaAST.AST => {
  const field = absent.get(ast)
  if (field !== undefined) return form.absentKey(rebuild(form, field.codec.ast), field.value)
  const inner = (part: SchemaAST.AST) => rebuild(form, part)
  switch (ast._tag) {
    case "Objects": {
      const properties = ast.propertySignatures.map((property) => {
        const type = inner(property.type)
        return type === property.type ? property : new SchemaAST.PropertySignature(property.name, type)
      })
      const indexes = ast.indexSignatures.map((index) => {
        const type = inner(index.type)
        return type === index.type ? index : new SchemaAST.IndexSignature(index.parameter, type)
      })
      return isSame(ast.propertySignatures, properties) && isSame(ast.indexSignatures, indexes)
        ? ast
        : new SchemaAST.Objects(properties, indexes, ast.annotations, ast.checks, undefined, ast.context)
    }
    case "Arrays": {
      const rest = ast.rest.map(inner)
      return isSame(ast.rest, rest)
        ? ast
        : new SchemaAST.Arrays(ast.isMutable, ast.elements, rest, ast.annotations, ast.checks, undefined, ast.context)
    }
    case "Union": {
      const types = ast.types.flatMap((type) => {
        if (type.encoding === undefined) return [inner(type)]
        return form.unknownMember(type) ?? []
      })
      return isSame(ast.types, types)
        ? ast
        : new SchemaAST.Union(types, ast.options, ast.annotations, ast.checks, undefined, ast.context)
    }
    case "Suspend":
      return new SchemaAST.Suspend(() => inner(ast.thunk()), ast.annotations, undefined, undefined, ast.context)
    default:
      return ast
  }
}
