import { assert, describe, it } from "@effect/vitest"
import { Exit, JsonSchema, Schema, SchemaRepresentation } from "effect"
import { methodsOf } from "../../codegen/direction.ts"
import type { JsonSchema as Json } from "../../codegen/jsonSchema.ts"
import { asObject, refName, unionMembers } from "../../codegen/jsonSchema.ts"
import * as olderRuntimes from "../../codegen/olderRuntimes.ts"
import { decoder } from "../../src/internal/protocol/decode.ts"
import * as Protocol from "../../src/Protocol.ts"
import { pinned } from "./support.ts"

/** The values that a schema allows: its smallest value, its largest, and one for each union member below it. */
const samples = (schema: Json): ReadonlyArray<unknown> => {
  if (typeof schema === "boolean") return [{ any: "thing" }, null]
  if (schema.$ref !== undefined) return samples(pinned.definitions[refName(schema.$ref)] ?? true)
  if (schema.allOf !== undefined) return schema.allOf.flatMap(samples)
  if (schema.enum !== undefined) return schema.enum
  const members = unionMembers(schema)
  if (members !== undefined) {
    // "Or any string, or any object": Protocol.test.ts tests unknown values.
    const known = members.filter((member) => !Array.isArray(asObject(member).type) || schema.properties !== undefined)
    return (known.length === 0 ? members : known).flatMap((member) =>
      samples(
        schema.properties === undefined
          ? member
          : {
              ...asObject(member),
              properties: { ...schema.properties, ...asObject(member).properties },
              required: [...(schema.required ?? []), ...(asObject(member).required ?? [])]
            }
      )
    )
  }
  const types = schema.type === undefined ? ["any"] : typeof schema.type === "string" ? [schema.type] : schema.type
  return types.flatMap((type): ReadonlyArray<unknown> => {
    switch (type) {
      case "string":
        return ["text"]
      case "integer":
      case "number":
        return [7]
      case "boolean":
        return [true]
      case "array":
        return [[], samples(schema.items ?? true)]
      case "object":
        return schema.properties === undefined
          ? [{}, ...samples(schema.additionalProperties ?? true).map((value) => ({ key: value }))]
          : objectSamples(schema.properties, schema.required ?? [])
      default:
        return [null]
    }
  })
}

const objectSamples = (
  properties: { readonly [name: string]: Json },
  required: ReadonlyArray<string>
): ReadonlyArray<unknown> => {
  const values = Object.entries(properties).map(([name, property]) => [name, samples(property)] as const)
  const nth = (n: number) => Object.fromEntries(values.map(([name, list]) => [name, list[n % list.length]]))
  const count = Math.max(1, ...values.map(([, list]) => list.length))
  const smallest = Object.fromEntries(
    values.filter(([name]) => required.includes(name)).map(([name, list]) => [name, list[0]])
  )
  return [smallest, ...Array.from({ length: count }, (_, n) => nth(n))]
}

/** Effect's importer refuses an object with both `properties` and a union; this distributes them. */
const distribute = (schema: Json): Json => {
  if (typeof schema === "boolean") return schema
  const mapped = {
    ...schema,
    ...(schema.properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(schema.properties).map(([name, inner]) => [name, distribute(inner)])
          )
        }),
    ...(schema.items === undefined ? {} : { items: distribute(schema.items) }),
    ...(schema.additionalProperties === undefined
      ? {}
      : { additionalProperties: distribute(schema.additionalProperties) })
  }
  for (const keyword of ["oneOf", "anyOf"] as const) {
    const members = schema[keyword]?.map(distribute)
    if (members === undefined) continue
    const { [keyword]: _, properties = {}, required = [], type, ...rest } = mapped
    return schema.properties === undefined
      ? { ...mapped, [keyword]: members }
      : distribute({
          ...rest,
          anyOf: members.map((member) => ({
            ...asObject(member),
            type: type ?? "object",
            properties: { ...properties, ...asObject(member).properties },
            required: [...required, ...(asObject(member).required ?? [])]
          }))
        })
  }
  return mapped
}

