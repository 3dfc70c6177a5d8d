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

  /** Whether a new attempt has a chance without anything else being done. */
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }

  override get message(): string {
    return `The login failed: ${this.reason.message}`
  }
}

/** Nobody is logged in, and nobody may or could change that. */
export class LoginRequired extends Schema.TaggedError<LoginRequired>("effect-codex/LoginRequired")("LoginRequired", {
  /** Whether the configured model provider demands an OpenAI login. */
  requiresOpenaiAuth: Schema.Boolean
}) {
  /** A login has to come first. */
  readonly isRetryable = false

  override get message(): string {
    if (!this.requiresOpenaiAuth) {
      return "The configured model provider uses no OpenAI login, so the server tells of none, also where there is one. Leave the login out, or configure a provider with `requires_openai_auth = true`"
    }
    return "Nobody is logged in to this Codex home: log in with `codex.loginApiKey`, `codex.loginChatgpt` or `codex.loginChatgptDeviceCode`, or run `codex login`"
  }
}

/** One without words of the server. */
export const loginFailed = (
  loginId: string | null,
  reason: Reasons.LoginFailureReason,
  serverMessage: string = ""
): LoginFailed => new LoginFailed({ loginId, reason, serverMessage: Redacted.make(serverMessage) })
