/**
 * The part of JSON Schema (draft 7) that the app-server's bundle uses.
 *
 * A keyword outside this list is either dropped on purpose by `normalize.ts`
 * or makes `shape.ts` throw: a new codex version may not add meaning silently.
 */

export type JsonSchema = boolean | JsonSchemaObject

export interface JsonSchemaObject {
  readonly $ref?: string
  readonly type?: string | ReadonlyArray<string>
  readonly format?: string
  readonly enum?: ReadonlyArray<string>
  readonly properties?: Definitions
  readonly required?: ReadonlyArray<string>
  readonly additionalProperties?: JsonSchema
  readonly items?: JsonSchema
  readonly oneOf?: ReadonlyArray<JsonSchema>
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly allOf?: ReadonlyArray<JsonSchema>
  readonly default?: unknown
  readonly description?: string
  readonly title?: string
}

export interface Definitions {
  readonly [name: string]: JsonSchema
}

/** An object schema, or an empty one for `true`. */
export const asObject = (schema: JsonSchema | undefined): JsonSchemaObject => (typeof schema === "object" ? schema : {})

/** `"#/definitions/Thread"` → `"Thread"`. */
export const refName = (ref: string): string => ref.slice(ref.lastIndexOf("/") + 1)

/** The members of a union, whichever keyword spells it. */
export const unionMembers = (schema: JsonSchemaObject): ReadonlyArray<JsonSchema> | undefined =>
  schema.oneOf ?? schema.anyOf
