/**
 * Converts a schema for strict mode: Effect's codec for OpenAI rewrites it, and then it is checked for what the codec
 * allows but strict mode rejects.
 *
 * The caller passes the codec, since loading it is a tenth of a cold start, and few programs need it.
 */
import type * as OpenAi from "effect/ai/OpenAiStructuredOutput"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { InvalidInput } from "../../CodexError.ts"
import { pathOf } from "./structuredIssues.ts"
import { toNullable } from "./structuredOptionals.ts"

/** JSON Schema as an object. */
export interface JsonSchema {
  readonly [key: string]: unknown
}

/** What the model is asked for, and how its answer is decoded. */
export interface Rewritten<A, RD, RE> {
  readonly jsonSchema: JsonSchema
  readonly codec: Schema.ConstraintCodec<A, unknown, RD, RE>
}

type ToCodecOpenAI = typeof OpenAi.toCodecOpenAI

/** Rewrites a schema, or returns the path at which that is impossible. */
export const rewrite = <A, E, RD, RE>(
  toCodecOpenAI: ToCodecOpenAI,
  schema: Schema.ConstraintCodec<A, E, RD, RE>
): Result.Result<Rewritten<A, RD, RE>, InvalidInput> => {
  // A JavaScript caller can pass anything, most likely JSON Schema.
  if (!Schema.isSchema(schema)) return Result.fail(new InvalidInput({ argument: "schema", description: noSchema }))
  /** `depth` is how many objects the root was wrapped in. */
  const toStrict = (codec: Schema.ConstraintCodec<A, unknown, RD, RE>, depth: number) =>
    attempt((): Rewritten<A, RD, RE> & { readonly depth: number } => ({ ...toCodecOpenAI(codec), depth }))
  return attempt(() => toNullable(schema)).pipe(
    // The root must be an object. Any other type becomes the only field of one.
    Result.flatMap((codec) =>
      Result.orElse(toStrict(codec, 0), () =>
        Result.flatMap(
          attempt(() => inObject(codec)),
          (codec) => toStrict(codec, 1)
        )
      )
    ),
    Result.mapError((problem) => {
      const path = attempt(() => whereItFails(toCodecOpenAI, schema.ast))
      return notSupported(Result.isSuccess(path) ? path.success : [], problem)
    }),
    Result.flatMap(({ codec, depth, jsonSchema }) => {
      const definitions = Predicate.isObject(jsonSchema["$defs"]) ? jsonSchema["$defs"] : {}
      const { refused, used } = inspect(jsonSchema, definitions)
      if (refused !== undefined) return Result.fail(notSupported(refused.path.slice(depth), refused.problem))
      const { $defs: _, ...all } = jsonSchema
      const root = conform(all)
      const kept = Object.entries(definitions).flatMap(([name, definition]) =>
        used.has(name) && Predicate.isObject(definition) ? [[name, conform(definition)] as const] : []
      )
      return Result.succeed({
        codec,
        jsonSchema: kept.length === 0 ? root : { ...root, $defs: Object.fromEntries(kept) }
      })
    })
  )
}

// internal

const noSchema =
  "expected an Effect Schema; pass JSON Schema to `run` as `outputSchema`, which returns the answer as text"

type Path = ReadonlyArray<string>

const attempt = <A>(run: () => A): Result.Result<A, string> =>
  Result.try({ try: run, catch: (error) => (error instanceof Error ? error.message : "cannot be converted") })

const inObject = <A, RD, RE>(
  codec: Schema.ConstraintCodec<A, unknown, RD, RE>
): Schema.ConstraintCodec<A, unknown, RD, RE> =>
  Schema.make<typeof codec>(
    SchemaAST.decodeTo(
      new SchemaAST.Objects([new SchemaAST.PropertySignature("value", SchemaAST.toEncoded(codec.ast))], []),
      codec.ast,
      SchemaTransformation.transform<unknown, { readonly value: unknown }>({
        decode: ({ value }) => value,
        encode: (value) => ({ value })
      })
    )
  )

