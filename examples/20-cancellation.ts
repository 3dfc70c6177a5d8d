/**
 * Stops turns: interrupting an effect interrupts its turn on the server. Shows a race, a timeout, a stream that is
 * closed early, and Ctrl-C.
 *
 * Run with: npm run example -- 20            (ends on its own)
 *           npm run example -- 20 --wait     (until Ctrl-C)
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Option, Stream } from "effect"
import { Codex, Printable, Turn } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Script from "./support/script.ts"
import * as Setup from "./support/setup.ts"

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex

  // #region race
  const ask = (question: string) =>
    Effect.gen(function* () {
      const thread = yield* codex.startThread()
      const result = yield* thread.run(question)
      return Option.getOrElse(result.finalResponse, () => "(no answer)")
    })
  // The first answer wins. The other turn is interrupted.
  const first = yield* Effect.raceFirst(ask("Think for ever."), ask("Answer at once."))
  // #endregion
  yield* Console.log(`race: ${Printable.text(first)}`)

  const thread = yield* codex.startThread()

  // #region timeout
  // The turn is interrupted, and the timeout returns when the turn has ended.
  const late = yield* thread.run("Think for ever.").pipe(Effect.timeoutOption("500 millis"))
  // The same as a limit of the turn, which keeps what was collected.
  const limited = yield* thread.run("Think for ever.", { maxDuration: "500 millis" }).pipe(
    Effect.map((result) => result.status),
    Effect.catchTag("TurnTimedOut", ({ result }) =>
      Effect.succeed(`timed out, with ${result.id === "" ? "nothing" : "a result"}`)
    )
  )
  // #endregion
  yield* Console.log(`timeout: ${Option.isNone(late) ? "no answer" : "an answer"}`)
  yield* Console.log(`limit: ${limited}`)

  // #region stream
  // Closing a stream early interrupts its turn.
  const words = yield* thread.stream("Think for ever.").pipe(Turn.textDeltas, Stream.take(1), Stream.mkString)
  // #endregion
  yield* Console.log(`stream: ${Printable.text(words)}`)

  // The thread can be used after each of these.
  const after = yield* thread.run("Answer at once.")
  yield* Console.log(`after: ${Printable.text(Option.getOrElse(after.finalResponse, () => "(no answer)"))}`)

  // `runMain` turns Ctrl-C into an interruption. The turn is interrupted, and the Codex process is stopped.
  if (process.argv.includes("--wait")) {
    yield* Console.log("waiting for Ctrl-C")
    yield* thread.run("Think for ever.").pipe(Effect.onInterrupt(() => Console.log("interrupted, cleanly")))
  }
})

program.pipe(
  Effect.provide(
    Setup.layer({
      fallback: (request) =>
        request.lastUserText === "Think for ever." ? Script.endless("Hm") : MockModel.reply("Here you are.")
    })
  ),
  NodeRuntime.runMain
)
