/**
 * Starts a turn, gets its handle immediately, waits for the result, and inspects its content.
 *
 * Run with: npm run example -- 02
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Duration, Effect, Option } from "effect"
import { Codex, Printable } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Setup from "./support/setup.ts"

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  const turn = yield* thread.turn("Give three benefits of test-driven development.")
  // The turn now runs on its own, whether or not the program waits for it.
  yield* Console.log(`turn ${turn.id}`)

  // A turn that fails causes an error that holds everything collected so far.
  const result = yield* turn.result.pipe(
    Effect.catchTag("TurnFailed", (failure) => Effect.succeed(failure.result)),
    Setup.withProgress("the model is working")
  )

  yield* Console.log(`same turn: ${result.id === turn.id}`)
  yield* Console.log(`status: ${result.status}`)
  yield* Option.match(result.error, {
    onNone: () => Console.log("error: none"),
    onSome: (error) => Console.log(`error: ${Printable.line(error.message)}`)
  })
  yield* Console.log(`answer: ${Printable.text(Option.getOrElse(result.finalResponse, () => "(none)"))}`)
  yield* Console.log(`items: ${result.items.map((item) => item.type).join(", ")}`)
  yield* Console.log(`took: ${Option.match(result.duration, { onNone: () => "?", onSome: Duration.format })}`)

  // You can run `result` again. It returns the same value.
  const again = yield* turn.result
  yield* Console.log(`memoised: ${again === result}`)
})

program.pipe(
  Effect.provide(
    Setup.layer({ fallback: () => MockModel.reply("Fewer regressions, clearer design, safer refactoring.") })
  ),
  NodeRuntime.runMain
)
