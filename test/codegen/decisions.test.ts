import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll } from "vitest"
import type { Pinned } from "../../codegen/generate.ts"
import { generate, pin } from "../../codegen/generate.ts"
import type { Definitions, JsonSchema } from "../../codegen/jsonSchema.ts"
import { asObject } from "../../codegen/jsonSchema.ts"
import * as olderRuntimes from "../../codegen/olderRuntimes.ts"
import { copyOfRepository, edit, pinned, removeCopies, tsc } from "./support.ts"

afterAll(removeCopies)

/** The pinned protocol with some definitions changed, added or removed (`undefined`). */
const changed = (definitions: { readonly [name: string]: JsonSchema | undefined }): Pinned => ({
  ...pinned,
  definitions: Object.fromEntries(
    Object.entries<JsonSchema | undefined>({ ...pinned.definitions, ...definitions }).flatMap(([name, schema]) =>
      schema === undefined ? [] : [[name, schema] as const]
    )
  )
})

const older = olderRuntimes.read()

const request = (method: string, params: string): JsonSchema => ({
  properties: { method: { enum: [method], type: "string" }, params: { $ref: `#/definitions/${params}` } },
  required: ["method", "params"],
  type: "object"
})

/** The pinned protocol with one more request. */
const withRequest = (method: string, params: string, definitions: Definitions): Pinned => {
  const { oneOf = [], ...envelope } = asObject(pinned.definitions["ClientRequest"])
  return changed({ ...definitions, ClientRequest: { ...envelope, oneOf: [...oneOf, request(method, params)] } })
}

const object = (properties: Definitions, required = Object.keys(properties)): JsonSchema => ({
  type: "object",
  properties,
  required
})

const text: JsonSchema = { type: "string" }

const decisionsOf = (schema: Pinned) =>
  generate(schema, older).decisions.map(({ about, problem, proposal }) => `${about}: ${problem} ${proposal}`)

/** Writes the generated files into a copy of the repository, and compiles it. */
const compiles = (schema: Pinned): string => {
  const folder = copyOfRepository()
  for (const [name, content] of generate(schema, older).files) {
    writeFileSync(join(folder, "src/generated", name), content)
  }
  writeFileSync(
    join(folder, "tsconfig.generated.json"),
    JSON.stringify({ extends: "./tsconfig.json", include: ["src/generated"] })
  )
  return spawnSync(process.execPath, [tsc, "-p", "tsconfig.generated.json"], { cwd: folder, encoding: "utf8" }).stdout
}

