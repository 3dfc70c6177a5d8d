/**
 * Which Codex an example talks to. Not part of what the examples show:
 *
 * - by default an embedded model on loopback, so that no account is needed and nothing leaves the machine;
 * - with `OPENAI_API_KEY` set, OpenAI, in a temporary home that vanishes at the end; with `OPENAI_BASE_URL` as well, the host that it names;
 * - with `--home`, the user's own Codex home and login.
 */
import { NodeServices } from "@effect/platform-node"
import { Config, Console, Effect, Layer, Option, type Redacted } from "effect"
import { Codex, CodexHome } from "effect-codex"
import { CodexTest, type MockModel } from "effect-codex/testing"

/** A Codex for the example. Where the embedded model is used, `model` answers, and `config` goes into the home's `config.toml`. */
export const layer = (model: MockModel.Options, config?: MockModel.ConfigOptions) =>
  Layer.effectContext(
    Effect.flatMap(choice, (choice) =>
      withProgress("Codex is starting")(
        Layer.build(
          choice._tag === "Home"
            ? home
            : choice._tag === "ApiKey"
              ? loggedIn(choice.key, choice.baseUrl)
              : CodexTest.layer({ model, config })
        )
      )
    )
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

export type Choice =
  | { readonly _tag: "Home" }
  | {
      readonly _tag: "ApiKey"
      readonly key: Redacted.Redacted<string>
      readonly baseUrl: Option.Option<URL>
    }
  | { readonly _tag: "Embedded" }

/** What the user has chosen. Says so, with the host, before anything is started or sent. */
export const choice: Effect.Effect<Choice, Config.ConfigError> = Effect.gen(function* () {
  if (process.argv.includes("--home")) {
    yield* Console.log("Using your own Codex home, with the login and the model host that it has.")
    return { _tag: "Home" }
  }
  // A variable that is set to nothing isn't set.
  const key = yield* Config.option(Config.Redacted("OPENAI_API_KEY"))
  if (Option.isSome(key)) {
    const baseUrl = yield* Config.option(Config.URL("OPENAI_BASE_URL"))
    const host = Option.match(baseUrl, { onNone: () => "api.openai.com", onSome: ({ host }) => host })
    yield* Console.log(`Using OPENAI_API_KEY with the models of ${host}, in a temporary Codex home.`)
    return { _tag: "ApiKey", key: key.value, baseUrl }
  }
  yield* Console.log(
    "Using the embedded model (no account needed): set OPENAI_API_KEY or pass --home for the real one."
  )
  return { _tag: "Embedded" }
})

/** The user's own home. */
export const home = Codex.layer().pipe(Layer.provide(NodeServices.layer))

/** A home that vanishes at the end, in which nobody is logged in. */
export const temporary = (baseUrl: Option.Option<URL>) =>
  CodexHome.with(CodexHome.temporary(), (options) =>
    Codex.layer({
      ...options,
      // The server gets the key by a login; the commands that it runs needn't have it.
      env: { ...options.env, OPENAI_API_KEY: undefined },
      // The server itself doesn't look at the variable.
      config: Option.match(baseUrl, { onNone: () => ({}), onSome: ({ href }) => ({ openai_base_url: href }) })
    })
  ).pipe(Layer.provide(NodeServices.layer))

const loggedIn = (key: Redacted.Redacted<string>, baseUrl: Option.Option<URL>) =>
  Layer.effectDiscard(Effect.flatMap(Codex.Codex, (codex) => codex.loginApiKey(key))).pipe(
    Layer.provideMerge(temporary(baseUrl))
  )
