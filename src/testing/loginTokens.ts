/**
 * Tokens for tests: JWTs with the claims that the app-server reads. They are not signed, and no signature is
 * checked.
 *
 * @since 0.169.0
 */

/**
 * The account that a login issuer logs in.
 *
 * @category models
 * @since 0.169.0
 */
export interface TestAccount {
  /** The e-mail address. Default: `"user@example.com"`. */
  readonly email?: string | undefined
  /** The plan. Any string, including one that the protocol does not define. Default: `"pro"`. */
  readonly planType?: string | undefined
  /** The id of the account. Default: `"account-1"`. */
  readonly accountId?: string | undefined
  /** A string that is put into the tokens, so that a test can find them again. Default: `"1"`. */
  readonly mark?: string | undefined
}

/**
 * Creates an access or id token for an account.
 *
 * @category constructors
 * @since 0.169.0
 */
export const token = (account: TestAccount = {}): string => {
  const claims = {
    email: account.email ?? "user@example.com",
    // Far in the future: a token that is about to expire would be renewed immediately.
    exp: 4_000_000_000,
    "https://api.openai.com/auth": {
      chatgpt_plan_type: account.planType ?? "pro",
      chatgpt_account_id: account.accountId ?? "account-1",
      chatgpt_user_id: "user-1"
    }
  }
  const signature = Buffer.from(`signature ${account.mark ?? "1"}`).toString("base64url")
  return `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.${signature}`
}

// internal

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")