describe("generation", () => {
  it("has no open decision for the pinned protocol", () => {
    assert.deepStrictEqual(decisionsOf(pinned), [])
  })

  it("generates any JSON for a method whose response it cannot name, and proposes the likely one", () => {
    const schema = withRequest("thread/mood/read", "MoodReadParams", {
      MoodReadParams: object({ threadId: text }),
      GetThreadMoodResponse: object({ mood: text })
    })
    const { files } = generate(schema, older)
    assert.include(
      files.get("methods.ts") ?? "",
      'readonly "thread/mood/read": { readonly params: T.MoodReadParams; readonly result: unknown }'
    )
    assert.deepStrictEqual(decisionsOf(schema), [
      "thread/mood/read: no response is known; its result is generated as any JSON. Likely GetThreadMoodResponse, which no other method has. Then name it in codegen/overrides.ts."
    ])
  })

  it("writes code that compiles for a method whose response it cannot name", () => {
    const schema = withRequest("thread/mood/read", "MoodReadParams", { MoodReadParams: object({ threadId: text }) })
    assert.strictEqual(compiles(schema), "")
  }, 60_000)

  it("names the shared responses if no other response remains", () => {
    const [decision] = decisionsOf(withRequest("config/reset", "ConfigResetParams", { ConfigResetParams: object({}) }))
    assert.match(decision ?? "", /Every response has a method; shared already: .*ConfigWriteResponse/)
  })

  it("reports every override that no longer applies", () => {
    const { oneOf = [], ...envelope } = asObject(pinned.definitions["ClientRequest"])
    const without = oneOf.filter(
      (member) => asObject(asObject(member).properties?.["method"]).enum?.[0] !== "account/logout"
    )
    const decisions = decisionsOf(
      changed({ ClientRequest: { ...envelope, oneOf: without }, ConfigValueWriteResponse: object({}) })
    )
    assert.lengthOf(decisions, 2)
    assert.match(
      decisions[0] ?? "",
      /^config\/value\/write: .*ConfigValueWriteResponse exists now.*Remove the exception/
    )
    assert.match(decisions[1] ?? "", /^account\/logout: .*no such method.*Remove the exception/)
  })

  it("reports everything in one run, continues with the safest form, and writes code that compiles", () => {
    const schema = changed({
      // A member whose name collides with a definition.
      TextUserInput: object({ text }),
      // A reference to a missing definition, a type of another draft, and a union without a name.
      ThreadGoal: object({
        ...asObject(pinned.definitions["ThreadGoal"]).properties,
        lost: { $ref: "#/definitions/Nowhere" },
        date: { type: "date" },
        nameless: { oneOf: [object({ a: text }), object({ b: text })] }
      }),
      // A union of objects and numbers.
      PlanType: { oneOf: [object({ name: text }), { type: "number" }] },
      // A definition that contains itself.
      TurnPlanStep: object({
        step: text,
        status: text,
        steps: { type: "array", items: { $ref: "#/definitions/TurnPlanStep" } }
      })
    })
    assert.sameMembers(
      generate(schema, older).decisions.map(({ about }) => about),
      ["UserInput#text", "ThreadGoal.lost", "ThreadGoal.date", "ThreadGoal.nameless", "PlanType"]
    )
    assert.include(generate(schema, older).files.get("codecs.ts") ?? "", "suspend(() => TurnPlanStep)")
    assert.strictEqual(compiles(schema), "")
  }, 60_000)

  it("keeps the v2 definition if the bundle has two of one name", () => {
    const bundle = (root: JsonSchema) => ({
      definitions: { Twice: root, v2: { Twice: object({ text }) } }
    })
    const schema = pin("1.0.0", { experimental: bundle(object({ number: { type: "number" } })), stable: bundle(true) })
    assert.deepStrictEqual(schema.conflicts, ["Twice"])
    const { decisions, files } = generate(schema, { keys: [], methods: {} })
    assert.match(decisions[0]?.problem ?? "", /defines it twice/)
    assert.isAbove(files.size, 0)
    assert.deepStrictEqual(schema.definitions["Twice"], object({ text }))
  })

  it("exits with 1 if it checks and a decision is open", () => {
    const folder = copyOfRepository()
    edit(join(folder, "codegen/overrides.ts"), (content) => content.replace('"account/logout":', '"account/leave":'))
    const run = spawnSync(process.execPath, ["codegen/main.ts", "--check", "--from-pinned"], {
      cwd: folder,
      encoding: "utf8"
    })
    assert.strictEqual(run.status, 1)
    assert.include(run.stderr, "- account/logout: no response is known")
    assert.include(run.stderr, "Likely LogoutAccountResponse")
    assert.include(run.stderr, "- account/leave: codegen/overrides.ts names its response")
  })
})

describe("olderRuntimes.json", () => {
  it("has fields that the pinned protocol requires", () => {
    for (const key of older.keys) {
      const [, name = "", field = ""] = /^([^.#]+)\.(.+)$/.exec(key) ?? []
      assert.include(asObject(pinned.definitions[name]).required ?? [], field, key)
    }
  })

  it("consists of the required fields that an older schema lacks, except nullable ones and lists", () => {
    const newer = {
      Known: object({ kept: text, added: text, list: { type: "array" }, empty: { type: ["string", "null"] } }),
      New: object({ all: text })
    }
    assert.deepStrictEqual(olderRuntimes.compare(newer, { Known: object({ kept: text }) }), ["Known.added"])
    assert.deepStrictEqual(olderRuntimes.compare(newer, { Known: object({ kept: text, added: text }, ["kept"]) }), [
      "Known.added"
    ])
  })

  it("has each method with the first release that has it, except those of the oldest", () => {
    const release = (version: string, ...methods: ReadonlyArray<string>) => ({
      version,
      definitions: { ClientRequest: { oneOf: methods.map((method) => request(method, "XParams")) } }
    })
    assert.deepStrictEqual(
      olderRuntimes.addedMethods([release("1.0.0", "a"), release("2.0.0", "a", "c", "b"), release("3.0.0", "b")]),
      { "2.0.0": ["b", "c"] }
    )
  })
})
