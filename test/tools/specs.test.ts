import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, Schema } from "effect"
import { Tool, Toolkit } from "effect/ai"
import { vi } from "vitest"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import type { Tools } from "../../src/DynamicTools.ts"
import * as toolSpecs from "../../src/internal/tools/toolSpecs.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Test from "./support.ts"

const quiet = Effect.provide(Logger.layer([]))

const specs = (tools: Tools) => Effect.fromResult(toolSpecs.make(tools))

const refused = (tools: Tools) => Effect.map(Effect.flip(specs(tools)), ({ description }) => description)

/** The real server's error about a tool of this name. */
const named = (name: string) => Toolkit.make(Tool.make(name))

describe("the names of tools", () => {
  for (const [name, problem] of [
    ["", /names may contain only/],
    ["a b", /names may contain only/],
    ["tool.x", /names may contain only/],
    ["é", /names may contain only/],
    ["a\n", /names may contain only/],
    ["a".repeat(129), /at most 128/],
    ["mcp", /MCP/],
    ["mcp__server__tool", /MCP/]
  ] as const) {
    it.live(`${JSON.stringify(name.slice(0, 20))} are rejected as by the server, before anything is sent`, () =>
      Effect.gen(function* () {
        const description = yield* refused(named(name))
        assert.match(description, problem)
        assert.include(description, JSON.stringify(name))
        // The server's own error about it.
        const client = yield* CodexClient.CodexClient
        const spec = { type: "function", name, description: "", inputSchema: { type: "object" } } as const
        const reason = yield* Effect.flip(client.request("thread/start", { dynamicTools: [spec] }))
        assert.strictEqual(reason.reason._tag, "RequestRejected")
      }).pipe(Effect.provide(Test.layer()), quiet)
    )
  }

  it.live("are rejected if Codex's own tools have them: the server would call its own", () =>
    Effect.gen(function* () {
      const own = [
        "exec_command",
        "write_stdin",
        "view_image",
        "request_user_input",
        "get_goal",
        "create_goal",
        "update_goal"
      ]
      for (const name of own) assert.match(yield* refused(named(name)), /taken by a built-in Codex tool/)
      const client = yield* CodexClient.CodexClient
      const model = yield* MockModel.MockModel
      const dynamicTools = own.map(
        (name) => ({ type: "function", name, description: "mine", inputSchema: {} }) as const
      )
      const { thread } = yield* client.request("thread/start", { dynamicTools })
      yield* client.request("turn/start", {
        threadId: thread.id,
        input: [{ type: "text", text: "go", text_elements: [] }]
      })
      const [request] = yield* model.received(1)
      assert.includeMembers([...(request?.toolNames ?? [])], own)
      assert.notInclude(JSON.stringify(request?.body), `"mine"`)
    }).pipe(Effect.provide(Test.layer()), quiet)
  )

  it.effect("are rejected if two tools have the same", () =>
    Effect.gen(function* () {
      const renamed = { tools: { a: Tool.make("same"), b: Tool.make("same") } }
      assert.match(yield* refused(renamed), /duplicate name/)
    })
  )

  it.effect("are accepted otherwise", () =>
    Effect.gen(function* () {
      const kit = Toolkit.make(
        Tool.make("a".repeat(128)),
        Tool.make("mcp_x"),
        Tool.make("A-1_z"),
        Tool.make("__proto__")
      )
      assert.deepStrictEqual(
        (yield* specs(kit)).map(({ name }) => name),
        ["a".repeat(128), "mcp_x", "A-1_z", "__proto__"]
      )
    })
  )

  it.live("fail the start of a thread with a reason that names the tool and the problem, and nothing is sent", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const client = yield* CodexClient.CodexClient
      const request = vi.spyOn(client, "request")
      const bad = Toolkit.make(Tool.make("not ok"))
      const error = yield* Effect.flip(
        codex.startThread({ tools: bad }).pipe(Effect.provide(bad.toLayer({ "not ok": () => Effect.void })))
      )
      assert.strictEqual(error.reason._tag, "InvalidInput")
      assert.include(error.message, `"not ok"`)
      assert.strictEqual(request.mock.calls.length, 0)
    }).pipe(Effect.provide(Test.layer()), quiet)
  )
})

