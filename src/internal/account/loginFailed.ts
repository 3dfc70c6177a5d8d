/**
 * Defines the errors that only logins have: the server ended one without success, or there is no login. Failed calls
 * are a `CodexError`, as everywhere.
 */
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Concealed from "../errors/concealed.ts"
import * as Reasons from "./loginReasons.ts"

/** A login failed. `reason` says why, and `serverMessage` holds the server's message. */
export class LoginFailed extends Schema.TaggedError<LoginFailed>("effect-codex/LoginFailed")("LoginFailed", {
  /**
   * The id of the attempt. `null` for a login by key or tokens, which has no id, and for an attempt that never
   * started.
   */
  loginId: Schema.NullOr(Schema.String),
  reason: Reasons.Reason,
  /** The server's message. It can quote the issuer. */
  serverMessage: Concealed.text
}) {
  override readonly cause = this.reason

  /** Whether an identical new attempt can succeed. */
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }

  override get message(): string {
    return `Login failed. ${this.reason.message}`
  }
}

/**
 * Whether a value is a `LoginFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isLoginFailed = (value: unknown): value is LoginFailed => value instanceof LoginFailed

/** There is no login, and the policy does not create one. */
export class NotLoggedIn extends Schema.TaggedError<NotLoggedIn>("effect-codex/NotLoggedIn")("NotLoggedIn", {
  /** Whether the configured model provider requires an OpenAI login. */
  requiresOpenaiAuth: Schema.Boolean
}) {
  /** A retry cannot succeed without a login. */
  readonly isRetryable = false

  override get message(): string {
    if (!this.requiresOpenaiAuth) {
      return "The configured model provider does not use an OpenAI login, so the server reports no account. Skip the login, or set `requires_openai_auth = true` on the provider."
    }
    return "Not logged in to this Codex home. Run `npx codex login`, or call `codex.loginApiKey`, `codex.loginChatgpt` or `codex.loginChatgptDeviceCode`."
  }
}

/**
 * Whether a value is a `NotLoggedIn`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isNotLoggedIn = (value: unknown): value is NotLoggedIn => value instanceof NotLoggedIn

/** Creates the error, by default without a server message. */
export const loginFailed = (loginId: string | null, reason: Reasons.Reason, serverMessage: string = ""): LoginFailed =>
  new LoginFailed({ loginId, reason, serverMessage: Redacted.make(serverMessage) })
