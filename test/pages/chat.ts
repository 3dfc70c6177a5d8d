/**
 * The chat that the README shows: `examples/11-terminal-chat.ts` on a pseudo-terminal, in a home and a project of its
 * own, with a scripted model.
 *
 * What is typed, what the model says and what the script of the project does are made up. All else is what the chat and
 * the real runtime wrote. Paths, the name of the shell and the seconds differ between machines and are replaced.
 */
import { NodeServices } from "@effect/platform-node"
import { Effect } from "effect"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as CodexHome from "../../src/CodexHome.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Pty from "../support/pty.ts"
import { linesOf } from "./grid.ts"

const run = join(import.meta.dirname, "../../examples/support/run.ts")
const question = "[a]lways > "
const summary = /\[\d+ s, \d+ tokens\] done/

const todo = (place: string) => `*** Begin Patch
*** Add File: ${place}/todo.md
+Correct "Helo" in greet.sh.
*** End Patch`

const script = (place: string): ReadonlyArray<MockModel.Script> => [
  MockModel.response([MockModel.execCommand({ cmd: "sh greet.sh Ada", escalate: "it is a program of yours" })]),
  MockModel.deltas(["It runs, ", "but it greets with ", '"Helo". Shall I note that?']),
  MockModel.response([MockModel.applyPatch(todo(place))]),
  MockModel.deltas(["Noted. ", "The sandbox does not let me write there, ", "so you were asked."])
]

/** Types what the picture shows, and returns what was on the terminal up to the last prompt. */
const talk = async (terminal: Pty.Terminal): Promise<string> => {
  const say = async (text: string) => {
    await terminal.shown("you> ")
    terminal.type(`${text}\r`)
  }
  const approve = async (answer: string) => {
    await terminal.shown(question)
    terminal.type(`${answer}\r`)
  }
  await say("Does greet.sh work?")
  await approve("y")
  await terminal.shown(summary)
  await say("Yes, in ~/todo.md")
  await approve("y")
  await terminal.shown(summary)
  await terminal.shown("you> ")
  const screen = terminal.screen()
  terminal.type("\u0004")
  await terminal.shown("Bye.")
  return screen
}

/** The lines of the chat, on a machine that has pseudo-terminals: `Pty.missing`. */
export const record: Effect.Effect<ReadonlyArray<string>> = Effect.gen(function* () {
  const model = yield* MockModel.MockModel
  const { codexHome, env } = yield* CodexHome.CodexHome
  const place = yield* Effect.acquireRelease(
    Effect.sync(() => realpathSync(mkdtempSync(join(tmpdir(), "chat-")))),
    (place) => Effect.sync(() => rmSync(place, { recursive: true, force: true }))
  )
  const project = join(place, "project")
  mkdirSync(project)
  writeFileSync(join(project, "greet.sh"), 'echo "Helo, $1!"\n')
  // The place is in a temporary folder, which the sandbox would let the model write into.
  const settings = { sandbox_workspace_write: { exclude_slash_tmp: true, exclude_tmpdir_env_var: true } }
  writeFileSync(join(codexHome, "config.toml"), model.configToml({ settings }))
  yield* model.enqueue(...script(place))
  const terminal = yield* Effect.acquireRelease(
    Effect.sync(() =>
      Pty.start([process.execPath, "--conditions=effect-codex/source", run, "11", "--home"], {
        cwd: project,
        env: { PATH: process.env["PATH"], ...env, CODEX_HOME: codexHome, HOME: place, TMPDIR: place, TERM: "xterm" }
      })
    ),
    (terminal) => Effect.promise(() => (terminal.kill(), terminal.exit))
  )
  const screen = yield* Effect.promise(() => talk(terminal))
  const lines = linesOf(screen)
  // Before it stands which home is used.
  return lines.slice(lines.findIndex((line) => line.startsWith("Type a message"))).map((line) =>
    line
      .replaceAll(place, "~")
      .replace(/\S*\/\w*sh -l?c '([^']*)'/, "$1")
      .replace(/^\[\d+ s,/, "[1 s,")
  )
}).pipe(
  Effect.scoped,
  Effect.provide(MockModel.layer()),
  Effect.provide(CodexHome.layerTemporary()),
  Effect.provide(NodeServices.layer),
  Effect.orDie
)
