import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { join } from "node:path"
import { execPath } from "node:process"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as UserInput from "../../src/UserInput.ts"

const quiet = Effect.provide(Logger.layer([]))

/** What the model reads about a call that it makes in a turn. */
const told = (item: MockModel.Item) =>
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const model = yield* MockModel.MockModel
    yield* model.enqueue(MockModel.response([item]), MockModel.reply("done"))
    const thread = yield* codex.startThread({ approvalMode: "ask" })
    const result = yield* thread.run("go")
    return { output: (yield* model.requests).at(-1)?.toolOutput("call"), items: result.items }
  })

const question = {
  id: "color",
  header: "Color",
  question: "Which color?",
  options: [{ label: "Red", description: "warm" }]
}

describe("a question to the user", () => {
  const answers: UserInput.Answers = { color: "Red" }
  const asked: Array<UserInput.Inquiry["questions"]> = []
  it.live("reaches the handler as scripted, and its answer reaches the model", () =>
    Effect.gen(function* () {
      const { output } = yield* told(
        MockModel.requestUserInput([question, { ...question, id: "pin", isSecret: true }], { callId: "call" })
      )
      assert.deepStrictEqual(JSON.parse(output ?? ""), { answers: { color: { answers: ["Red"] } } })
      assert.deepStrictEqual(asked, [
        [
          { ...question, isOther: true, isSecret: false },
          { ...question, id: "pin", isOther: true, isSecret: true }
        ]
      ])
    }).pipe(
      Effect.provide(
        CodexTest.layer({
          config: { features: { default_mode_request_user_input: true } },
          codex: {
            serverRequests: {
              "item/tool/requestUserInput": UserInput.handler(({ questions }) => {
                asked.push(questions)
                return Effect.succeed(answers)
              })
            }
          }
        })
      ),
      quiet
    )
  )
})

describe("a call of a tool of an MCP server", () => {
  const script = join(import.meta.dirname, "../support/mcp/server.mjs")
  it.live("reaches the server with that name in the configuration", () =>
    Effect.gen(function* () {
      const { items } = yield* told(
        MockModel.mcpToolCall({ server: "scripted", tool: "look", arguments: { deep: true }, callId: "call" })
      )
      const [call] = items.filter((item) => item.type === "mcpToolCall")
      assert.deepStrictEqual(
        [call?.server, call?.tool, call?.arguments, call?.status],
        ["scripted", "look", { deep: true }, "completed"]
      )
    }).pipe(
      Effect.provide(
        CodexTest.layer({
          config: { settings: { mcp_servers: { scripted: { command: execPath, args: [script], required: true } } } }
        })
      ),
      quiet
    )
  )
})
