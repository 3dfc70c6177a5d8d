/**
 * Public types of logins and the account: handles, options, policies and methods. Types only.
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { CodexClient } from "../../CodexClient.ts"
import type { CodexError } from "../../CodexError.ts"
import type * as T from "../../generated/types.ts"
import type { LoginFailed, NotLoggedIn } from "./loginFailed.ts"

/**
 * Options of a login attempt.
 *
 * @category models
 * @since 0.169.0
 */
export interface LoginOptions {
  /**
   * Maximum time for the attempt. After that it is cancelled on the server, and `wait` fails with `TimedOut`.
   *
   * `"Infinity"` leaves the timeout to the server. Default: 15 minutes.
   */
  readonly timeout?: Duration.Input | undefined
}

/**
 * Options of a login in a browser.
 *
 * @category models
 * @since 0.169.0
 */
export interface BrowserLoginOptions extends LoginOptions {
  /** The brand of the pages that the browser shows. Default: the server's choice. */
  readonly appBrand?: T.LoginAppBrand | undefined
}

/**
 * A login attempt that the user completes elsewhere. If its scope closes before that, it is cancelled on the server.
 *
 * @category models
 * @since 0.169.0
 */
export interface LoginHandle {
  readonly loginId: string
  /**
   * Waits until this attempt ends. Another login does not end it. You can run it any number of times, even
   * afterwards.
   *
   * **Details**
   *
   * Fails with `LoginFailed` if the server reports a failure or the timeout has passed, and with `CodexError` if the
   * connection ends. Interrupting it only stops the wait.
   */
  readonly wait: Effect.Effect<void, CodexError | LoginFailed>
  /**
   * Cancels the attempt; `wait` then fails with `Cancelled`.
   *
   * It returns `"notFound"` if the attempt had already ended or was cancelled before.
   */
  readonly cancel: Effect.Effect<T.CancelLoginAccountStatus, CodexError>
}

/**
 * A login attempt in a browser.
 *
 * @category models
 * @since 0.169.0
 */
export interface BrowserLogin extends LoginHandle {
  /** The page to open on this machine. It redirects to a port of this machine. */
  readonly authUrl: string
}

/**
 * A login attempt with a code, which the user can enter on any machine.
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
 * Tokens of a ChatGPT login that the program obtained itself. OpenAI calls this interface unstable and internal.
 *
 * @category models
 * @since 0.169.0
 */
export interface ExternalTokens {
  /** The access token, a JWT. */
  readonly accessToken: Redacted.Redacted<string>
  /** The account (workspace) of the token. */
  readonly chatgptAccountId: string
  /** The plan. Default: the plan in the token. */
  readonly chatgptPlanType?: string | undefined
}

/**
 * A policy that `ensureLoggedIn` runs if there is no login.
 *
 * @category policies
 * @since 0.169.0
 */
export interface LoginPolicy<out E = never, out R = never> {
  (client: CodexClient): Effect.Effect<void, E, R>
}

/**
 * The account methods of `Codex`.
 *
 * @category models
 * @since 0.169.0
 */
export interface AccountMethods {
  /**
   * Reads the current login. `account` is `null` if there is none.
   *
   * With `refreshToken: true`, the server first renews a ChatGPT login.
   */
  account(options?: T.GetAccountParams): Effect.Effect<T.GetAccountResponse, CodexError>
  /**
   * Logs in with an API key, and waits until the server confirms it. The server saves the key in its Codex home.
   *
   * Fails with `TimedOut` if the server does not confirm within 30 seconds.
   *
   * **Gotchas**
   *
   * The server does not verify the key: a wrong one fails the first turn with `Unauthorized`. A key that is empty or
   * that no HTTP header can carry fails with `InvalidInput` and is not sent.
   */
  loginApiKey(apiKey: Redacted.Redacted<string>): Effect.Effect<void, CodexError | LoginFailed>
  /**
   * Starts a ChatGPT login in a browser: open `authUrl`, then run `wait`. `Account.loginWith` does both.
   *
   * **Gotchas**
   *
   * Only one such login can run on a machine. A second process takes the port, and the first login fails with
   * `PortTaken`.
   */
  loginChatgpt(options?: BrowserLoginOptions): Effect.Effect<BrowserLogin, CodexError | LoginFailed, Scope.Scope>
  /** Starts a ChatGPT login with a code: show `verificationUrl` and `userCode`, then run `wait`. */
  loginChatgptDeviceCode(options?: LoginOptions): Effect.Effect<DeviceCodeLogin, CodexError | LoginFailed, Scope.Scope>
  /**
   * Logs in with tokens that the program obtained elsewhere. They are never saved.
   *
   * Other logins are rejected until `logout`.
   *
   * **Details**
   *
   * When a backend rejects the token, the server requests new ones, for one turn after the other. Requests up to two
   * seconds after a successful `refresh` share its result, and their turns continue. The server allows `refresh` ten
   * seconds. The turn fails with `Unauthorized` if there is no `refresh`, if it fails, or if its tokens belong to
   * another account.
   */
  loginChatgptAuthTokens<E = never, R = never>(
    tokens: ExternalTokens,
    refresh?: Effect.Effect<ExternalTokens, E, R>
  ): Effect.Effect<void, CodexError | LoginFailed, R>
  /** Logs out and removes the login from the Codex home. The tokens of a ChatGPT login are revoked. */
  readonly logout: Effect.Effect<void, CodexError>
  /** How much of the plan is used. Needs a ChatGPT login, and fails with `LoginRequired` for others. */
  readonly rateLimits: Effect.Effect<T.GetAccountRateLimitsResponse, CodexError>
  /**
   * The current rate limits, then the limits after each update.
   *
   * **Gotchas**
   *
   * Updates are sparse: a value stays until an update changes it, including `rateLimitReachedType`. To see whether a
   * limit has ended, read `rateLimits`.
   */
  readonly rateLimitChanges: Stream.Stream<T.GetAccountRateLimitsResponse, CodexError>
  /** How many tokens the account has used, or one of its threads. Needs a ChatGPT login. */
  accountUsage(options?: {
    readonly threadId?: string | undefined
  }): Effect.Effect<T.GetAccountTokenUsageResponse, CodexError>
  /** Changes of the login or plan from now on, by any client. `authMode` is `null` after a logout. */
  readonly accountChanges: Stream.Stream<T.AccountUpdatedNotification, CodexError>
  /**
   * Returns the account. If there is no login, runs the policy first.
   *
   * **Example** (Logging in with a key from the environment)
   *
   * ```ts
   * codex.ensureLoggedIn(Account.withApiKey())
   * ```
   */
  ensureLoggedIn<E, R>(policy: LoginPolicy<E, R>): Effect.Effect<T.Account, CodexError | NotLoggedIn | E, R>
}
