/**
 * Logging in, and what the account tells: the handles, policies and errors of a login, and whole flows for a browser and for a terminal. The
 * methods themselves are `Codex`'s: `codex.loginApiKey`, `codex.account` …
 *
 * One app-server has one account, kept in its Codex home (`auth.json`, mode 600, written by the server and never read by this package), and runs
 * one login at a time. `OPENAI_API_KEY` in its environment does not log it in.
 *
 * @since 0.169.0
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Browser from "./Browser.ts"
import { CodexClient } from "./CodexClient.ts"
import { CodexError } from "./CodexError.ts"
import type * as T from "./generated/types.ts"
import type { BrowserLoginOptions, LoginOptions, LoginPolicy } from "./internal/account/accountTypes.ts"
import type { LoginFailed, LoginRequired } from "./internal/account/loginFailed.ts"
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
export { LoginFailed, LoginRequired } from "./internal/account/loginFailed.ts"
export {
  Cancelled,
  Denied,
  ExternalTokensActive,
  LoginFailureReason,
  Other,
  PortTaken,
  Replaced,
  TimedOut,
  WorkspaceRouting
} from "./internal/account/loginReasons.ts"
export { merge as mergeRateLimits } from "./internal/account/rateLimits.ts"

/**
 * Runs a whole login in a browser, and gives the account.
 *
 * **Details**
 *
 * `open` opens the page; by default the `Browser` service does. If it fails, the page's address is printed. Interrupting it cancels the login.
 *
 * **Example** (Log in)
 *
 * ```ts
 * Account.loginWith().pipe(Effect.provide(Browser.layer))
 * ```
 *
 * @category flows
 * @since 0.169.0
 */
export const loginWith: {
  (
    options?: BrowserLoginOptions & { readonly open?: undefined }
  ): Effect.Effect<T.Account, CodexError | LoginFailed | LoginRequired, CodexClient | Browser.Browser>
  <E, R>(
    options: BrowserLoginOptions & { readonly open: (url: string) => Effect.Effect<void, E, R> }
  ): Effect.Effect<T.Account, CodexError | LoginFailed | LoginRequired, CodexClient | R>
} = <E, R>(
  given: BrowserLoginOptions & { readonly open?: ((url: string) => Effect.Effect<void, E, R>) | undefined } = {}
): Effect.Effect<T.Account, CodexError | LoginFailed | LoginRequired, CodexClient | Browser.Browser | R> =>
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
      : Effect.catch(open(authUrl), () => Browser.print(authUrl))
    yield* login.wait
    return yield* methods.present(account)
  }).pipe(Effect.scoped, Effect.withSpan("Account.loginWith"))

/**
 * A step of a login with a code: first what to show, then the account.
 *
 * @category models
 * @since 0.169.0
 */
export type DeviceCodeStep =
  | { readonly _tag: "Code"; readonly verificationUrl: string; readonly userCode: string }
  | { readonly _tag: "LoggedIn"; readonly account: T.Account }

/**
 * A whole login with a code, as the steps that a terminal program shows. Running the stream begins the login; leaving it early cancels it.
 *
 * @category flows
 * @since 0.169.0
 */
export const deviceCodeLogin = (
  options?: LoginOptions
): Stream.Stream<DeviceCodeStep, CodexError | LoginFailed | LoginRequired, CodexClient> =>
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
 * Policy: the API key that the configuration holds. Default: the variable `OPENAI_API_KEY`.
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
 * Policy: a browser, as in `loginWith`.
 *
 * @category policies
 * @since 0.169.0
 */
export const withBrowser =
  (options?: BrowserLoginOptions): LoginPolicy<CodexError | LoginFailed | LoginRequired, Browser.Browser> =>
  (client) =>
    Effect.asVoid(Effect.provideService(loginWith({ ...options, open: undefined }), CodexClient, client))

/**
 * Policy: a code, which `show` shows to the user.
 *
 * @category policies
 * @since 0.169.0
 */
export const withDeviceCode =
  <E, R>(
    show: (code: { readonly verificationUrl: string; readonly userCode: string }) => Effect.Effect<void, E, R>,
    options?: LoginOptions
  ): LoginPolicy<CodexError | LoginFailed | LoginRequired | E, R> =>
  (client) =>
    deviceCodeLogin(options).pipe(
      Stream.runForEach((step) => (step._tag === "Code" ? show(step) : Effect.void)),
      Effect.provideService(CodexClient, client)
    )

/**
 * Policy: don't log in; fail with `LoginRequired`.
 *
 * @category policies
 * @since 0.169.0
 */
export const required: LoginPolicy<LoginRequired | CodexError> = (client) =>
  Effect.asVoid(methods.present(methods.make(client)))
