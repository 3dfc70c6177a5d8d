/**
 * Rewrites optional fields as fields that can be `null`, because strict mode has no optional fields.
 *
 * Effect's codec does this too, but it decodes the content of such a field twice if the content is also rewritten: an
 * optional struct with an optional field, an optional tuple or record, an optional recursion. So the rewrite happens
 * here first, and the codec finds no optional field.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** Returns the same type, encoded as JSON in which every field is present. */
export const toNullable = <A, E, RD, RE>(
  schema: Schema.ConstraintCodec<A, E, RD, RE>
): Schema.ConstraintCodec<A, unknown, RD, RE> => {
  const json = Schema.toCodecJson(schema)
  const encoded = SchemaAST.toEncoded(json.ast)
  return Schema.make<Schema.ConstraintCodec<A, unknown, RD, RE>>(
    SchemaAST.decodeTo(rewriter()(encoded), json.ast, SchemaTransformation.passthrough())
  )
}

// internal

const rewriter = () => {
  const suspended = new Map<SchemaAST.AST, SchemaAST.AST>()

  const rewrite = (ast: SchemaAST.AST): SchemaAST.AST => {
    switch (ast._tag) {
      case "Union":
        return new SchemaAST.Union(
          ast.types.map(rewrite),
          ast.options,
          ast.annotations,
          ast.checks,
          undefined,
          ast.context
        )
      case "Arrays":
        return new SchemaAST.Arrays(
          ast.isMutable,
          ast.elements.map(rewriteField),
          ast.rest.map(rewrite),
          ast.annotations,
          ast.checks,
          undefined,
          ast.context
        )
      case "Objects":
        return new SchemaAST.Objects(
          ast.propertySignatures.map(
            // Next to arbitrary keys, a field becomes an entry of a list, which can be omitted.
            ({ name, type }) =>
              new SchemaAST.PropertySignature(name, ast.indexSignatures.length > 0 ? rewrite(type) : rewriteField(type))
          ),
          ast.indexSignatures.map(({ parameter, type }) => new SchemaAST.IndexSignature(parameter, rewrite(type))),
          ast.annotations,
          ast.checks,
          undefined,
          ast.context
        )
      case "Suspend": {
        // One rewrite per suspended type, so that a recursion refers to itself.
        const known = suspended.get(ast)
        if (known !== undefined) return known
        const made = new SchemaAST.Suspend(
          () => rewrite(ast.thunk()),
          ast.annotations,
          undefined,
          undefined,
          ast.context
        )
        suspended.set(ast, made)
        return made
      }
      default:
        return ast
    }
  }

  const rewriteField = (ast: SchemaAST.AST): SchemaAST.AST => {
    const type = rewrite(ast)
    if (ast.context?.isOptional !== true) return type
    return SchemaAST.decodeTo(
      described(withNull(type), ast),
      Schema.optionalKey(Schema.make(SchemaAST.toType(type))).ast,
      SchemaTransformation.transformOptional<unknown, unknown>({
        decode: Option.filter((value) => value !== null),
        encode: Option.orElseSome(() => null)
      })
    )
  }

  return rewrite
}

/** Keeps the annotations of the field, which otherwise apply to the optional type only. */
const described = (type: SchemaAST.Union, field: SchemaAST.AST): SchemaAST.Union => {
  const description = field.context?.annotations?.["description"]
  return typeof description === "string"
    ? new SchemaAST.Union(type.types, type.options, { ...type.annotations, description })
    : type
}

/**
 * Adds `null` to a required type, once. A field that is optional and nullable becomes the same as one that is only
 * optional.
 */
const withNull = (type: SchemaAST.AST): SchemaAST.Union => {
  if (type._tag !== "Union" || type.checks !== undefined) return new SchemaAST.Union([type, SchemaAST.null])
  const types = type.types.some(({ _tag }) => _tag === "Null") ? type.types : [...type.types, SchemaAST.null]
  return new SchemaAST.Union(types, type.options, type.annotations)
}