const notSupported = (path: Path, problem: string): InvalidInput =>
  new InvalidInput({
    argument: "schema",
    description: `${path.length === 0 ? "at the root" : `at ${pathOf(path)}`}: not supported by strict mode: ${problem}`
  })

/** The path of the innermost part that cannot be rewritten by itself. */
const whereItFails = (toCodecOpenAI: ToCodecOpenAI, ast: SchemaAST.AST): Path => {
  const parts = childrenOf(SchemaAST.toEncoded(ast))
  for (const [name, part] of parts) {
    if (Result.isFailure(attempt(() => toCodecOpenAI(inObject(toNullable(Schema.make(part))))))) {
      return [...name, ...whereItFails(toCodecOpenAI, part)]
    }
  }
  return []
}

const childrenOf = (ast: SchemaAST.AST): ReadonlyArray<readonly [Path, SchemaAST.AST]> => {
  switch (ast._tag) {
    case "Objects":
      return [
        ...ast.propertySignatures.map(({ name, type }) => [[String(name)], type] as const),
        ...ast.indexSignatures.map(({ type }) => [["*"], type] as const)
      ]
    case "Arrays":
      return [
        ...ast.elements.map((element, index) => [[String(index)], element] as const),
        ...ast.rest.map((rest) => [["*"], rest] as const)
      ]
    case "Union":
      return ast.types.map((type) => [[], type] as const)
    // A failure inside a recursion is found outside of it.
    default:
      return []
  }
}

// The model provider's regular expressions support neither lookahead nor lookbehind.
const looksAround = /\(\?(?:[=!]|<[=!])/

/**
 * Rewrites a schema in the form that strict mode accepts. A reference must stand alone, so its annotations are placed
 * around it. A pattern that the provider cannot read is omitted; the answer is checked here anyway.
 */
const conform = (schema: object): JsonSchema => {
  const node: Record<string, unknown> = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "pattern" && typeof value === "string" && looksAround.test(value)) continue
    if (keyword === "properties" && Predicate.isObject(value)) {
      node[keyword] = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, conformAny(field)]))
    } else node[keyword] = keyword === "anyOf" || keyword === "items" ? conformAny(value) : value
  }
  const { $ref, ...said } = node
  return typeof $ref === "string" && Object.keys(said).length > 0 ? { ...said, anyOf: [{ $ref }] } : node
}

const conformAny = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(conformAny) : Predicate.isObject(value) ? conform(value) : value

/** Searches for what strict mode rejects, and for the definitions that are used. */
const inspect = (root: JsonSchema, definitions: JsonSchema) => {
  const used = new Set<string>()
  const visit = (schema: unknown, path: Path): { readonly path: Path; readonly problem: string } | undefined => {
    if (!Predicate.isObject(schema)) return { path, problem: anything }
    const node: JsonSchema = schema
    const { $ref, anyOf, items, properties, type } = node
    if (typeof $ref === "string") {
      const name = $ref.slice("#/$defs/".length).replaceAll("~1", "/").replaceAll("~0", "~")
      if (used.has(name)) return undefined
      used.add(name)
      return visit(definitions[name], path)
    }
    if (Array.isArray(anyOf)) return first(anyOf, (member) => visit(member, path))
    if (type === "object") {
      if (node["additionalProperties"] !== false)
        return { path, problem: "an object with arbitrary keys; give it a concrete type" }
      return first(Object.entries(properties ?? {}), ([name, property]) => visit(property, [...path, name]))
    }
    if (type === "array") {
      return items === undefined
        ? { path, problem: "an array of arbitrary values; give it a concrete type" }
        : visit(items, [...path, "*"])
    }
    return typeof type === "string" ? undefined : { path, problem: anything }
  }
  const refused = visit(root, [])
  return { refused, used }
}

const anything = "an arbitrary value; give it a type that JSON Schema can describe, with fields if it is an object"

const first = <A, B>(all: ReadonlyArray<A>, look: (one: A) => B | undefined): B | undefined => {
  for (const one of all) {
    const found = look(one)
    if (found !== undefined) return found
  }
  return undefined
}
