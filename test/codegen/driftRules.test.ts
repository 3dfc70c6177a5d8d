import { assert, describe, it } from "@effect/vitest"
import type { DriftReport, Entry } from "../../codegen/drift/report.ts"
import { reportOf } from "../../codegen/drift/report.ts"
import type { Pinned } from "../../codegen/generate.ts"
import type { Definitions, JsonSchema } from "../../codegen/jsonSchema.ts"

const message = (method: string, params?: string, isOptional = false): JsonSchema => ({
  type: "object",
  properties: {
    method: { type: "string", enum: [method] },
    ...(params === undefined ? {} : { params: { $ref: `#/definitions/${params}` } })
  },
  required: params === undefined || isOptional ? ["method"] : ["method", "params"]
})

const value: JsonSchema = {
  type: "object",
  required: ["value"],
  properties: { value: { $ref: "#/definitions/Value" } }
}

/** Small messages that send and receive the same definition, `Value`, in one direction each. */
const protocol = (definitions: Definitions, experimental: Partial<Pinned["experimental"]> = {}): Pinned => ({
  codex: "1.0.0",
  experimental: { methods: [], definitions: [], members: [], ...experimental },
  definitions: {
    ClientRequest: { oneOf: [message("thing/do", "ThingDoParams")] },
    ServerRequest: { oneOf: [message("thing/ask", "ThingAskParams")] },
    ServerNotification: { oneOf: [message("thing/done", "ThingDoneNotification")] },
    ClientNotification: { oneOf: [message("ready")] },
    ThingDoParams: { type: "object" },
    ThingDoResponse: { type: "object" },
    ThingAskParams: { type: "object" },
    ThingAskResponse: { type: "object" },
    ThingDoneNotification: { type: "object" },
    ...definitions
  }
})

const report = (before: Pinned, after: Pinned): DriftReport => reportOf(before, after, [])

const lineOf = ({ kind, name, breaks }: Entry): string => `${kind} ${name}${breaks ? " BREAKS" : ""}`

const lines = (before: Pinned, after: Pinned): ReadonlyArray<string> => report(before, after).entries.map(lineOf)

/** The differences after a change of `Value`, for a program that sends it and for one that receives it. */
const bothWays = (before: JsonSchema, after: JsonSchema) => {
  const change = (definitions: Definitions) =>
    lines(protocol({ ...definitions, Value: before }), protocol({ ...definitions, Value: after }))
  return { sent: change({ ThingDoParams: value }), received: change({ ThingDoneNotification: value }) }
}

const object = (properties: Definitions, ...required: ReadonlyArray<string>): JsonSchema => ({
  type: "object",
  properties,
  required
})

const text: JsonSchema = { type: "string" }
const words = (...values: ReadonlyArray<string>): JsonSchema => ({ type: "string", enum: values })
const variant = (type: string, properties: Definitions = {}): JsonSchema =>
  object({ type: words(type), ...properties }, "type", ...Object.keys(properties))
const nullable = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: "null" }] })

interface Case {
  readonly before: JsonSchema
  readonly after: JsonSchema
  readonly sent: ReadonlyArray<string>
  readonly received: ReadonlyArray<string>
}

const alike = (...found: ReadonlyArray<string>) => ({ sent: found, received: found })

