/**
 * Steers a turn while it runs, interrupts another, and sends input whether or not a turn runs.
 *
 * Run with: npm run example -- 14
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Fiber, Option, Stream } from "effect"
import { Codex, Printable, Turn } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Script from "./support/script.ts"
import * as Setup from "./support/setup.ts"

/** Waits until the turn has produced some text. */
const firstWords = (turn: Turn.Turn) => Stream.runHead(Turn.textDeltas(turn.events))

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()

  // #region steer
  const steered = yield* thread.turn("Write a long poem about the sea.")
  const events = yield* Effect.forkChild(Stream.runCount(steered.events))
  yield* firstWords(steered)
  yield* steered.steer("Rather a short one, about mountains.").pipe(
    // The turn had ended before the input arrived.
    Effect.catchReason("CodexError", "NoActiveTurn", () => Effect.void)
  )
  const { finalResponse } = yield* steered.result
  // #endregion
  yield* Console.log(`steered: ${Printable.text(Option.getOrElse(finalResponse, () => "(no answer)"))}`)
  yield* Console.log(`events were counted meanwhile: ${(yield* Fiber.join(events)) > 3}`)

  // #region interrupt
  const interrupted = yield* thread.turn("Count to a million.")
  yield* firstWords(interrupted)
  const { ended } = yield* interrupted.interrupt({ terminals: "ofTurn" })
  const outcome = yield* interrupted.result.pipe(
    Effect.map((result) => result.status),
    Effect.catchTag("TurnInterrupted", ({ result }) => Effect.succeed(result.status))
  )
  // #endregion
  yield* Console.log(`ended: ${ended}, ${outcome}`)

  // #region send
  // Steers the running turn, or starts one if there is none.
  const sent = yield* thread.send("What did you get to?")
  const answer = yield* sent.result
  // #endregion
  yield* Console.log(`sent: ${Printable.text(Option.getOrElse(answer.finalResponse, () => "(no answer)"))}`)
})

program.pipe(
  Effect.provide(
    Setup.layer(
      Script.inOrder(
        Script.endless("The sea"),
        MockModel.reply("Mountains, high and still."),
        Script.endless("1, 2, 3"),
        MockModel.reply("To three.")
      )
    )
  ),
  NodeRuntime.runMain
)
