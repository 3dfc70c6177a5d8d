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
 * @since 0.169.0
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Browser from "./internal/account/browser.ts"
import { CodexClient } from "./CodexClient.ts"
import { CodexError } from "./CodexError.ts"
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
 * **Example** (Logging in)
 *
 * ```ts
 * Account.loginWith().pipe(Effect.provide(Account.layerBrowser))
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
    yield* Effect.mapError(
      known(given, { ...methods.browserNames, open: true }),
      (reason) => new CodexError({ method: "Account.loginWith", reason })
    )
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
 * @category policies
 * @since 0.169.0
 */
export const required: LoginPolicy<NotLoggedIn | CodexError> = (client) =>
  Effect.asVoid(methods.present(methods.make(client)))
