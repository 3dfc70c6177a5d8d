/**
 * Logs in with a browser, with a device code, and with an API key after a turn was rejected. The first browser login
 * is cancelled. Also shows the account, and how much of the plan is used.
 *
 * Run with: npm run example -- 15                      (an issuer on loopback with a simulated "browser")
 *           OPENAI_API_KEY=… npm run example -- 15     (OpenAI's issuer and your browser, in a temporary home)
 *           npm run example -- 15 --home               (your own home: shows who is logged in, and changes nothing)
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { ConfigProvider, Console, Effect, Layer, Option, Stream } from "effect"
import { Account, Codex, Printable } from "effect-codex"
import { LoginIssuer, MockModel } from "effect-codex/testing"
import * as Setup from "./support/setup.ts"

const describe = (account: { readonly type: string }) =>
  "planType" in account ? `${account.type}, plan ${String(account.planType)}` : account.type

/** A login attempt is a scoped handle. You can cancel it, and closing the scope also cancels it. */
const cancelled = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const login = yield* codex.loginChatgpt({ timeout: "5 minutes" })
  yield* Console.log(`cancel: ${yield* login.cancel}`)
  yield* login.wait.pipe(
    Effect.catchReason("LoginFailed", "Cancelled", ({ message }) => Console.log(`wait: ${message}`))
  )
}).pipe(Effect.scoped)

/** Runs the whole flow: opens the page, waits, and returns the account. */
const browser = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const account = yield* Account.loginWith()
  yield* Console.log(`browser: logged in with ${describe(account)}`)
  const { rateLimits } = yield* codex.rateLimits
  yield* Console.log(`${rateLimits.primary?.usedPercent ?? 0} % of the plan is used`)
  yield* codex.logout
})

/** The same for a terminal, as a stream of steps to show. */
const deviceCode = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  yield* Account.deviceCodeLogin().pipe(
    Stream.runForEach((step) =>
      step._tag === "Code"
        ? Console.log(`device code: open ${step.verificationUrl} and enter ${step.userCode}`)
        : Console.log(`device code: logged in with ${describe(step.account)}`)
    )
  )
  yield* codex.logout
})

/** If a turn fails because there is no login, log in and run it again. */
const recovered = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  const hello = thread.run("Say hello in one sentence.")
  const result = yield* hello.pipe(
    Effect.catchReason("TurnFailed", "Unauthorized", () =>
      Console.log("The turn needs a login").pipe(
        // Reads OPENAI_API_KEY from the configuration of the program.
        Effect.andThen(codex.ensureLoggedIn(Account.withApiKey())),
        Effect.andThen(hello)
      )
    )
  )
  yield* Console.log(Printable.text(Option.getOrElse(result.finalResponse, () => "(no answer)")))
  yield* codex.logout
})

const shown = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const { account } = yield* codex.account()
  yield* Console.log(account === null || account === undefined ? "not logged in" : describe(account))
})

const program = Effect.gen(function* () {
  yield* shown
  yield* cancelled
  yield* browser
  yield* deviceCode
  yield* recovered
})

// The rest of the file chooses the Codex, the issuer and the browser. It is not part of what the example shows.

/** Answers only if the request has a login. */
const model = (request: MockModel.ModelRequest) =>
  request.header("authorization") === undefined
    ? MockModel.status(401, { error: { message: "Unauthorized" } })
    : MockModel.reply("Hello from the embedded model.")

const offline = Layer.mergeAll(
  Layer.effect(
    Account.Browser,
    Effect.map(LoginIssuer.LoginIssuer, ({ visit }) => ({ open: (url) => Effect.ignore(visit(url)) }))
  ),
  ConfigProvider.layer(ConfigProvider.fromEnv({ env: { OPENAI_API_KEY: "sk-example" } }))
).pipe(Layer.provideMerge(LoginIssuer.layerCodex({ model: { fallback: model } })))

const main = Effect.flatMap(Setup.choice, (choice) => {
  switch (choice._tag) {
    case "Home":
      return Effect.provide(shown, Setup.home)
    case "ApiKey":
      return Effect.provide(
        program,
        Layer.merge(Setup.temporary(choice.baseUrl), Account.layerBrowser.pipe(Layer.provide(NodeServices.layer)))
      )
    case "Embedded":
      return Effect.provide(program, offline)
  }
})

NodeRuntime.runMain(main)
