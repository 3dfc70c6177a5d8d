/**
 * The example of questions beyond its fixed answers: answers from a keyboard, no answers, and a user's Codex home.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { questionsModel } from "../examples/support/questionsModel.ts"
import * as CodexHome from "../src/CodexHome.ts"
import * as MockModel from "../src/testing/MockModel.ts"
import * as Pty from "./support/pty.ts"

const root = join(import.meta.dirname, "..")
const command = [process.execPath, "--conditions=effect-codex/source", join(root, "examples/support/run.ts"), "25"]

const { missing } = Pty
const named = (name: string) => (missing === undefined ? name : `${name} (not run: ${missing})`)

describe.skipIf(missing !== undefined)(named("the example of questions, on a terminal"), () => {
  const makePlace = Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "example-"))),
    (place) => Effect.sync(() => rmSync(place, { recursive: true, force: true }))
  )

  const onTerminal = (use: (terminal: Pty.Terminal) => Promise<void>) =>
    Effect.gen(function* () {
      const place = yield* makePlace
      const env = { PATH: process.env["PATH"] ?? "", HOME: place, TMPDIR: place, TERM: "xterm" }
      const terminal = yield* Effect.acquireRelease(
        Effect.sync(() => Pty.start(command, { cwd: root, env })),
        ({ kill }) => Effect.sync(kill)
      )
      yield* Effect.promise(() => use(terminal))
      const code = yield* Effect.promise(() => terminal.exit)
      assert.deepStrictEqual(readdirSync(place), [])
      return code
    })

  /** Waits for each question, types its answer, and waits for its outcome. */
  const answering =
    (answers: ReadonlyArray<readonly [question: string, answer: string, outcome?: string]>) =>
    async (terminal: Pty.Terminal) => {
      for (const [question, answer, outcome] of answers) {
        await terminal.shown(question)
        terminal.type(answer)
        if (outcome !== undefined) await terminal.shown(outcome)
      }
    }

  it.live("accepts typed answers, and ask again after an invalid one", () =>
    Effect.gen(function* () {
      const code = yield* onTerminal(
        answering([
          ["(Novels, Poems)", "Comics\r", "→ Comics"],
          ["archive? yes or no?", "yes\r", "→ written"],
          [`{"book":"Emma"} yes or no?`, "yes\r"],
          ["at most 28):", "99\r"],
          ["1 character):", "Grace\r", "days: an integer"],
          ["at most 28):", "7\r"],
          ["1 character):", "Grace\r", "→ Grace has Emma for 7 days."],
          ["noted in: notes, archive", ""]
        ])
      )
      assert.strictEqual(code, 0)
    })
  )

  it.live("grants nothing without an answer: Enter alone, the end of the input, and a y", () =>
    Effect.gen(function* () {
      const code = yield* onTerminal(
        answering([
          ["(Novels, Poems)", "\r", "→ Nothing."],
          ["archive? yes or no?", "\u0004", "→ refused"],
          [`{"book":"Emma"} yes or no?`, "y\r", "→ user rejected MCP tool call"],
          // The policy's own grant is not among these.
          ["noted in: notes\r\n", ""]
        ])
      )
      assert.strictEqual(code, 0)
    })
  )

  it.live("declines a form that is never filled in, and the MCP server continues without it", () =>
    Effect.gen(function* () {
      const unfit = [
        ["at most 28):", "\r"],
        ["1 character):", "\r", "days: "]
      ] as const
      const code = yield* onTerminal(
        answering([
          ["(Novels, Poems)", "\r"],
          ["archive? yes or no?", "no\r"],
          [`{"book":"Emma"} yes or no?`, "yes\r"],
          ...unfit,
          ...unfit,
          ...unfit,
          ["→ Nothing is lent without a card.", ""]
        ])
      )
      assert.strictEqual(code, 0)
    })
  )

  it.live("ends at Ctrl-C", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* onTerminal(answering([["(Novels, Poems)", "\u0003"]])), 130)
    })
  )
})

describe("the example of questions with --home", () => {
  it.live("has its features and its MCP server on one thread, and keeps the rest of the user's configuration", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const { codexHome, env } = yield* CodexHome.CodexHome
      const scripted = { command: process.execPath, args: [join(root, "test/support/mcp/server.mjs")], required: true }
      const config = model.configToml({ features: { goals: true }, settings: { mcp_servers: { scripted } } })
      writeFileSync(join(codexHome, "config.toml"), config)
      const [file = "", ...args] = [...command, "--home"]
      const output = yield* Effect.promise(
        () =>
          new Promise<string>((resolve, reject) => {
            const child = execFile(
              file,
              args,
              { cwd: root, env: { ...process.env, ...env, CODEX_HOME: codexHome } },
              (error, stdout, stderr) => (error === null ? resolve(stdout) : reject(new Error(stdout + stderr)))
            )
            child.stdin?.end()
          })
      )
      assert.include(output, "→ Poems\n")
      assert.include(output, "→ Ada has Emma for 14 days.\nnoted in: notes\n")
      const [request] = yield* model.requests
      const body = JSON.stringify(request?.body)
      // The thread's own features, and the earlier ones.
      for (const tool of ["request_user_input", "request_permissions", "mcp__library", "mcp__scripted", "get_goal"]) {
        assert.include(body, `"name":"${tool}"`)
      }
      assert.strictEqual(readFileSync(join(codexHome, "config.toml"), "utf8"), config)
    }).pipe(
      Effect.provide(MockModel.layer(questionsModel)),
      Effect.provide(CodexHome.layerTemporary()),
      Effect.provide(NodeServices.layer)
    )
  )
})
