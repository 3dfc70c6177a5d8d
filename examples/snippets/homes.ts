/**
 * Two Codex homes in one program. The code of `docs/how-to-production.md`.
 *
 * Run with: npm run example -- snippets/homes
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Context, Effect, Layer } from "effect"
import { Codex } from "effect-codex"
import { CodexTest, MockModel } from "effect-codex/testing"

// #region homes
class Work extends Context.Service<Work, Codex.Codex>()("my-service/Work") {}
class Private extends Context.Service<Private, Codex.Codex>()("my-service/Private") {}

const homes = (work: Codex.Options, personal: Codex.Options) =>
  Layer.merge(
    Layer.effect(Work, Codex.Codex).pipe(Layer.provide(Codex.layer(work))),
    Layer.effect(Private, Codex.Codex).pipe(Layer.provide(Codex.layer(personal)))
  )
// #endregion

const twoHomes = Effect.gen(function* () {
  const work = yield* Work
  const personal = yield* Private
  yield* Console.log(`two homes: ${work.metadata.codexHome !== personal.metadata.codexHome}`)
})

const main = Effect.gen(function* () {
  yield* Console.error("Using the embedded model (no account needed), whatever is set.")
  const model = yield* MockModel.MockModel
  const work = yield* CodexTest.makeHome(model.configToml())
  const personal = yield* CodexTest.makeHome(model.configToml())
  yield* Effect.provide(
    twoHomes,
    homes(
      { codexHome: work.codexHome, env: work.env, inheritEnv: false },
      { codexHome: personal.codexHome, env: personal.env, inheritEnv: false }
    )
  )
})

main.pipe(
  Effect.scoped,
  Effect.provide(MockModel.layer({ fallback: () => MockModel.reply("Hello.") })),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
