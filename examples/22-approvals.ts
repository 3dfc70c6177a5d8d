/**
 * Decides what Codex may do beyond its sandbox. A policy accepts what is known to be harmless, and asks you about the
 * rest.
 *
 * Run with: npm run example -- 22            (asks in a terminal; without one, the answer is no)
 *           npm run example -- 22 --yes      (always answers yes)
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
// #region imports
import { Console, Effect, FileSystem, Layer, Option, Path, Stream } from "effect"
import { Approval, Codex, CodexClient, ServerRequests } from "effect-codex"
// #endregion
import { MockModel } from "effect-codex/testing"
import { createInterface } from "node:readline/promises"
import * as Script from "./support/script.ts"
import * as Setup from "./support/setup.ts"

/** Asks you a question of several lines; the answer is yes or no. */
const confirm = (question: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    yield* Console.log(question.join("\n"))
    if (process.argv.includes("--yes")) return true
    if (!process.stdin.isTTY) return false
    const readline = createInterface({ input: process.stdin, output: process.stdout })
    const answer = yield* Effect.promise((signal) => readline.question("yes or no? ", { signal })).pipe(
      Effect.ensuring(Effect.sync(() => readline.close()))
    )
    return answer.trim() === "yes"
  })

// #region policy
const policyFor = (workspace: string) =>
  Approval.allowCommands(Approval.command.equals(["touch", "made"]), "touching").pipe(
    Approval.orElse(Approval.allowWritesUnder([workspace], "files here")),
    Approval.orElse(
      Approval.ask(
        // Everything that a yes would grant, as text that cannot control the terminal.
        (question) =>
          Effect.map(confirm(Approval.describe(question)), (yes) => (yes ? Approval.accept : Approval.decline)),
        "you"
      ).pipe(Approval.withTimeout("5 minutes"))
    )
  )
// #endregion

const program = (workspace: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const codex = yield* Codex.Codex
    const client = yield* CodexClient.CodexClient
    const exists = (name: string) => Effect.orDie(fs.exists(path.join(workspace, name)))

    // #region decisions
    // Every decision is an event, including those of the policy.
    yield* client.decisions.pipe(
      Stream.runForEach(({ decision, policy, rule }) =>
        Console.log(`${decision} (${Option.getOrElse(policy, () => rule)})`)
      ),
      Effect.forkScoped({ startImmediately: true })
    )
    // #endregion

    // The sandbox allows no writes, so every write needs an approval.
    const thread = yield* codex.startThread({ cwd: workspace, approvalMode: "ask", sandbox: "readOnly" })
    yield* thread.run("Create `made` with touch; it needs to leave the sandbox.")
    yield* thread.run("Write a note into `note.txt`, as a patch.")
    yield* thread.run("Write a note into `../note.txt`, as a patch.")
    yield* thread.run("Remove `made` with rm; it needs to leave the sandbox.")

    const there = yield* Effect.filter(["made", "note.txt", "../note.txt"], exists)
    yield* Console.log(`there now: ${there.join(", ")}`)
  }).pipe(Effect.scoped)

const patch = (name: string) => MockModel.applyPatch(`*** Begin Patch\n*** Add File: ${name}\n+hello\n*** End Patch`)
const escalate = (cmd: string) => MockModel.execCommand({ cmd, escalate: "it has to leave the sandbox" })

const main = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const workspace = path.join(yield* fs.makeTempDirectoryScoped(), "workspace")
  yield* fs.makeDirectory(workspace)
  const handlers = ServerRequests.layer(Approval.handlers(policyFor(workspace)))
  const codex = Setup.layer(
    Script.inOrder(
      MockModel.response([escalate("touch made")]),
      MockModel.reply("Created."),
      MockModel.response([patch("note.txt")]),
      MockModel.reply("Written."),
      MockModel.response([patch("../note.txt")]),
      MockModel.reply("I may not."),
      MockModel.response([escalate("rm made")]),
      MockModel.reply("That was all.")
    )
  )
  yield* Effect.provide(program(workspace), codex.pipe(Layer.provide(handlers)))
})

main.pipe(Effect.scoped, Effect.provide(NodeServices.layer), NodeRuntime.runMain)
