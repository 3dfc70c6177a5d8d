/**
 * Follows a turn as it happens, then uses the helpers for text. `switch` on the method of an event narrows its
 * params.
 *
 * Run with: npm run example -- 03
 */
import { NodeRuntime, NodeStdio } from "@effect/platform-node"
import { Console, Effect, Stdio, Stream } from "effect"
import { Codex, Printable, Turn } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Script from "./support/script.ts"
import * as Setup from "./support/setup.ts"

// #region events
/** Shows an event. */
const show = (event: Turn.TurnEvent) => {
  switch (event.method) {
    case "turn/started":
      return Console.log("turn started")
    case "item/started":
      return Console.log(`+ ${event.params.item.type}`)
    case "item/agentMessage/delta":
      return Console.log(`  "${Printable.text(event.params.delta)}"`)
    case "item/completed":
      return Console.log(`✓ ${event.params.item.type}`)
    case "error":
      return Console.log(event.params.willRetry ? "the server tries again" : Printable.line(event.params.error.message))
    case "turn/completed":
      return Console.log(`turn ${event.params.turn.status}`)
    default:
      // Methods of a newer server have the method "~unknown" here, with the raw message.
      return Effect.void
  }
}
// #endregion

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()

  // Nothing is sent until the stream runs. Closing it early interrupts the turn.
  yield* thread.stream("Explain streams in one sentence.").pipe(Stream.runForEach(show))

  // #region text
  // Only the text, as it is produced.
  const stdio = yield* Stdio.Stdio
  yield* thread
    .stream("And once more, please.")
    .pipe(Turn.textDeltas, Stream.map(Printable.text), Stream.run(stdio.stdout()))
  // #endregion
  yield* Console.log("")
})

program.pipe(
  Effect.provide(
    Setup.layer(
      Script.inOrder(
        MockModel.response([
          MockModel.reasoning("thinking"),
          MockModel.message("Values over time.", { deltas: ["Values ", "over ", "time."] })
        ]),
        MockModel.deltas(["Again: values ", "over time."])
      )
    )
  ),
  Effect.provide(NodeStdio.layer),
  NodeRuntime.runMain
)
