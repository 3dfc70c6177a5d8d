/**
 * Replies of a login issuer, as recorded from 0.169.0.
 *
 * They are the pages of OpenAI's issuer and its backend that the app-server requests during a login.
 *
 * @since 0.169.0
 */
import { token, type TestAccount } from "./loginTokens.ts"

/**
 * The behavior of an issuer. All of it can be changed while it runs.
 *
 * @category models
 * @since 0.169.0
 */
export interface Behavior extends TestAccount {
  /** The user's choice on the page in the browser. Default: `"approve"`. */
  readonly browser?: "approve" | "deny" | "notEntitled" | undefined
  /** The outcome of a device code. `"pending"` leaves it open. Default: `"approve"`. */
  readonly device?: "approve" | "pending" | "deny" | "disabled" | undefined
  /** Whether the backend reports where the workspace is served. Default: `true`. */
  readonly routing?: boolean | undefined
  /** The outcome of a refresh of managed tokens. Default: `"renew"`. */
  readonly refresh?: "renew" | "expired" | undefined
  /** How much of the plan is used, in percent. Default: 12. */
  readonly usedPercent?: number | undefined
}

/**
 * A reply to an HTTP request.
 *
 * @category models
 * @since 0.169.0
 */
export interface Answer {
  readonly status: number
  readonly body?: object
  readonly location?: string
}

const ok = (body: object): Answer => ({ status: 200, body })

/**
 * Answers one request. Returns `undefined` for a page that an issuer does not have.
 *
 * @category pages
 * @since 0.169.0
 */
export const answer = (behavior: Behavior, url: URL, body: string): Answer | undefined => {
  switch (url.pathname) {
    case "/oauth/authorize":
      return authorize(behavior, url)
    case "/oauth/token":
      return body.includes("refresh_token") && behavior.refresh === "expired"
        ? { status: 401, body: { error: { code: "refresh_token_expired", message: "expired" } } }
        : ok({
            id_token: token(behavior),
            access_token: token(behavior),
            refresh_token: `refresh-${behavior.mark ?? "1"}`,
            expires_in: 3600
          })
    case "/oauth/revoke":
      return ok({})
    case "/api/accounts/deviceauth/usercode":
      return behavior.device === "disabled"
        ? { status: 404, body: {} }
        : ok({ device_auth_id: "device-1", user_code: "ABCD-1234", interval: "0" })
    case "/api/accounts/deviceauth/token":
      return deviceToken(behavior)
    case "/backend-api/wham/accounts/check":
      return behavior.routing === false ? { status: 500, body: {} } : ok(accounts(behavior))
    case "/backend-api/wham/usage":
      return ok(usage(behavior))
    case "/backend-api/wham/profiles/me":
      return ok({ stats: { lifetime_tokens: 1234, daily_usage_buckets: [] } })
    default:
      return undefined
  }
}

const authorize = (behavior: Behavior, url: URL): Answer => {
  const back = new URL(url.searchParams.get("redirect_uri") ?? url.origin)
  back.searchParams.set("state", url.searchParams.get("state") ?? "")
  if (behavior.browser === "deny" || behavior.browser === "notEntitled") {
    back.searchParams.set("error", "access_denied")
    back.searchParams.set(
      "error_description",
      behavior.browser === "deny" ? "The user said no" : "missing_codex_entitlement"
    )
  } else {
    back.searchParams.set("code", "code-1")
  }
  return { status: 302, location: back.href }
}

const deviceToken = (behavior: Behavior): Answer => {
  switch (behavior.device) {
    // After this reply the server asks again. Any other rejection ends the login.
    case "pending":
      return { status: 403, body: {} }
    case "deny":
      return { status: 400, body: { error: "access_denied" } }
    default:
      return ok({ authorization_code: "code-2", code_challenge: "challenge", code_verifier: "verifier" })
  }
}

// The origin must use https. No request is sent there: the model's address is in the configuration.
const accounts = (behavior: Behavior): object => {
  const id = behavior.accountId ?? "account-1"
  return {
    accounts: [
      {
        id,
        plan_type: behavior.planType ?? "pro",
        structure: "personal",
        name: null,
        workspace_backend_origin: "https://workspace.invalid",
        account_routing_override: "NO_CONSTRAINT"
      }
    ],
    default_account_id: id
  }
}

const usage = (behavior: Behavior): object => ({
  plan_type: behavior.planType ?? "pro",
  rate_limit: {
    allowed: true,
    limit_reached: false,
    primary_window: {
      used_percent: behavior.usedPercent ?? 12,
      limit_window_seconds: 18_000,
      reset_after_seconds: 100,
      reset_at: 2_000_000_000
    },
    secondary_window: null
  },
  credits: { has_credits: false, unlimited: false, balance: "0" }
})
