/**
 * Logs in: in a browser, with a cancelled attempt before it; with a device code; and with an API key when a turn is refused. Shows the account
 * and how much of the plan is used.
 *
 * Run with: node --conditions=effect-codex/source examples/15-login-and-account.ts
 *             (an issuer on loopback and an embedded model: no account needed; the "browser" follows the redirects by itself)
 *           … --real            (OpenAI's issuer and your browser, in a temporary home that vanishes at the end)
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Config, Console, Effect, Layer, Option, Redacted, Stream } from "effect"
import { Account, Browser, Codex, type CodexClient, CodexHome } from "effect-codex"
import { LoginIssuer, MockModel } from "effect-codex/testing"

const real = process.argv.includes("--real")

const describe = (account: { readonly type: string }) =>
  "planType" in account ? `${account.type}, plan ${String(account.planType)}` : account.type

/** An attempt is a handle in a scope: it can be cancelled, and leaving the scope cancels it, too. */
const cancelled = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const login = yield* codex.loginChatgpt({ limit: "5 minutes" })
  yield* Console.log(`cancel: ${yield* login.cancel}`)
  yield* login.wait.pipe(
    Effect.catchReason("LoginFailed", "Cancelled", ({ message }) => Console.log(`wait: ${message}`))
  )
}).pipe(Effect.scoped)

/** The whole flow: opens the page, waits, and gives the account. */
const browser = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const account = yield* Account.loginWith()
  yield* Console.log(`browser: logged in with ${describe(account)}`)
  const { rateLimits } = yield* codex.rateLimits
  yield* Console.log(`${rateLimits.primary?.usedPercent ?? 0} % of the plan is used`)
  yield* codex.logout
})

/** The same for a terminal: a stream of what to show. */
const deviceCode = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  yield* Account.deviceCodeLogin().pipe(
    Stream.runForEach((step) =>
      step._tag === "Code"
        ? Console.log(`device code: open ${real ? step.verificationUrl : "the page"} and enter ${step.userCode}`)
        : Console.log(`device code: logged in with ${describe(step.account)}`)
    )
  )
  yield* codex.logout
})

/** A turn that is refused for lack of a login: log in, and run it again. */
const recovered = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  const hello = thread.run("Say hello in one sentence.")
  const result = yield* hello.pipe(
    Effect.catchReason("TurnFailed", "Unauthorized", () =>
      Console.log("The turn needs a login").pipe(
        Effect.andThen(codex.ensureLoggedIn(Account.withApiKey(apiKey))),
        Effect.andThen(hello)
      )
    )
  )
  yield* Console.log(Option.getOrElse(result.finalResponse, () => "(no answer)"))
  yield* codex.logout
})

const apiKey = real ? Config.Redacted("OPENAI_API_KEY") : Config.succeed(Redacted.make("sk-example"))

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const { account } = yield* codex.account()
  yield* Console.log(account === null || account === undefined ? "Nobody is logged in" : describe(account))
  yield* cancelled
  yield* browser
  yield* deviceCode
  yield* recovered
})

// Which Codex, which issuer and which browser: the rest of the file is not part of what is shown.

/** Answers those who are logged in. */
const model = (request: MockModel.ModelRequest) =>
  request.header("authorization") === undefined
    ? MockModel.status(401, { error: { message: "Unauthorized" } })
    : MockModel.reply("Hello from the embedded model.")

const offline = Layer.effect(
  Browser.Browser,
  Effect.map(LoginIssuer.LoginIssuer, ({ visit }) => ({ open: (url) => Effect.ignore(visit(url)) }))
).pipe(Layer.provideMerge(LoginIssuer.layerCodex({ model: { fallback: model } })))

const online = Layer.merge(CodexHome.with(CodexHome.temporary(), Codex.layer), Browser.layer).pipe(
  Layer.provide(NodeServices.layer)
)

const environment: Layer.Layer<Codex.Codex | CodexClient.CodexClient | Browser.Browser, unknown> = real
  ? online
  : offline

program.pipe(Effect.provide(environment), NodeRuntime.runMain)
