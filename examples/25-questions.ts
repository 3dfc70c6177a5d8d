/**
 * Answers requests in the middle of a turn. The model asks a question and requests permissions. An MCP server asks to
 * approve its tool, and shows a form.
 *
 * Run with: npm run example -- 25            (asks in a terminal; without one, the answers are fixed)
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, FileSystem, Layer, Option } from "effect"
import { Codex, Elicitation, Permissions, Printable, ServerRequests, UserInput } from "effect-codex"
import { join } from "node:path"
import * as Answers from "./support/answers.ts"
import { questionsModel } from "./support/questionsModel.ts"
import * as Setup from "./support/setup.ts"

/** The answers if there is no terminal. */
const fixed = new Map(Object.entries({ taste: "Poems", name: "Ada", days: "14" }))

// #region questions
const answering = UserInput.handler(({ questions }) =>
  Effect.gen(function* () {
    const answers: Record<string, UserInput.Answer> = {}
    for (const { id, isSecret, options, question } of questions) {
      // The server saves every answer unencrypted in the thread's file, so this program never sends secrets.
      if (isSecret) continue
      const text = yield* Answers.line(`${question} (${options.map(({ label }) => label).join(", ")})`, fixed.get(id))
      if (text !== "") answers[id] = text
    }
    return answers
  })
)
// #endregion

// #region permissions
const policyFor = (notes: string) =>
  Permissions.allow({ writes: [notes] }, "notes").pipe(
    Permissions.orElse(
      Permissions.ask(({ environment, writes }) => {
        // The paths are on another machine, or there are none.
        if (Option.isSome(environment) || writes.length === 0) return Effect.succeed(Permissions.decline)
        return Effect.map(Answers.yes(`May it write ${writes.join(" and ")}?`, "no"), (granted) =>
          // Only what you were shown, and nothing else in the request.
          granted ? Permissions.grantPart({ writes }) : Permissions.decline
        )
      }, "you")
    )
  )
// #endregion

// #region mcp
const elicitation = Elicitation.handler({
  // Codex asks before it calls a tool. The name is from your configuration. The server may have written the rest.
  toolApproval: ({ arguments: given, message, serverName }) =>
    Effect.gen(function* () {
      if (serverName !== "library") return Elicitation.decline
      const accepted = yield* Answers.yes(`${message} ${JSON.stringify(Option.getOrUndefined(given))}`, "yes")
      return accepted ? Elicitation.accept() : Elicitation.decline
    }),
  // The server asks on its own. If the answer does not match the form, it is asked again, at most twice.
  form: (question) =>
    Effect.gen(function* () {
      yield* Answers.say(`${question.serverName}: ${question.message}`)
      const values: Record<string, Elicitation.Value> = {}
      for (const field of question.fields) {
        const label = `${field.title} (${Elicitation.describeField(field)}):`
        const text = yield* Answers.line(label, fixed.get(field.name))
        if (text !== "") values[field.name] = Answers.valueOf(field, text)
      }
      return Elicitation.accept(yield* Elicitation.check(question, values))
    }).pipe(
      Effect.tapError(({ issues }) => Answers.say(issues.map((it) => `${it.field}: ${it.expected}`).join("; "))),
      Effect.retry({ times: 2 })
    )
  // Pages have no entry here, so they are declined.
})
// #endregion

const program = (workspace: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const codex = yield* Codex.Codex

    // #region config
    const thread = yield* codex.startThread({
      cwd: workspace,
      approvalMode: "ask",
      sandbox: "readOnly",
      // For this thread. `config` of `Codex.layer` enables it for all threads.
      config: {
        features: { default_mode_request_user_input: true, request_permissions_tool: true },
        mcp_servers: {
          library: {
            command: process.execPath,
            args: [join(import.meta.dirname, "support/mcpServer.ts")],
            // The thread starts after the server has. Otherwise the first turn waits 1 s for it, then runs without
            // its tools.
            required: true,
            // Ask before each call, even if a tool says that it only reads.
            default_tools_approval_mode: "prompt"
          }
        }
      }
    })
    // #endregion

    for (const wish of [
      "Ask me whether I like to read novels or poems.",
      "Note it in `notes/taste.txt`. Request the permission to write that folder first.",
      "Note it in `archive/taste.txt`, too, in the same way.",
      "Borrow a book for me from the library."
    ]) {
      const result = yield* thread.run(wish)
      yield* Console.log(`→ ${Printable.text(Option.getOrElse(result.finalResponse, () => "(no answer)"))}`)
    }
    const there = yield* Effect.filter(["notes", "archive"], (folder) =>
      Effect.orDie(fs.exists(join(workspace, folder, "taste.txt")))
    )
    yield* Console.log(`noted in: ${there.join(", ")}`)
  })

const main = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  // A grant applies to the exact path, so links are resolved first.
  const workspace = yield* fs.realPath(yield* fs.makeTempDirectoryScoped())
  for (const folder of ["notes", "archive"]) yield* fs.makeDirectory(join(workspace, folder))
  // #region handlers
  const handlers = ServerRequests.layer(
    {
      "item/tool/requestUserInput": answering,
      "item/permissions/requestApproval": Permissions.handler(policyFor(join(workspace, "notes"))),
      "mcpServer/elicitation/request": elicitation
    },
    // If you do not answer in time, the answer is no.
    { timeout: "5 minutes" }
  )
  const codexLayer = Setup.layer(questionsModel).pipe(Layer.provide(handlers))
  // #endregion
  yield* Effect.provide(program(workspace), codexLayer)
})

main.pipe(Effect.scoped, Effect.provide(NodeServices.layer), NodeRuntime.runMain)