/** Codecs that Effect makes of the same schema, without code of this package. */
const oracle = (names: ReadonlyArray<string>) => {
  const definitions = Object.fromEntries(
    Object.entries(pinned.definitions)
      .filter(([name]) => !["ServerNotification", "ServerRequest", "ClientRequest"].includes(name))
      .map(([name, schema]) => [name, distribute(schema)])
  )
  const document = JsonSchema.fromSchemaDraft07({ definitions, type: "object" })
  const [first, ...others] = names.map((name) => ({ $ref: `#/$defs/${name}` }))
  if (first === undefined) return assert.fail("no names")
  const schemas = SchemaRepresentation.fromJsonSchemaMultiDocument({ ...document, schemas: [first, ...others] })
  return new Map(names.map((name, index) => [name, schemas[index]]))
}

/** The decoded value of an absent key: `null`, an empty list or nothing; `undefined` if the key is required. */
const readAsAbsent = (name: string, key: string): object | undefined => {
  const at = (json: Json | undefined): Json =>
    asObject(json).$ref === undefined ? (json ?? true) : at(pinned.definitions[refName(asObject(json).$ref ?? "")])
  const schema = asObject(at(asObject(pinned.definitions[name]).properties?.[key]))
  const types = [schema, ...(unionMembers(schema) ?? []).map(asObject)].flatMap(({ type }) => type ?? [])
  if (types.includes("null")) return { [key]: null }
  if (types.includes("array")) return { [key]: [] }
  return olderRuntimes.read().keys.includes(`${name}.${key}`) ? {} : undefined
}

describe("Effect's own importer of JSON Schema", () => {
  const methods = methodsOf(pinned.definitions, () => {})
  const received = [
    ...methods.clientRequests.map(
      ({ method, result }) => [method, result, Protocol.methods.clientRequestResults] as const
    ),
    ...methods.serverRequests.map(
      ({ method, params }) => [method, params, Protocol.methods.serverRequestParams] as const
    ),
    ...methods.serverNotifications.map(
      ({ method, params }) => [method, params, Protocol.methods.serverNotificationParams] as const
    )
  ].flatMap(([method, name, table]) => (name === undefined ? [] : [{ method, name, codec: table.get(method) }]))
  const schemas = oracle([...new Set(received.map(({ name }) => name))])

  const opinions = (name: string, codec: Schema.Codec<unknown> | undefined, value: unknown) => {
    const second = schemas.get(name)
    if (codec === undefined || second === undefined) return assert.fail(`no codec for ${name}`)
    return {
      ours: decoder(codec)(value),
      // Type boundary: the importer's types do not say that its schemas need no services.
      theirs: Schema.decodeUnknownExit(second as Schema.Codec<unknown>)(value)
    }
  }

  it("agrees that every valid message is decoded, without loss", () => {
    let count = 0
    for (const { method, name, codec } of received) {
      for (const sample of samples({ $ref: name })) {
        const { ours, theirs } = opinions(name, codec, sample)
        assert.isTrue(Exit.isSuccess(theirs), `${method}: ${JSON.stringify(sample)}`)
        assert.deepStrictEqual(ours, Exit.succeed(sample), method)
        count += 1
      }
    }
    assert.isAbove(count, 1000)
  }, 60_000)

  it("agrees that a message without a required field is rejected, except for fields that older servers omit", () => {
    let refused = 0
    let read = 0
    for (const { method, name, codec } of received) {
      const schema = asObject(pinned.definitions[name])
      const [whole] = samples({ $ref: name })
      if (schema.properties === undefined || unionMembers(schema) !== undefined) continue
      for (const key of schema.required ?? []) {
        if (Object.hasOwn(asObject(schema.properties[key]), "default")) continue
        const { [key]: _, ...rest } = Object(whole)
        const { ours, theirs } = opinions(name, codec, rest)
        assert.isTrue(Exit.isFailure(theirs), `${method} without ${key}, theirs`)
        const absent = readAsAbsent(name, key)
        if (absent === undefined) {
          assert.isTrue(Exit.isFailure(ours), `${method} without ${key}, ours`)
          refused += 1
        } else {
          assert.deepStrictEqual(ours, Exit.succeed({ ...rest, ...absent }), `${method} without ${key}, ours`)
          read += 1
        }
      }
    }
    assert.isAbove(refused, 200)
    assert.isAbove(read, 50)
  }, 60_000)
})
