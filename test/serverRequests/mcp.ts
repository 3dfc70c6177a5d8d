/**
 * Support for tests with a real MCP server: a Codex that has it, calls of its tools, and their outcomes.
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

/**
 * A Codex with the scripted MCP server, which each thread requires, because the first turn would not wait for it
 * otherwise.
 */
export const layer = (codex: Codex.Options = {}) =>
  CodexTest.layer({
    codex,
    config: { settings: { mcp_servers: { scripted: { command: execPath, args: [script], required: true } } } },
    model: { fallback: () => MockModel.reply("done") }
  })

const call = (name: string, given: MockModel.JsonObject) =>
  MockModel.toolCall({ namespace: "mcp__scripted", name, arguments: given, callId: "call" })

/** The tool that sends an elicitation to its client, with these params. */
export const elicit = (params: MockModel.JsonObject) => call("elicit", { note: "note", params })

/** The tool that needs an approval. */
export const write = call("write", { note: "note" })

/** The tool that changes nothing. When it completes, earlier messages to the MCP server have arrived. */
export const look = call("look", {})

/** The text that the tool wrote, or nothing. */
export const note = Effect.map(CodexTest.TestHome, ({ workspace }): unknown => {
  const file = join(workspace, "note")
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined
})

/** What the model read about its last call. */
export const told = Effect.flatMap(MockModel.MockModel, (model) =>
  Effect.map(model.requests, (requests) => requests.at(-1)?.toolOutput("call") ?? "")
)

/** The current configuration. */
export const config = Effect.map(CodexTest.TestHome, ({ codexHome }) =>
  readFileSync(join(codexHome, "config.toml"), "utf8")
)
