/**
 * Starts Codex, runs one turn, and prints the answer, the number of items and the tokens that it used.
 *
 * Run with: npm start                       (an embedded model, no account needed)
 *           OPENAI_API_KEY=… npm start      (OpenAI)
 *           npm start -- --home             (your own Codex home and login)
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Option } from "effect"
import { Codex, Printable, retryOnOverload } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Setup from "./support/setup.ts"

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  const result = yield* thread
    .run("Say hello in one sentence.", { maxDuration: "2 minutes" })
    .pipe(Effect.retry(retryOnOverload), Setup.withProgress("the model is working"))

  yield* Console.log(Printable.text(Option.getOrElse(result.finalResponse, () => "(no answer)")))
  yield* Console.log(`${result.items.length} items`)
  yield* Option.match(result.usage, {
    onNone: () => Console.log("The server told no token usage."),
    onSome: ({ total }) =>
      Console.log(`${total.totalTokens} tokens: ${total.inputTokens} in, ${total.outputTokens} out`)
  })
})

program.pipe(
  Effect.provide(Setup.layer({ fallback: () => MockModel.reply("Hello from the embedded model.") })),
  NodeRuntime.runMain
)