describe("the parameters of tools", () => {
  interface Tree {
    readonly name: string
    readonly children: ReadonlyArray<Tree>
  }
  const Tree = Schema.Struct({
    name: Schema.String,
    children: Schema.Array(Schema.suspend((): Schema.Codec<Tree> => Tree))
  }).annotate({ identifier: "Tree" })

  it.effect("are described as JSON Schema with an object at the root, also if they are recursive", () =>
    Effect.gen(function* () {
      const [tree, none] = yield* specs(Toolkit.make(Tool.make("tree", { parameters: Tree }), Tool.make("none")))
      assert.containSubset(tree, {
        type: "function",
        name: "tree",
        description: "",
        inputSchema: {
          type: "object",
          required: ["name", "children"],
          properties: { children: { type: "array", items: { $ref: "#/$defs/Tree" } } },
          $defs: { Tree: { type: "object" } }
        }
      })
      assert.deepStrictEqual(none?.inputSchema, { type: "object", additionalProperties: false })
    })
  )

  it.effect("may be JSON Schema", () =>
    Effect.gen(function* () {
      const inputSchema = { type: "object", properties: { q: { type: "string" } } } as const
      const [spec] = yield* specs(
        Toolkit.make(Tool.dynamic("search", { description: "Finds", parameters: inputSchema }))
      )
      assert.deepStrictEqual(spec, { type: "function", name: "search", description: "Finds", inputSchema })
    })
  )

  it.effect("are rejected if they are not an object: the model provider accepts nothing else", () =>
    Effect.gen(function* () {
      const choice = Schema.Union([Schema.Struct({ a: Schema.String }), Schema.Struct({ b: Schema.String })])
      assert.match(yield* refused(Toolkit.make(Tool.make("x", { parameters: choice }))), /must be an object/)
      assert.match(
        yield* refused(Toolkit.make(Tool.dynamic("x", { parameters: { type: "string" } }))),
        /must be an object/
      )
    })
  )

  it.effect("are rejected for provider-defined tools", () =>
    Effect.gen(function* () {
      const search = Tool.providerDefined({
        id: "openai.web_search",
        customName: "OpenAiWebSearch",
        providerName: "web_search",
        args: Schema.Struct({}),
        success: Schema.String
      })({})
      assert.match(yield* refused(Toolkit.make(search)), /provider-defined tools are not supported/)
    })
  )
})

it.live("a toolkit without tools has no effect", () =>
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const thread = yield* codex.startThread({ tools: Toolkit.empty })
    assert.strictEqual((yield* thread.run("go")).status, "completed")
  }).pipe(Effect.provide(Test.layer()), quiet)
)

it.live("tools require the experimental API: without it, the server's rejection says so", () =>
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const kit = Toolkit.make(Tool.make("tool"))
    const error = yield* Effect.flip(
      codex.startThread({ tools: kit }).pipe(Effect.provide(kit.toLayer({ tool: () => Effect.void })))
    )
    assert.strictEqual(error.reason._tag, "ExperimentalApiRequired")
  }).pipe(Effect.provide(Layer.fresh(Test.layer({ experimentalApi: false }))), quiet)
)

describe("parameters without fields", () => {
  it.effect("are those of a tool without any", () =>
    Effect.gen(function* () {
      const none = { type: "object", properties: {}, additionalProperties: false }
      const [given, left] = yield* specs(
        Toolkit.make(Tool.make("given", { parameters: Schema.Struct({}) }), Tool.make("left"))
      )
      assert.deepStrictEqual(given?.inputSchema, none)
      assert.deepInclude(left?.inputSchema, { type: "object" })
    })
  )
})
