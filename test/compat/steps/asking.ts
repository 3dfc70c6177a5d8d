/**
 * Steps with requests of the server: for approvals, answers, and results of tools.
 */
import { Effect, Option, Schema } from "effect"
import { Tool, Toolkit } from "effect/ai"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Approval from "../../../src/Approval.ts"
import * as Codex from "../../../src/Codex.ts"
import * as CodexTest from "../../../src/testing/CodexTest.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import * as UserInput from "../../../src/UserInput.ts"
import * as Offered from "../offered.ts"
import { equal, type Step, step } from "../step.ts"

const answering = (answer: Approval.Answer): CodexTest.Options => ({
  codex: { serverRequests: Approval.handlers(Approval.ask(() => Effect.succeed(answer))) }
})

const inWorkspace = (name: string) => Effect.map(CodexTest.TestHome, ({ workspace }) => join(workspace, name))

/** Runs a turn in which the model does one thing that needs an approval, and returns the state of the item. */
const attempt = (item: MockModel.Item, approvalMode: Codex.StartThreadOptions["approvalMode"] = "ask") =>
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const model = yield* MockModel.MockModel
    yield* model.enqueue(item, MockModel.reply("I tried."))
    const thread = yield* codex.startThread({ approvalMode, sandbox: "readOnly" })
    const result = yield* thread.run("go")
    yield* equal("answer", result.finalResponse, Option.some("I tried."))
    return result.items.flatMap((item) =>
      item.type === "commandExecution" || item.type === "fileChange" ? [item.status] : []
    )
  })

const touch = MockModel.execCommand({ cmd: "touch made", escalate: "it has to write" })
const patch = MockModel.applyPatch("*** Begin Patch\n*** Add File: made\n+hello\n*** End Patch")

const Shop = Toolkit.make(
  Tool.make("price", { description: "A price", parameters: Schema.Struct({ pieces: Schema.Int }), success: Schema.Int })
)

const mcpServer = join(import.meta.dirname, "../../support/mcp/server.mjs")

export const asking: ReadonlyArray<Step> = [
  step(
    "approve a command",
    Effect.gen(function* () {
      yield* equal("the items of the command", yield* attempt(touch), ["completed"])
      yield* equal("its file is there", existsSync(yield* inWorkspace("made")), true)
    }),
    answering(Approval.accept)
  ),
  step(
    "decline a command",
    Effect.gen(function* () {
      yield* equal("the items of the command", yield* attempt(touch), ["declined"])
      yield* equal("its file is there", existsSync(yield* inWorkspace("made")), false)
    }),
    answering(Approval.decline)
  ),
  step(
    "approve a change of files",
    Effect.gen(function* () {
      yield* equal("the items of the change", yield* attempt(patch), ["completed"])
      yield* equal("the file", readFileSync(yield* inWorkspace("made"), "utf8"), "hello\n")
    }),
    answering(Approval.accept)
  ),
  step(
    "decline a change of files",
    Effect.gen(function* () {
      yield* equal("the items of the change", yield* attempt(patch), ["declined"])
      yield* equal("its file is there", existsSync(yield* inWorkspace("made")), false)
    }),
    answering(Approval.decline)
  ),
  step(
    "an approval without a handler is declined",
    Effect.gen(function* () {
      yield* equal("the items of the command", yield* attempt(touch), ["declined"])
      yield* equal("its file is there", existsSync(yield* inWorkspace("made")), false)
    })
  ),
  step(
    "auto review",
    Effect.gen(function* () {
      yield* equal("the items of the command", yield* attempt(touch, "autoReview"), ["completed"])
      yield* equal("reviews", (yield* (yield* MockModel.MockModel).requestsFor("guardian")).length, 1)
    })
  ),
  step(
    "a question to the user",
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      yield* attempt(
        MockModel.requestUserInput(
          [{ id: "tea", header: "Tea", question: "Which?", options: [{ label: "Green", description: "Green tea" }] }],
          { callId: "ask" }
        )
      )
      const output = (yield* model.requests).at(-1)?.toolOutput("ask")
      yield* equal("what the model is told", output?.includes("Green"), true)
    }),
    {
      config: { features: { default_mode_request_user_input: true } },
      codex: {
        serverRequests: { "item/tool/requestUserInput": UserInput.handler(() => Effect.succeed({ tea: "Green" })) }
      }
    }
  ),
  step(
    "a tool of the program",
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      yield* model.enqueue(
        MockModel.toolCall({ name: "price", arguments: { pieces: 3 }, callId: "call" }),
        MockModel.reply("It costs 30.")
      )
      const thread = yield* codex.startThread({ tools: Shop })
      const { finalResponse, items } = yield* thread.run("go")
      yield* equal("answer", finalResponse, Option.some("It costs 30."))
      yield* equal("result", (yield* model.requests).at(-1)?.toolOutput("call"), "30")
      yield* equal(
        "item",
        items.some(({ type }) => type === "dynamicToolCall"),
        true
      )
    }).pipe(Effect.provide(Shop.toLayer({ price: ({ pieces }) => Effect.succeed(pieces * 10) })))
  ),
  step(
    "a tool of an MCP server",
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      yield* model.enqueue(Offered.call("look", {}), MockModel.reply("I looked."))
      const thread = yield* codex.startThread({
        config: { mcp_servers: { notes: { command: process.execPath, args: [mcpServer], required: true } } }
      })
      const { items } = yield* thread.run("go")
      yield* equal(
        "the call",
        items.flatMap((item) => (item.type === "mcpToolCall" ? [[item.server, item.tool, item.status]] : [])),
        [["notes", "look", "completed"]]
      )
    })
  )
]