const cases: { readonly [title: string]: Case } = {
  "a required field that is added breaks senders": {
    before: object({}),
    after: object({ a: text }, "a"),
    sent: ["added Value.a BREAKS"],
    received: ["added Value.a"]
  },
  "an optional field that is added breaks no program": {
    before: object({}),
    after: object({ a: text }),
    ...alike("added Value.a")
  },
  "a field with a default counts as optional, even if the schema requires it": {
    before: object({}),
    after: object({ a: { type: "string", default: "" } }, "a"),
    ...alike("added Value.a")
  },
  "a required field that is removed breaks all programs": {
    before: object({ a: text }, "a"),
    after: object({}),
    ...alike("removed Value.a BREAKS")
  },
  "an optional field that is removed breaks senders; receivers must already expect its absence": {
    before: object({ a: text }),
    after: object({}),
    sent: ["removed Value.a BREAKS"],
    received: ["removed Value.a"]
  },
  "a field that is made required breaks senders": {
    before: object({ a: text }),
    after: object({ a: text }, "a"),
    sent: ["madeRequired Value.a BREAKS"],
    received: ["madeRequired Value.a"]
  },
  "a field that is made optional breaks receivers": {
    before: object({ a: text }, "a"),
    after: object({ a: text }),
    sent: ["madeOptional Value.a"],
    received: ["madeOptional Value.a BREAKS"]
  },
  "a member that an enum gains breaks no program": {
    before: words("a"),
    after: words("a", "b"),
    ...alike("added Value#b")
  },
  "a member that an enum loses breaks senders": {
    before: words("a", "b"),
    after: words("a"),
    sent: ["removed Value#b BREAKS"],
    received: ["removed Value#b"]
  },
  "an enum in another notation is the same": {
    before: words("a", "b"),
    after: { oneOf: [words("b"), words("a")] },
    ...alike()
  },
  "an enum that becomes a string breaks no program: enums are read as open": {
    before: words("a"),
    after: text,
    ...alike("changed Value")
  },
  "a string that becomes an enum breaks senders": {
    before: text,
    after: words("a"),
    sent: ["changed Value BREAKS"],
    received: ["changed Value"]
  },
  "a member that a union gains breaks no program": {
    before: { oneOf: [variant("a"), variant("b")] },
    after: { oneOf: [variant("a"), variant("b"), variant("c")] },
    ...alike("added Value#c")
  },
  "a member that a union loses breaks senders": {
    before: { oneOf: [variant("a"), variant("b")] },
    after: { oneOf: [variant("b")] },
    sent: ["removed Value#a BREAKS"],
    received: ["removed Value#a"]
  },
  "a field of one member of a union has the member's name": {
    before: { oneOf: [variant("a"), variant("b", { x: text })] },
    after: { oneOf: [variant("a"), variant("b")] },
    ...alike("removed Value#b.x BREAKS")
  },
  "a field that all members of a union share is one difference": {
    before: { type: "object", oneOf: [variant("a"), variant("b")], properties: { id: text }, required: ["id"] },
    after: {
      type: "object",
      oneOf: [variant("a"), variant("b")],
      properties: { id: text, at: text },
      required: ["id"]
    },
    ...alike("added Value.at")
  },
  "a field that becomes one of two alternatives is made optional": {
    before: object({ url: text }, "url"),
    after: {
      type: "object",
      anyOf: [object({ url: text }, "url"), object({ file: text }, "file")],
      properties: { id: text }
    },
    sent: ["added Value.file", "added Value.id", "madeOptional Value.url"],
    received: ["madeOptional Value.url BREAKS", "added Value.file", "added Value.id"]
  },
  "another type breaks all programs": {
    before: object({ a: text }, "a"),
    after: object({ a: { type: "number" } }, "a"),
    ...alike("changed Value.a BREAKS")
  },
  "a second type that is allowed breaks receivers": {
    before: object({ a: text }, "a"),
    after: object({ a: { type: ["string", "number"] } }, "a"),
    sent: ["changed Value.a"],
    received: ["changed Value.a BREAKS"]
  },
  "integers and numbers are the same, as are their formats": {
    before: { type: "integer", format: "uint32" },
    after: { type: "number", format: "double" },
    ...alike()
  },
  "null that is allowed now breaks receivers": {
    before: object({ a: { $ref: "#/definitions/Value" } }),
    after: object({ a: nullable({ $ref: "#/definitions/Value" }) }),
    sent: ["changed Value.a"],
    received: ["changed Value.a BREAKS"]
  },
  "null that is no longer allowed breaks senders": {
    before: object({ a: { type: ["string", "null"] } }),
    after: object({ a: text }),
    sent: ["changed Value.a BREAKS"],
    received: ["changed Value.a"]
  },
  "items of arrays and values of records are compared": {
    before: object({ a: { type: "array", items: text }, b: { type: "object", additionalProperties: text } }),
    after: object({
      a: { type: "array", items: { type: "boolean" } },
      b: { type: "object", additionalProperties: { type: "boolean" } }
    }),
    ...alike("changed Value.a[] BREAKS", "changed Value.b{} BREAKS")
  },
  "an object that becomes a union of others is another type": {
    before: object({ a: text }, "a"),
    after: { oneOf: [variant("a"), variant("b")] },
    ...alike("changed Value BREAKS")
  },
  "a union that becomes open allows no more than before: unions are read as open": {
    before: { oneOf: [words("a"), variant("b")] },
    after: { anyOf: [words("a"), variant("b"), text, { type: "object" }] },
    ...alike("changed Value")
  },
  "any value instead of a specific one breaks receivers": {
    before: object({ a: text }, "a"),
    after: object({ a: true }, "a"),
    sent: ["changed Value.a"],
    received: ["changed Value.a BREAKS"]
  },
  "a specific value instead of any breaks senders": {
    before: object({ a: true }, "a"),
    after: object({ a: text }, "a"),
    sent: ["changed Value.a BREAKS"],
    received: ["changed Value.a"]
  },
  "a field that has the name of a type is a field": {
    before: { oneOf: [object({ string: text }, "string"), variant("a")] },
    after: { oneOf: [text, variant("a")] },
    sent: ["removed Value#string BREAKS", "changed Value"],
    received: ["removed Value#string", "changed Value BREAKS"]
  },
  "a changed description is not a difference": {
    before: { type: "string", description: "Before." },
    after: { type: "string", description: "After." },
    ...alike()
  }
}

