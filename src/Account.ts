/**
 * Logins and the account.
 *
 * The module has the handles, policies and errors of a login, and complete flows for a browser and for a terminal.
 *
 * The methods are on `Codex`: `codex.loginApiKey`, `codex.account` and others.
 *
 * One app-server has one account and runs one login at a time. The server saves the account in its Codex home
 * (`auth.json`, mode 600); this package never reads that file. `OPENAI_API_KEY` in the environment of the server
 * does not log it in.
 *
 * **Example** (Logging in with a key before the first turn)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { Effect, Layer } from "effect"
 * import { Account, Codex, CodexHome } from "effect-codex"
 *
 * const program = Effect.gen(function* () {
 *   const codex = yield* Codex.Codex
 *   yield* codex.ensureLoggedIn(Account.withApiKey())
 *   const thread = yield* codex.startThread()
 *   return yield* thread.run("Say hello.")
 * })
 *
 * // A temporary home, because the server saves the key in its home.
 * const live = CodexHome.layerWith(Codex.layer).pipe(
 *   Layer.provide(CodexHome.layerTemporary()),
 *   Layer.provide(NodeServices.layer)
 * )
 *
 * Effect.runPromise(Effect.provide(program, live))
 * ```
 *
 * @since 0.169.0
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Browser from "./internal/account/browser.ts"
import { CodexClient } from "./CodexClient.ts"
import type { CodexError } from "./CodexError.ts"
import { failedAt } from "./internal/errors/failedAt.ts"
import type * as T from "./generated/types.ts"
import type { BrowserLoginOptions, LoginOptions, LoginPolicy } from "./internal/account/accountTypes.ts"
import type { LoginFailed, NotLoggedIn } from "./internal/account/loginFailed.ts"
import * as methods from "./internal/account/methods.ts"
import { known } from "./internal/settings.ts"

export type {
  AccountMethods,
  BrowserLogin,
  BrowserLoginOptions,
  DeviceCodeLogin,
  ExternalTokens,
  LoginHandle,
  LoginOptions,
  LoginPolicy
} from "./internal/account/accountTypes.ts"
export { Browser, layerBrowser, layerBrowserPrint, layerBrowserWith, printUrl } from "./internal/account/browser.ts"
export { isLoginFailed, isNotLoggedIn, LoginFailed, NotLoggedIn } from "./internal/account/loginFailed.ts"
export {
  Cancelled,
  Denied,
  ExternalTokensActive,
  isCancelled,
  isDenied,
  isExternalTokensActive,
  isOther,
  isPortTaken,
  isReplaced,
  isTimedOut,
  isWorkspaceRouting,
  Other,
  PortTaken,
  Reason,
  Replaced,
  TimedOut,
  WorkspaceRouting
} from "./internal/account/loginReasons.ts"
export { merge as mergeRateLimits } from "./internal/account/rateLimits.ts"

/**
 * Runs a complete login in a browser, and returns the account.
 *
 * **Details**
 *
 * `open` opens the page. Default: the `Browser` service. If it fails, the address of the page is printed.
 * Interrupting the effect cancels the login.
 *
 * **Example** (Logging in with the browser of the desktop)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { Effect, Layer } from "effect"
 * import { Account, Codex } from "effect-codex"
 *
 * const program = Account.loginWith({ timeout: "5 minutes" }).pipe(Effect.provide(Account.layerBrowser))
 *
 * const live = Codex.layer().pipe(Layer.provideMerge(NodeServices.layer))
 *
 * Effect.runPromise(Effect.provide(program, live))
 * ```
 *
 * @category flows
 * @since 0.169.0
 */
export const loginWith: {
  (
    options?: BrowserLoginOptions & { readonly open?: undefined }
  ): Effect.Effect<T.Account, CodexError | LoginFailed | NotLoggedIn, CodexClient | Browser.Browser>
  <E, R>(
    options: BrowserLoginOptions & { readonly open: (url: string) => Effect.Effect<void, E, R> }
  ): Effect.Effect<T.Account, CodexError | LoginFailed | NotLoggedIn, CodexClient | R>
} = <E, R>(
  given: BrowserLoginOptions & { readonly open?: ((url: string) => Effect.Effect<void, E, R>) | undefined } = {}
): Effect.Effect<T.Account, CodexError | LoginFailed | NotLoggedIn, CodexClient | Browser.Browser | R> =>
  Effect.gen(function* () {
    yield* Effect.mapError(known(given, { ...methods.browserNames, open: true }), failedAt("Account.loginWith"))
    const { open, ...options } = given
    const account = methods.make(yield* CodexClient)
    const login = yield* account.loginChatgpt(options)
    const { authUrl } = login
    yield* open === undefined
      ? Effect.flatMap(Browser.Browser, (browser) => browser.open(authUrl))
      : Effect.catch(open(authUrl), () => Browser.printUrl(authUrl))
    yield* login.wait
    return yield* methods.present(account)
  }).pipe(Effect.scoped, Effect.withSpan("Account.loginWith"))

/**
 * A step of a login with a code: first the code to show, then the account.
 *
 * @category models
 * @since 0.169.0
 */
