/**
 * Asks about an image that the program has in memory, sent as a data URL with the text.
 *
 * Run with: npm run example -- 07
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Option } from "effect"
import { Codex, Input, Printable } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import { redSquareBase64 } from "./support/image.ts"
import * as Setup from "./support/setup.ts"

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  // #region input
  const result = yield* thread.run([
    Input.text("Which colour is this?"),
    Input.image(`data:image/png;base64,${redSquareBase64}`)
  ])
  // #endregion
  yield* Console.log(Printable.text(Option.getOrElse(result.finalResponse, () => "(no answer)")))

  // Network addresses are rejected before anything is sent. Fetch the image and pass its data.
  yield* thread
    .run(Input.image("https://example.com/image.png"))
    .pipe(Effect.catchReason("CodexError", "InvalidInput", (reason) => Console.log(`refused: ${reason.message}`)))
})

program.pipe(
  Effect.provide(
    Setup.layer({ fallback: (request) => MockModel.reply(`Red. I was shown ${request.images().length} image.`) })
  ),
  NodeRuntime.runMain
)
