/**
 * Asks about an image file, which the server reads.
 *
 * Run with: npm run example -- 08
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, FileSystem, Option, Path } from "effect"
import { Codex, Input, Printable } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import { redSquare } from "./support/image.ts"
import * as Setup from "./support/setup.ts"

const program = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = yield* fs.makeTempDirectoryScoped()
  const file = path.join(folder, "square.png")
  yield* fs.writeFile(file, redSquare)

  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread({ cwd: folder })
  // A relative path starts at the thread's working folder.
  const result = yield* thread.run([Input.text("Which colour is this?"), Input.localImage("square.png")])
  yield* Console.log(Printable.text(Option.getOrElse(result.finalResponse, () => "(no answer)")))

  // A file that is missing or not an image fails before anything is sent.
  yield* thread
    .run(Input.localImage("missing.png"))
    .pipe(Effect.catchReason("CodexError", "InvalidInput", () => Console.log("refused: there is no such file")))
}).pipe(Effect.scoped)

program.pipe(
  Effect.provide(
    Setup.layer({ fallback: (request) => MockModel.reply(`Red. I was shown ${request.images().length} image.`) })
  ),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
