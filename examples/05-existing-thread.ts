/**
 * Goes on with a thread that was kept, by its id; and with one that may be there or not.
 *
 * Run with: npm run example -- 05
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Option } from "effect"
import { Codex, Printable } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Script from "./support/script.ts"
import * as Setup from "./support/setup.ts"

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const first = yield* codex.startThread()
  yield* first.run("Remember the number 42.")

  // Later, perhaps in another program: the id is all that has to be kept.
  const resumed = yield* codex.resumeThread(first.id)
  const result = yield* resumed.run("Which number was it?")
  yield* Console.log(`same thread: ${resumed.id === first.id}`)
  yield* Console.log(Printable.text(Option.getOrElse(result.finalResponse, () => "(no answer)")))

  // An id that may be of no use any more, or no id at all: a new thread takes its place. Every other failure stays one.
  const gone = "00000000-0000-7000-8000-000000000000"
  const other = yield* codex.resumeOrStart(gone)
  yield* Console.log(`a new one: ${other.id !== gone}`)

  // Without a fallback, the reason can be told apart.
  yield* codex.resumeThread(gone).pipe(
    Effect.catchReasons("CodexError", {
      RolloutNotFound: () => Console.log("nothing was kept under that id"),
      ThreadArchived: () => Console.log("it is in the archive: codex.unarchiveThread"),
      ActiveWriter: () => Console.log("another process has it open: codex.forkThread")
    })
  )
})

program.pipe(
  Effect.provide(Setup.layer(Script.inOrder(MockModel.reply("I will."), MockModel.reply("It was 42.")))),
  NodeRuntime.runMain
)
