/**
 * Gives a policy to the layer, in its options or as a separate layer. The code of `docs/how-to-approvals.md`.
 *
 * Run with: npm run example -- snippets/handlers
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, FileSystem, Layer, Stream } from "effect"
import { Approval, Codex, CodexHome, ServerRequests } from "effect-codex"
import { MockModel } from "effect-codex/testing"

/** Lets the model write a file and create one with a command, outside of its sandbox, and shows the decisions. */
const program = (workspace: string) =>
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    yield* codex.decisions.pipe(
      Stream.runForEach(({ decision, rule }) => Console.log(`${decision} (${rule})`)),
      Effect.forkScoped({ startImmediately: true })
    )
    const thread = yield* codex.startThread({ cwd: workspace, approvalMode: "ask", sandbox: "readOnly" })
    yield* thread.run("Write a note, and make `made`.")
  }).pipe(Effect.scoped)

const main = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const workspace = yield* fs.realPath(yield* fs.makeTempDirectoryScoped())
  const options: Codex.Options = yield* CodexHome.CodexHome

  // #region options
  // A policy without requirements goes into the options.
  const commands = Approval.allowCommands(Approval.command.equals(["touch", "made"]))
  const simple = Codex.layer({ ...options, serverRequests: Approval.handlers(commands) })
  // #endregion

  // #region layer
  // A policy with requirements is a layer, provided to the layer of Codex. This one accesses files, so it requires
  // `FileSystem` and `Path`.
  const files = Approval.allowWritesUnder([workspace])
  const handlers = ServerRequests.layer(Approval.handlers(files))
  const careful = Codex.layer(options).pipe(Layer.provide(handlers))
  // #endregion

  const model = yield* MockModel.MockModel
  for (const layer of [simple, careful]) {
    yield* model.enqueue(
      MockModel.response([MockModel.applyPatch("*** Begin Patch\n*** Add File: note.txt\n+hello\n*** End Patch")]),
      MockModel.response([MockModel.execCommand({ cmd: "touch made", escalate: "it has to leave the sandbox" })]),
      MockModel.reply("That was all.")
    )
    yield* Effect.provide(program(workspace), layer)
    const made = yield* fs.readDirectory(workspace)
    yield* Console.log(`there now: ${made.sort().join(", ")}`)
  }
})

const home = Layer.unwrap(
  Effect.map(MockModel.MockModel, (model) => CodexHome.layerTemporary({ configToml: model.configToml() }))
)

Console.error("Using the embedded model (no account needed), whatever is set.").pipe(
  Effect.andThen(main),
  Effect.scoped,
  Effect.provide(home),
  Effect.provide(MockModel.layer()),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