describe("a breaking change", () => {
  for (const [title, { before, after, sent, received }] of Object.entries(cases)) {
    it(title, () => assert.deepStrictEqual(bothWays(before, after), { sent, received }))
  }

  it("is determined by either direction if a definition is sent both ways", () => {
    const both = { ThingDoParams: value, ThingDoneNotification: value }
    const { entries } = report(protocol({ ...both, Value: words("a", "b") }), protocol({ ...both, Value: words("a") }))
    assert.deepStrictEqual(
      entries.map(({ name, breaks, isSent, isReceived, places }) => ({ name, breaks, isSent, isReceived, places })),
      [
        {
          name: "Value#b",
          breaks: true,
          isSent: true,
          isReceived: true,
          places: ["thing/do params", "thing/done params"]
        }
      ]
    )
  })

  it("is determined by the sender of a result: the server for client requests, the program for server requests", () => {
    const added = (definitions: Definitions) =>
      lines(
        protocol({ ...definitions, Value: object({}) }),
        protocol({ ...definitions, Value: object({ a: text }, "a") })
      )
    assert.deepStrictEqual(added({ ThingDoResponse: value }), ["added Value.a"])
    assert.deepStrictEqual(added({ ThingAskParams: value }), ["added Value.a"])
    assert.deepStrictEqual(added({ ThingAskResponse: value }), ["added Value.a BREAKS"])
  })
})

describe("a message", () => {
  const without = (table: string) => protocol({ [table]: { oneOf: [] } })

  it("breaks its callers when it is removed", () => {
    assert.deepStrictEqual(lines(protocol({}), without("ClientRequest")), ["removed thing/do BREAKS"])
    assert.deepStrictEqual(lines(without("ClientRequest"), protocol({})), ["added thing/do"])
    assert.deepStrictEqual(lines(protocol({}), without("ClientNotification")), ["removed ready BREAKS"])
  })

  it("breaks a program that waits for it when it is removed", () => {
    assert.deepStrictEqual(lines(protocol({}), without("ServerNotification")), ["removed thing/done BREAKS"])
    assert.deepStrictEqual(lines(without("ServerNotification"), protocol({})), ["added thing/done"])
  })

  it("breaks a program that has no handler for it when it is added", () => {
    assert.deepStrictEqual(lines(protocol({}), without("ServerRequest")), ["removed thing/ask"])
    assert.deepStrictEqual(lines(without("ServerRequest"), protocol({})), ["added thing/ask BREAKS"])
  })

  it("breaks its callers when it requires or loses params", () => {
    const call = (...args: Parameters<typeof message>) => protocol({ ClientRequest: { oneOf: [message(...args)] } })
    const [none, optional, required] = [
      call("thing/do"),
      call("thing/do", "ThingDoParams", true),
      call("thing/do", "ThingDoParams")
    ]
    assert.deepStrictEqual(lines(none, optional), ["added thing/do params"])
    assert.deepStrictEqual(lines(none, required), ["added thing/do params BREAKS"])
    assert.deepStrictEqual(lines(optional, none), ["removed thing/do params BREAKS"])
    assert.deepStrictEqual(lines(optional, required), ["madeRequired thing/do params BREAKS"])
    assert.deepStrictEqual(lines(required, optional), ["madeOptional thing/do params"])
  })

  it("breaks a program without `experimentalApi` when it becomes experimental, and so does a field", () => {
    const [stable, experimental] = [
      protocol({ ThingDoParams: object({ a: text }) }),
      protocol({ ThingDoParams: object({ a: text }) }, { methods: ["thing/do"], members: ["ThingDoParams.a"] })
    ]
    assert.deepStrictEqual(lines(stable, experimental), [
      "becameExperimental thing/do BREAKS",
      "becameExperimental ThingDoParams.a BREAKS"
    ])
    assert.deepStrictEqual(lines(experimental, stable), ["becameStable thing/do", "becameStable ThingDoParams.a"])
  })

  it("is reported in place of the fields of a definition that becomes stable with it", () => {
    const definitions = { ThingDoParams: object({ a: text }) }
    const experimental = protocol(definitions, { methods: ["thing/do"], definitions: ["ThingDoParams"] })
    const stable = protocol(definitions, { members: ["ThingDoParams.a"] })
    assert.deepStrictEqual(lines(experimental, stable), ["becameStable thing/do"])
  })
})