export type DeviceCodeStep =
  | { readonly _tag: "Code"; readonly verificationUrl: string; readonly userCode: string }
  | { readonly _tag: "LoggedIn"; readonly account: T.Account }

/**
 * Runs a complete login with a code, as the steps that a terminal program shows.
 *
 * Running the stream starts the login. If you stop reading early, the login is cancelled.
 *
 * **Example** (Showing the code on a terminal)
 *
 * ```ts
 * import { Console, Stream } from "effect"
 * import { Account, Printable } from "effect-codex"
 *
 * const program = Stream.runForEach(Account.deviceCodeLogin(), (step) =>
 *   step._tag === "Code"
 *     ? Console.log(Printable.line(`Enter ${step.userCode} at ${step.verificationUrl}`))
 *     : Console.log("Logged in.")
 * )
 * ```
 *
 * @category flows
 * @since 0.169.0
 */
export const deviceCodeLogin = (
  options?: LoginOptions
): Stream.Stream<DeviceCodeStep, CodexError | LoginFailed | NotLoggedIn, CodexClient> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const account = methods.make(yield* CodexClient)
      const { userCode, verificationUrl, wait } = yield* account.loginChatgptDeviceCode(options)
      const code: DeviceCodeStep = { _tag: "Code", verificationUrl, userCode }
      const done = Effect.map(Effect.andThen(wait, methods.present(account)), (account): DeviceCodeStep => ({
        _tag: "LoggedIn",
        account
      }))
      return Stream.concat(Stream.succeed(code), Stream.fromEffect(done))
    })
  )

/**
 * Creates a policy that logs in with an API key from the configuration. Default: the variable `OPENAI_API_KEY`.
 *
 * **Example** (Reading the key from another variable)
 *
 * ```ts
 * import { Config, Effect } from "effect"
 * import { Account, Codex } from "effect-codex"
 *
 * const program = Effect.gen(function* () {
 *   const codex = yield* Codex.Codex
 *   return yield* codex.ensureLoggedIn(Account.withApiKey(Config.Redacted("CODEX_KEY")))
 * })
 * ```
 *
 * @category policies
 * @since 0.169.0
 */
export const withApiKey =
  (
    key: Config.Config<Redacted.Redacted<string>> = Config.Redacted("OPENAI_API_KEY")
  ): LoginPolicy<CodexError | LoginFailed | Config.ConfigError> =>
  (client) =>
    Effect.flatMap(key, methods.make(client).loginApiKey)

/**
 * Creates a policy that logs in with a browser, as `loginWith` does.
 *
 * **Example** (Logging in with a browser if there is no login)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Account, Codex } from "effect-codex"
 *
 * const program = Effect.gen(function* () {
 *   const codex = yield* Codex.Codex
 *   return yield* codex.ensureLoggedIn(Account.withBrowser())
 * }).pipe(Effect.provide(Account.layerBrowserPrint))
 * ```
 *
 * @category policies
 * @since 0.169.0
 */
export const withBrowser =
  (options?: BrowserLoginOptions): LoginPolicy<CodexError | LoginFailed | NotLoggedIn, Browser.Browser> =>
  (client) =>
    Effect.asVoid(Effect.provideService(loginWith({ ...options, open: undefined }), CodexClient, client))

/**
 * Creates a policy that logs in with a code. `show` shows it to the user.
 *
 * **Example** (Showing the code)
 *
 * ```ts
 * import { Console, Effect } from "effect"
 * import { Account, Codex, Printable } from "effect-codex"
 *
 * const policy = Account.withDeviceCode(({ userCode, verificationUrl }) =>
 *   Console.log(Printable.line(`Enter ${userCode} at ${verificationUrl}`))
 * )
 *
 * const program = Effect.flatMap(Codex.Codex, (codex) => codex.ensureLoggedIn(policy))
 * ```
 *
 * @category policies
 * @since 0.169.0
 */
export const withDeviceCode =
  <E, R>(
    show: (code: { readonly verificationUrl: string; readonly userCode: string }) => Effect.Effect<void, E, R>,
    options?: LoginOptions
  ): LoginPolicy<CodexError | LoginFailed | NotLoggedIn | E, R> =>
  (client) =>
    deviceCodeLogin(options).pipe(
      Stream.runForEach((step) => (step._tag === "Code" ? show(step) : Effect.void)),
      Effect.provideService(CodexClient, client)
    )

/**
 * A policy that does not log in and fails with `NotLoggedIn`.
 *
 * **Example** (Failing if there is no login)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Account, Codex } from "effect-codex"
 *
 * const program = Effect.flatMap(Codex.Codex, (codex) => codex.ensureLoggedIn(Account.required)).pipe(
 *   Effect.catchTag("NotLoggedIn", () => Effect.die("Log in with `npx codex login` first."))
 * )
 * ```
 *
 * @category policies
 * @since 0.169.0
 */
export const required: LoginPolicy<NotLoggedIn | CodexError> = (client) =>
  Effect.asVoid(methods.present(methods.make(client)))
