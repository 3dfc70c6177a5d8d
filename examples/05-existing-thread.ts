/**
 * Resumes a saved thread by its id, and one that may not exist.
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

  // Later, perhaps in another program: you only have to store the id.
  const resumed = yield* codex.resumeThread(first.id)
  const result = yield* resumed.run("Which number was it?")
  yield* Console.log(`same thread: ${resumed.id === first.id}`)
  yield* Console.log(Printable.text(Option.getOrElse(result.finalResponse, () => "(no answer)")))

  // If the id is no longer valid or is missing, a new thread is started. Every other failure remains a failure.
  const gone = "00000000-0000-7000-8000-000000000000"
  const other = yield* codex.resumeOrStart(gone)
  yield* Console.log(`a new one: ${other.id !== gone}`)

  // Without a fallback, the error has the reason.
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