describe("a definition", () => {
  it("is the same under another name", () => {
    const named = (name: string) =>
      protocol({
        ThingDoParams: object({ value: { $ref: `#/definitions/${name}` } }),
        [name]: object({ a: text }, "a")
      })
    assert.deepStrictEqual(lines(named("Old"), named("New")), [])
  })

  it("is the same under another name if its required fields changed, too", () => {
    const named = (name: string, ...required: ReadonlyArray<string>) =>
      protocol({
        ThingDoParams: object({ value: { $ref: `#/definitions/${name}` } }),
        [name]: object(Object.fromEntries(required.map((field) => [field, text])), ...required)
      })
    assert.deepStrictEqual(lines(named("Old", "a"), named("New", "a", "b")), ["added New.b BREAKS"])
  })

  it("is the same as an alias that adds `null`", () => {
    const referring = (schema: JsonSchema) =>
      protocol({
        ThingDoParams: object({ one: schema }),
        One: object({ a: text }, "a"),
        NullableOne: nullable({ $ref: "#/definitions/One" })
      })
    const [alias, direct] = [{ $ref: "#/definitions/NullableOne" }, nullable({ $ref: "#/definitions/One" })]
    assert.deepStrictEqual(lines(referring(alias), referring(direct)), [])
  })

  it("is matched by name in a union of similar definitions", () => {
    const one = (extra: string): JsonSchema => object({ a: text, [extra]: text }, "a")
    const union = (...names: ReadonlyArray<string>) =>
      protocol({
        ThingDoParams: object({ value: { anyOf: names.map((name) => ({ $ref: `#/definitions/${name}` })) } }),
        One: one("x"),
        Two: one("y")
      })
    assert.deepStrictEqual(lines(union("One", "Two"), union("Two", "One")), [])
  })

  it("is a difference of the field if it replaces another definition there", () => {
    const referring = (name: string) =>
      protocol({
        ThingDoParams: object({ first: { $ref: "#/definitions/One" }, second: { $ref: `#/definitions/${name}` } }),
        One: object({ a: text }, "a"),
        Two: object({ a: text, b: text }, "a", "b")
      })
    assert.deepStrictEqual(lines(referring("One"), referring("Two")), ["added ThingDoParams.second.b BREAKS"])
  })

  it("is compared even if no message refers to it", () => {
    const { entries } = report(protocol({ Left: object({ a: text }, "a") }), protocol({ Left: object({}) }))
    assert.deepStrictEqual(entries.map(lineOf), ["removed Left.a BREAKS"])
    assert.deepStrictEqual(entries[0]?.places, [])
  })

  it("is attributed to requests if either version does so; otherwise the request is reported as not compared", () => {
    const named = (response: string, properties: Definitions) => {
      const { ThingDoResponse: _, ...definitions } = protocol({ [response]: object(properties) }).definitions
      return { ...protocol({}), definitions }
    }
    const known = protocol({ ThingDoResponse: object({ a: text }) })
    assert.deepStrictEqual(report(named("Other", {}), known).notCompared, ["thing/do"])
    assert.deepStrictEqual(report(named("Other", {}), named("Other", {})).notCompared, ["thing/do"])

    // Without params, only the newer version says that `GetThingResponse` is the answer.
    const older = protocol({ ClientRequest: { oneOf: [message("thing/read")] }, GetThingResponse: object({}) })
    const newer = protocol({
      ClientRequest: { oneOf: [message("thing/read", "GetThingParams", true)] },
      GetThingParams: object({}),
      GetThingResponse: object({ a: text })
    })
    assert.deepStrictEqual(lines(older, newer), ["added thing/read params", "added GetThingResponse.a"])
    assert.deepStrictEqual(report(older, newer).notCompared, [])
  })

  it("belongs to a group by its effect on callers", () => {
    const item = (...types: ReadonlyArray<string>): JsonSchema => ({ oneOf: types.map((type) => variant(type)) })
    const definitions = (types: ReadonlyArray<string>) => ({
      ThingDoneNotification: object({
        item: { $ref: "#/definitions/ThingItem" },
        source: { $ref: "#/definitions/Source" }
      }),
      ThingItem: item(...types),
      Source: item(...types)
    })
    const { entries } = report(protocol(definitions(["a", "b"])), protocol(definitions(["a", "b", "c"])))
    assert.deepStrictEqual(
      entries.map(({ group, name }) => `${group} ${name}`),
      ["itemTypes ThingItem#c", "enumMembers Source#c"]
    )
  })
})
