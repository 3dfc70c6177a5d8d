/**
 * Chooses the Codex that an example uses, and says on stderr which one. Not part of what the examples show:
 *
 * - by default an embedded model on loopback, so that no account is needed and nothing leaves the machine;
 * - with `OPENAI_API_KEY` set, OpenAI, in a temporary home that is deleted at the end; with `OPENAI_BASE_URL` too,
 *   that model provider;
 * - with `--home`, your own Codex home and login.
 */
import { NodeServices } from "@effect/platform-node"
import { Config, Console, Effect, Layer, Option, type Redacted } from "effect"
import { Codex, CodexHome } from "effect-codex"
import { CodexTest, type MockModel } from "effect-codex/testing"

/**
 * A Codex for the example. With the embedded model, `model` answers, and `config` is added to the home's
 * `config.toml`.
 */
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

/** Says every second that `what` still takes time, so that the wait is explained. */
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

/** Reads what the user has chosen, and shows it with the host, before anything is started or sent. */
export const choice: Effect.Effect<Choice, Config.ConfigError> = Effect.gen(function* () {
  if (process.argv.includes("--home")) {
    yield* Console.error("Using your own Codex home, with the login and the model host that it has.")
    return { _tag: "Home" }
  }
  // A variable that is set to an empty string counts as not set.
  const key = yield* Config.option(Config.Redacted("OPENAI_API_KEY"))
  if (Option.isSome(key)) {
    const baseUrl = yield* Config.option(Config.URL("OPENAI_BASE_URL"))
    const host = Option.match(baseUrl, { onNone: () => "api.openai.com", onSome: ({ host }) => host })
    yield* Console.error(`Using OPENAI_API_KEY with the models of ${host}, in a temporary Codex home.`)
    return { _tag: "ApiKey", key: key.value, baseUrl }
  }
  yield* Console.error(
    "Using the embedded model (no account needed): set OPENAI_API_KEY or pass --home for the real one."
  )
  return { _tag: "Embedded" }
})

/** The user's own home. */
export const home = Codex.layer().pipe(Layer.provide(NodeServices.layer))

/** A temporary home without a login, which is deleted at the end. */
export const temporary = (baseUrl: Option.Option<URL>) =>
  CodexHome.layerWith((options) =>
    Codex.layer({
      ...options,
      // The server gets the key by a login. The commands that it runs do not need it.
      env: { ...options.env, OPENAI_API_KEY: undefined },
      // The server itself does not read this variable.
      config: Option.match(baseUrl, { onNone: () => ({}), onSome: ({ href }) => ({ openai_base_url: href }) })
    })
  ).pipe(Layer.provide(CodexHome.layerTemporary()), Layer.provide(NodeServices.layer))

const loggedIn = (key: Redacted.Redacted<string>, baseUrl: Option.Option<URL>) =>
  Layer.effectDiscard(Effect.flatMap(Codex.Codex, (codex) => codex.loginApiKey(key))).pipe(
    Layer.provideMerge(temporary(baseUrl))
  )
