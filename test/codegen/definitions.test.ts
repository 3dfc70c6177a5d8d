import { assert, describe, it } from "@effect/vitest"
import type { Decision } from "../../codegen/decisions.ts"
import { directionsOf, methodsOf } from "../../codegen/direction.ts"
import { parse } from "../../codegen/parse.ts"
import { pinned, read } from "./support.ts"

describe("the direction of definitions", () => {
  const report = ({ about }: Decision) => assert.fail(`a decision is open: ${about}`)
  const parsing = { experimental: pinned.experimental, laterKeys: new Set<string>(), report }
  const definitions = parse(pinned.definitions, parsing)
  const directions = directionsOf(definitions, methodsOf(pinned.definitions, report))
  const types = read("src/generated/types.ts")

  it("splits exactly those that are sent both ways and open", () => {
    assert.isTrue(directions.split.has("UserInput"))
    assert.isFalse(directions.split.has("TextElement"))
    assert.isFalse(directions.split.has("ThreadItem"))
    assert.isFalse(directions.split.has("ThreadStartParams"))
    for (const name of directions.split) assert.match(types, new RegExp(`export (type|interface) ${name}Param\\b`))
  })

  it("names every definition once for each of its forms", () => {
    const names = [...types.matchAll(/^export (?:type|interface) (\w+)/gm)].map((match) => match[1])
    assert.strictEqual(new Set(names).size, names.length)
    for (const name of [...directions.received, ...directions.sent]) assert.include(names, name)
  })
})

describe("fields", () => {
  it("with a default may be absent, even if the schema requires them", () => {
    const definitions = parse(
      {
        Example: {
          type: "object",
          required: ["given", "defaulted"],
          properties: {
            given: { type: "string" },
            defaulted: { type: "string", default: "" },
            free: { type: "string" }
          }
        }
      },
      {
        experimental: { methods: [], definitions: [], members: [] },
        laterKeys: new Set(),
        report: ({ problem }) => assert.fail(problem)
      }
    )
    const shape = definitions.get("Example")?.shape
    if (shape?.kind !== "object") return assert.fail("not an object")
    assert.deepStrictEqual(
      shape.fields.map((field) => [field.name, field.isOptional]),
      [
        ["given", false],
        ["defaulted", true],
        ["free", true]
      ]
    )
  })
})

/** The three lines before a declaration. */
const before = (text: string, declaration: string) => {
  const lines = text.split("\n")
  const at = lines.findIndex((line) => line.startsWith(declaration))
  assert.isAbove(at, 0, declaration)
  return lines.slice(at - 3, at).join("\n")
}

describe("docs of the types", () => {
  const types = read("src/generated/types.ts")
  const methods = read("src/generated/methods.ts")

  it("mark experimental methods, definitions and fields", () => {
    const note = "Experimental: needs `experimentalApi`."
    assert.include(before(methods, '  readonly "thread/queue/list"'), note)
    assert.notInclude(before(methods, '  readonly "thread/start"'), note)
    assert.include(before(types, "  readonly dynamicTools?: "), note)
  })
})
