/**
 * Building blocks of the generated codecs, which keep messages of other server versions readable.
 *
 * - A newer server has union members that this package does not know. The known members come first, and one more
 *   member accepts the objects that none of them matches. It never accepts a malformed known member: that stays an
 *   error with its path.
 * - An older server omits keys that were added later. A nullable key is read as `null`, a list as empty.
 *
 * `decode.ts` compiles these codecs, and `forms.ts` derives the form that keeps malformed members.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaGetter from "effect/SchemaGetter"

interface Raw {
  readonly [key: string]: unknown
}

type Members = ReadonlyArray<Schema.Codec<unknown>>

/** Type boundary: an object that is not an array has string keys. */
const isRaw = (value: object): value is Raw => !Array.isArray(value)

/** The unknown members, each with a looser one that also accepts malformed known members. */
export const looser = new WeakMap<SchemaAST.AST, SchemaAST.AST>()

/** Fields whose key may be absent, each with the codec of its value and the value that replaces an absent key. */
export const absent = new WeakMap<SchemaAST.AST, { readonly codec: Schema.Codec<unknown>; readonly value: unknown }>()

/** Decodes objects that satisfy `isUnknown` to the result of `wrap`. Encoding returns the original object. */
const unknownMember = <A>(
  expected: string,
  isUnknown: (value: Raw) => boolean,
  fields: { readonly [key: string]: Schema.Codec<unknown> },
  wrap: (raw: object) => object,
  unwrap: (wrapped: Raw) => unknown
): Schema.Codec<A> => {
  const taking = (takes: (value: Raw) => boolean) =>
    Schema.ObjectKeyword.check(Schema.makeFilter((value: object) => isRaw(value) && takes(value), { expected })).pipe(
      Schema.decodeTo(Schema.Struct(fields), {
        decode: SchemaGetter.transform((value: object): Raw => ({ ...wrap(value) })),
        encode: SchemaGetter.transform((value: Raw): object => Object(unwrap(value)))
      })
    )
  const member = taking(isUnknown)
  looser.set(member.ast, taking(() => true).ast)
  // Type boundary: `fields` are the fields of A, which the two callers below specify.
  return member as unknown as Schema.Codec<A>
}

/** A union discriminated by the field `tag`. Other tags become `{ [tag]: "~unknown", raw }`. */
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

/**
 * A union discriminated by the keys that its objects require. Objects without any such set become `{ "~unknown" }`.
 */
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

/** The codec of a key that is read as `value` if it is absent. */
export const absentAs = <A>(codec: Schema.Codec<A>, value: A): Schema.Codec<A> => {
  // Type boundary: the input can be any value; `codec` checks it.
  const input = Schema.Unknown as unknown as Schema.Codec<A>
  const made = Schema.optionalKey(input).pipe(
    Schema.decodeTo(codec, {
      decode: SchemaGetter.withDefault(Effect.succeed(value)),
      encode: SchemaGetter.passthrough()
    })
  )
  absent.set(made.ast, { codec, value })
  // Type boundary: in a struct the key may be absent, which `Codec` cannot express.
  return made as unknown as Schema.Codec<A>
}

/** A field that may be `null`. An absent key is read as `null`. */
export const orNull = <A>(codec: Schema.Codec<A>): Schema.Codec<A | null> => absentAs(Schema.NullOr(codec), null)

/** A list. An absent key is read as an empty list. */
export const orEmpty = <A>(codec: Schema.Codec<A>): Schema.Codec<ReadonlyArray<A>> => absentAs(Schema.Array(codec), [])
