/**
 * Shows which server responds, and the models that it offers.
 *
 * Run with: npm run example -- 04
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Stream } from "effect"
import { Codex, Protocol } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Setup from "./support/setup.ts"

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const { name, platformOs, version } = codex.metadata
  yield* Console.log(`server: ${name} ${version} on ${platformOs}`)
  yield* Console.log(`as pinned: ${version === Protocol.codexVersion}`)

  // Pages are requested only as they are consumed.
  const models = yield* codex.models({ pageSize: 2 }).pipe(Stream.take(5), Stream.runCollect)
  for (const model of models) {
    const efforts = model.supportedReasoningEfforts.map(({ reasoningEffort }) => reasoningEffort)
    yield* Console.log(`model: ${model.id}${model.isDefault ? " (default)" : ""}: ${efforts.join(", ")}`)
  }

  // Including models that are hidden from users.
  const all = yield* codex.models({ includeHidden: true }).pipe(Stream.runCount)
  yield* Console.log(`${all} models in all, hidden ones included`)
})

program.pipe(
  Effect.provide(Setup.layer({ fallback: () => MockModel.reply("not asked in this example") })),
  NodeRuntime.runMain
)
