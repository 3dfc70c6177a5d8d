/**
 * The terminal chat with a user's Codex home that has an MCP server in its configuration.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as CodexHome from "../src/CodexHome.ts"
import * as MockModel from "../src/testing/MockModel.ts"
import { onTerminal } from "./support/example.ts"
import * as Pty from "./support/pty.ts"

const { missing } = Pty
const yesOrNo = "[y]es, [n]o > "
const age = "(an integer, at least 1) > "
const mcpServer = join(import.meta.dirname, "support/mcp/server.mjs")

describe.skipIf(missing !== undefined)(
  `the terminal chat with --home${missing === undefined ? "" : ` (not run: ${missing})`}`,
  () => {
    it.live("asks about the tools of the user's MCP servers, and shows the elicitations of these", () =>
      Effect.gen(function* () {
        const model = yield* MockModel.MockModel
        const { codexHome, env } = yield* CodexHome.CodexHome
        const scripted = { command: process.execPath, args: [mcpServer], required: true }
        writeFileSync(join(codexHome, "config.toml"), model.configToml({ settings: { mcp_servers: { scripted } } }))
        const note = (name: string) => join(codexHome, name)
        const call = (tool: string, args: MockModel.JsonObject) =>
          MockModel.response([MockModel.mcpToolCall({ server: "scripted", tool, arguments: args })])
        const form = {
          message: "Who is there?",
          requestedSchema: { type: "object", properties: { age: { type: "integer", minimum: 1 } }, required: ["age"] }
        }
        const page = { mode: "url", message: "Log in", elicitationId: "e", url: "https://a.example/login" }
        yield* model.enqueue(
          call("write", { note: note("refused") }),
          MockModel.reply("First."),
          call("write", { note: note("written") }),
          MockModel.reply("Second."),
          call("elicit", { note: note("form"), params: form }),
          MockModel.reply("Third."),
          call("elicit", { note: note("page"), params: page }),
          MockModel.reply("Fourth.")
        )
        const use = async (terminal: Pty.Terminal) => {
          /** Starts a turn, and answers its questions. */
          const go = async (...answers: ReadonlyArray<readonly [shown: string, typed: string]>) => {
            await terminal.shown("you> ")
            terminal.type("go\r")
            for (const [shown, typed] of answers) {
              await terminal.shown(shown)
              terminal.type(`${typed}\r`)
            }
          }
          await go([yesOrNo, "n"])
          await terminal.shown("First.")
          await go([yesOrNo, "y"])
          await terminal.shown("Second.")
          await go([age, "0"], [age, "7"])
          await terminal.shown("Third.")
          await go([yesOrNo, "n"])
          await terminal.shown("Fourth.")
          for (const text of [
            `scripted: `,
            `with {"note":"${note("refused")}"}`,
            "scripted: Who is there?",
            "age: an integer, at least 1",
            "https://a.example/login (at a.example)"
          ]) {
            assert.include(terminal.screen(), text)
          }
          await terminal.shown("you> ")
          terminal.type("\u0004")
          await terminal.shown("Bye.")
        }
        yield* Effect.promise(() => onTerminal(["11", "--home"], use, { ...env, CODEX_HOME: codexHome }))
        assert.isFalse(existsSync(note("refused")))
        const noted = (name: string): unknown => JSON.parse(readFileSync(note(name), "utf8"))
        assert.strictEqual(noted("written"), "written")
        assert.deepStrictEqual(noted("form"), { action: "accept", content: { age: 7 } })
        assert.deepStrictEqual(noted("page"), { action: "decline" })
      }).pipe(
        Effect.provide(MockModel.layer()),
        Effect.provide(CodexHome.layerTemporary()),
        Effect.provide(NodeServices.layer)
      )
    )
  }
)
