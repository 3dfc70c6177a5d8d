/**
 * What logging in and the account look like to the caller: handles, options, policies, methods. Types only.
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { CodexClient } from "../../CodexClient.ts"
import type { CodexError } from "../../CodexError.ts"
import type * as T from "../../generated/types.ts"
import type { LoginFailed, LoginRequired } from "./loginFailed.ts"

/**
 * Settings of an attempt to log in.
 *
 * @category models
 * @since 0.169.0
 */
export interface LoginOptions {
  /** How long the attempt may stay open; then `wait` fails with `TimedOut`, and it is cancelled on the server. `"Infinity"` leaves it to the server's own limit. Default: 15 minutes. */
  readonly limit?: Duration.Input | undefined
}

/**
 * Settings of a login in a browser.
 *
 * @category models
 * @since 0.169.0
 */
export interface BrowserLoginOptions extends LoginOptions {
  /** Whose pages the browser shows. Default: the server's choice. */
  readonly appBrand?: T.LoginAppBrand | undefined
}

/**
 * An attempt to log in that somebody completes elsewhere. It belongs to a scope: leaving that before completion cancels it on the server.
 *
 * @category models
 * @since 0.169.0
 */
export interface LoginHandle {
  readonly loginId: string
  /**
   * Waits for the end of this attempt; a login that somebody else completes doesn't end it. Ask as often as you like, also when it is over.
   *
   * **Details**
   *
   * Fails with `LoginFailed` when the server says that it failed, or the limit has passed, and with `CodexError` when the connection ends.
   * Interrupting it only stops waiting.
   */
  readonly wait: Effect.Effect<void, CodexError | LoginFailed>
  /** Cancels the attempt; `wait` then fails with `Cancelled`. `"notFound"`: it was over, or cancelled before. */
  readonly cancel: Effect.Effect<T.CancelLoginAccountStatus, CodexError>
}

/**
 * An attempt to log in with a browser.
 *
 * @category models
 * @since 0.169.0
 */
export interface BrowserLogin extends LoginHandle {
  /** The page to open, on this machine: it leads back to a port of this machine. */
  readonly authUrl: string
}

/**
 * An attempt to log in with a code, which can be entered on any machine.
 *
 * @category models
 * @since 0.169.0
 */
export interface DeviceCodeLogin extends LoginHandle {
  /** The page that asks for the code. */
  readonly verificationUrl: string
  readonly userCode: string
}

/**
 * Tokens of a ChatGPT login that the program got itself. OpenAI calls this interface unstable, and for its own use.
 *
 * @category models
 * @since 0.169.0
 */
export interface ExternalTokens {
  /** The access token, a JWT. */
  readonly accessToken: Redacted.Redacted<string>
  /** The account, that is the workspace, that it is for. */
  readonly chatgptAccountId: string
  /** Default: the plan that the token names. */
  readonly chatgptPlanType?: string | undefined
}

/**
 * What to do where nobody is logged in; see `ensureLoggedIn`.
 *
 * @category policies
 * @since 0.169.0
 */
export interface LoginPolicy<out E = never, out R = never> {
  (client: CodexClient["Service"]): Effect.Effect<void, E, R>
}

/**
 * What `Codex` does with the account.
 *
 * @category models
 * @since 0.169.0
 */
export interface AccountMethods {
  /** Who is logged in: `account` is `null` if nobody is. `refreshToken: true` makes the server renew a ChatGPT login first. */
  account(options?: T.GetAccountParams): Effect.Effect<T.GetAccountResponse, CodexError>
  /**
   * Logs in with an API key: done when the server says so, and kept in its home. Fails with `TimedOut` if it says nothing within 30 seconds.
   *
   * **Gotchas**
   *
   * This server doesn't try the key: a wrong one fails the first turn, as `Unauthorized`. One that is empty, or that no header could carry, fails
   * here with `InvalidInput`, and is not sent.
   */
  loginApiKey(apiKey: Redacted.Redacted<string>): Effect.Effect<void, CodexError | LoginFailed>
  /**
   * Begins a ChatGPT login in a browser: open `authUrl`, then `wait`. `Account.loginWith` does all of it.
   *
   * **Gotchas**
   *
   * Only one such login can run on a machine, whoever runs it: a second process takes the port, and ends the first with `PortTaken`.
   */
  loginChatgpt(options?: BrowserLoginOptions): Effect.Effect<BrowserLogin, CodexError | LoginFailed, Scope.Scope>
  /** Begins a ChatGPT login with a code: show `verificationUrl` and `userCode`, then `wait`. */
  loginChatgptDeviceCode(options?: LoginOptions): Effect.Effect<DeviceCodeLogin, CodexError | LoginFailed, Scope.Scope>
  /**
   * Logs in with tokens that the program got elsewhere. They are never written down, and other logins are refused until `logout`.
   *
   * **Details**
   *
   * When a backend refuses the token, the server asks for new ones, for one turn after the other: `refresh` is run once for all that are asked for
   * until two seconds after it, and the turns go on. The server gives it ten seconds. Without it, when it fails, or when its tokens are another
   * account's, the turn fails as `Unauthorized`.
   */
  loginChatgptAuthTokens<E = never, R = never>(
    tokens: ExternalTokens,
    refresh?: Effect.Effect<ExternalTokens, E, R>
  ): Effect.Effect<void, CodexError | LoginFailed, R>
  /** Logs out, and removes the login from the home; the tokens of a ChatGPT login are revoked. */
  readonly logout: Effect.Effect<void, CodexError>
  /** How much of the plan is used. Needs a ChatGPT login: fails with `LoginRequired` for others. */
  readonly rateLimits: Effect.Effect<T.GetAccountRateLimitsResponse, CodexError>
  /**
   * The same as it changes: the current state first, then the state after each update.
   *
   * **Gotchas**
   *
   * An update tells only what it knows, so what was told once stays, `rateLimitReachedType` too; read `rateLimits` to see that it is over.
   */
  readonly rateLimitChanges: Stream.Stream<T.GetAccountRateLimitsResponse, CodexError>
  /** How many tokens the account has used, or one thread of it. Needs a ChatGPT login. */
  accountUsage(options?: {
    readonly threadId?: string | undefined
  }): Effect.Effect<T.GetAccountTokenUsageResponse, CodexError>
  /** Each change of the login or plan from now on, whoever made it; `authMode` is `null` after a logout. */
  readonly accountChanges: Stream.Stream<T.AccountUpdatedNotification, CodexError>
  /**
   * Does nothing if somebody is logged in, else runs the policy; gives the account.
   *
   * **Example** (A key from the environment)
   *
   * ```ts
   * codex.ensureLoggedIn(Account.withApiKey())
   * ```
   */
  ensureLoggedIn<E, R>(policy: LoginPolicy<E, R>): Effect.Effect<T.Account, CodexError | LoginRequired | E, R>
}
