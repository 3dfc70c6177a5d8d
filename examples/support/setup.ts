/**
 * Which Codex an example talks to. Not part of what the examples show:
 *
 * - by default an embedded model on loopback, so that no account is needed and nothing leaves the machine;
 * - with `OPENAI_API_KEY` set, OpenAI, in a temporary home that vanishes at the end;
 * - with `--home`, the user's own Codex home and login.
 */
import { NodeServices } from "@effect/platform-node"
import { Config, Console, Effect, Fiber, Layer, Option, Redacted, Stream } from "effect"
import { Codex } from "effect-codex"
import { CodexTest, type MockModel } from "effect-codex/testing"

/** A Codex for the example. `model` answers where the embedded model is used. */
export const layer = (model: MockModel.Options) =>
  Layer.effectContext(Effect.flatMap(choose(model), (chosen) => withProgress("Codex is starting")(Layer.build(chosen))))

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

const choose = Effect.fnUntraced(function* (model: MockModel.Options) {
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
  return CodexTest.layer({ model })
})

const withApiKey = (key: Redacted.Redacted<string>) =>
  Layer.unwrap(
    Effect.map(CodexTest.makeHome(""), (home) => {
      const codex = Codex.layer({ codexHome: home.codexHome, env: { OPENAI_API_KEY: undefined } })
      return Layer.effectDiscard(login(key)).pipe(Layer.provideMerge(codex))
    })
  ).pipe(Layer.provide(NodeServices.layer))

const login = Effect.fnUntraced(function* (key: Redacted.Redacted<string>) {
  const codex = yield* Codex.Codex
  const done = yield* codex.notifications.pipe(
    Stream.filter((notification) => notification.method === "account/login/completed"),
    Stream.runHead,
    Effect.forkChild({ startImmediately: true })
  )
  yield* codex.request("account/login/start", { type: "apiKey", apiKey: Redacted.value(key) })
  yield* Fiber.join(done)
})
