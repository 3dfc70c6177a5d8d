/**
 * What the tests with a real MCP server share: a Codex that has it, calls of its tools, and what came of them.
 */
import { Effect } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { execPath } from "node:process"
import type * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"

export const elicitation = "mcpServer/elicitation/request"

const script = join(import.meta.dirname, "../support/mcp/server.mjs")

/** A Codex with the scripted MCP server, without which no thread starts: the first turn wouldn't wait for it. */
export const layer = (codex: Codex.Options = {}) =>
  CodexTest.layer({
    codex,
    config: { settings: { mcp_servers: { scripted: { command: execPath, args: [script], required: true } } } },
    model: { fallback: () => MockModel.reply("done") }
  })

const call = (name: string, given: MockModel.JsonObject) =>
  MockModel.toolCall({ namespace: "mcp__scripted", name, arguments: given, callId: "call" })

/** The tool that asks its client, with the params of an elicitation. */
export const elicit = (params: MockModel.JsonObject) => call("elicit", { note: "note", params })

/** The tool that needs an approval. */
export const write = call("write", { note: "note" })

/** The tool that changes nothing. What was sent to the MCP server before has arrived when it is through. */
export const look = call("look", {})

/** What the tool wrote; nothing if it didn't. */
export const note = Effect.map(CodexTest.TestHome, ({ workspace }): unknown => {
  const file = join(workspace, "note")
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined
})

/** What the model was told of its last call. */
export const told = Effect.flatMap(MockModel.MockModel, (model) =>
  Effect.map(model.requests, (requests) => requests.at(-1)?.toolOutput("call") ?? "")
)

/** The configuration as it is now. */
export const config = Effect.map(CodexTest.TestHome, ({ codexHome }) =>
  readFileSync(join(codexHome, "config.toml"), "utf8")
)
