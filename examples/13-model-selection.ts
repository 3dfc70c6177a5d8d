/**
 * Chooses a model and the highest effort that it supports, and runs a turn with both.
 *
 * Run with: npm run example -- 13
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Option, Stream } from "effect"
import { Codex, Printable } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Setup from "./support/setup.ts"

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex

  // #region choose
  // The first model that is shown to users. The server lists them in its order of preference.
  const model = yield* codex.models().pipe(Stream.runHead, Effect.map(Option.getOrThrow))
  // From the lowest to the highest.
  const effort = model.supportedReasoningEfforts.at(-1)?.reasoningEffort ?? model.defaultReasoningEffort
  // #endregion
  yield* Console.log(`chosen: ${model.id}, effort ${String(effort)}`)

  const thread = yield* codex.startThread({ model: model.model })
  const result = yield* thread.run("Say which model you are.", { effort })
  yield* Console.log(Printable.text(Option.getOrElse(result.finalResponse, () => "(no answer)")))

  // Both stay in force for later turns, until another turn sets them.
  const later = yield* thread.run("And now?")
  yield* Console.log(Printable.text(Option.getOrElse(later.finalResponse, () => "(no answer)")))
})

program.pipe(
  Effect.provide(Setup.layer({ fallback: (request) => MockModel.reply(`I am asked as ${request.model ?? "?"}.`) })),
  NodeRuntime.runMain
)
