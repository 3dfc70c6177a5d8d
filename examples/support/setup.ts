/**
 * Which Codex an example talks to. Not part of what the examples show:
 *
 * - by default an embedded model on loopback, so that no account is needed and nothing leaves the machine;
 * - with `OPENAI_API_KEY` set, OpenAI, in a temporary home that vanishes at the end;
 * - with `--home`, the user's own Codex home and login.
 */
import { NodeServices } from "@effect/platform-node"
import { Config, Console, Effect, Layer, Option, type Redacted } from "effect"
import { Codex, CodexHome } from "effect-codex"
import { CodexTest, type MockModel } from "effect-codex/testing"

/** A Codex for the example. Where the embedded model is used, `model` answers, and `config` goes into the home's `config.toml`. */
export const layer = (model: MockModel.Options, config?: MockModel.ConfigOptions) =>
  Layer.effectContext(
    Effect.flatMap(choose(model, config), (chosen) => withProgress("Codex is starting")(Layer.build(chosen)))
  )

/** Says every second that `what` still takes, so that nobody wonders. */
export const withProgress =
  (what: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    let seconds = 0
    const tick = Effect.andThen(
      Effect.sleep("1 second"),
      Effect.suspend(() => Console.error(`… ${what} (${++seconds} s)`))
    )
    return Effect.raceFirst(effect, Effect.forever(tick))
  }

const choose = Effect.fnUntraced(function* (model: MockModel.Options, config: MockModel.ConfigOptions | undefined) {
  if (process.argv.includes("--home")) {
    yield* Console.log("Using your own Codex home and login.")
    return Codex.layer().pipe(Layer.provide(NodeServices.layer))
  }
  const key = yield* Config.option(Config.Redacted("OPENAI_API_KEY"))
  if (Option.isSome(key)) {
    yield* Console.log("Using OPENAI_API_KEY, in a temporary Codex home.")
    return withApiKey(key.value)
  }
  yield* Console.log(
    "Using the embedded model (no account needed): set OPENAI_API_KEY or pass --home for the real one."
  )
  return CodexTest.layer({ model, config })
})

const withApiKey = (key: Redacted.Redacted<string>) =>
  Layer.effectDiscard(Effect.flatMap(Codex.Codex, (codex) => codex.loginApiKey(key))).pipe(
    Layer.provideMerge(
      CodexHome.with(CodexHome.temporary(), (options) =>
        // The server has it from the login; the commands that it runs needn't.
        Codex.layer({ ...options, env: { ...options.env, OPENAI_API_KEY: undefined } })
      )
    ),
    Layer.provide(NodeServices.layer)
  )
