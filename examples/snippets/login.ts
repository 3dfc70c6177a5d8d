/**
 * Logs in with a device code, and with an API key when a turn needs it. The code of `docs/how-to-login.md`. For
 * logins in a browser, see `15-login-and-account.ts`.
 *
 * Run with: npm run example -- snippets/login
 */
import { NodeRuntime } from "@effect/platform-node"
import { ConfigProvider, Console, Effect, Option } from "effect"
import { Account, Codex, Printable } from "effect-codex"
import { LoginIssuer, MockModel } from "effect-codex/testing"

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex

  // #region code
  // Does nothing if an account is already logged in.
  const account = yield* codex.ensureLoggedIn(
    Account.withDeviceCode(({ userCode, verificationUrl }) =>
      Console.log(`Open ${verificationUrl} and enter ${userCode}`)
    )
  )
  // #endregion
  yield* Console.log(`logged in with ${account.type}`)

  // #region logout
  yield* codex.logout
  // #endregion

  // #region unauthorized
  const thread = yield* codex.startThread()
  const hello = thread.run("Say hello.")
  const result = yield* hello.pipe(
    Effect.catchReason("TurnFailed", "Unauthorized", () =>
      // Reads OPENAI_API_KEY from the configuration of the program.
      Effect.andThen(codex.ensureLoggedIn(Account.withApiKey()), hello)
    )
  )
  // #endregion
  yield* Console.log(Printable.text(Option.getOrElse(result.finalResponse, () => "(no answer)")))

  // #region who
  const { account: now } = yield* codex.account()
  yield* Console.log(now === null || now === undefined ? "not logged in" : now.type)
  // #endregion
})

program.pipe(
  Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: { OPENAI_API_KEY: "sk-example" } }))),
  Effect.provide(
    LoginIssuer.layerCodex({
      model: {
        fallback: (request) =>
          request.header("authorization") === undefined
            ? MockModel.status(401, { error: { message: "Unauthorized" } })
            : MockModel.reply("Hello.")
      }
    })
  ),
  NodeRuntime.runMain
)
