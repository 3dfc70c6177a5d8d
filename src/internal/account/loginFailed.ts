/**
 * The errors that only logins have: the server ended one without success, or there is none. Calls that fail are a `CodexError`, as everywhere.
 */
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Concealed from "../errors/concealed.ts"
import * as Reasons from "./loginReasons.ts"

/** A login failed: `reason` says why, `serverMessage` holds the server's words. */
export class LoginFailed extends Schema.TaggedError<LoginFailed>("effect-codex/LoginFailed")("LoginFailed", {
  /** The attempt; `null` for a login by key or token, which has no id, and for an attempt that never began. */
  loginId: Schema.NullOr(Schema.String),
  reason: Reasons.LoginFailureReason,
  /** What the server said of it; can quote the issuer. */
  serverMessage: Concealed.text
}) {
  override readonly cause = this.reason

  /** Whether a new attempt, the same as this one, has a chance. */
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }

  override get message(): string {
    return `Login failed. ${this.reason.message}`
  }
}

/** There is no login, and the policy doesn't create one. */
export class LoginRequired extends Schema.TaggedError<LoginRequired>("effect-codex/LoginRequired")("LoginRequired", {
  /** Whether the configured model provider demands an OpenAI login. */
  requiresOpenaiAuth: Schema.Boolean
}) {
  /** A login has to come first. */
  readonly isRetryable = false

  override get message(): string {
    if (!this.requiresOpenaiAuth) {
      return "The configured model provider does not use an OpenAI login, so the server reports no account. Skip the login, or set `requires_openai_auth = true` on the provider."
    }
    return "Not logged in to this Codex home. Run `npx codex login`, or call `codex.loginApiKey`, `codex.loginChatgpt` or `codex.loginChatgptDeviceCode`."
  }
}

/** One without words of the server. */
export const loginFailed = (
  loginId: string | null,
  reason: Reasons.LoginFailureReason,
  serverMessage: string = ""
): LoginFailed => new LoginFailed({ loginId, reason, serverMessage: Redacted.make(serverMessage) })
