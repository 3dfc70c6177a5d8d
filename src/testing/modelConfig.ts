/**
 * The Codex configuration that sends every model request to a mock model.
 *
 * @since 0.169.0
 */
import { type ConfigValue, lines } from "../internal/process/toml.ts"

export type { ConfigValue } from "../internal/process/toml.ts"

/**
 * Changes to the configuration of a home that uses the mock model.
 *
 * @category options
 * @since 0.169.0
 */
export interface ConfigOptions {
  /** The model. Default: `"mock-model"`. */
  readonly model?: string | undefined
  /**
   * The approval policy. Default: `"never"`.
   *
   * The server does not start with `"untrusted"` in its configuration, but a thread can still use it.
   */
  readonly approvalPolicy?: "on-request" | "never" | undefined
  /** The sandbox mode. Default: `"read-only"`. */
  readonly sandboxMode?: "read-only" | "workspace-write" | "danger-full-access" | undefined
  /**
   * Whether the provider uses an OpenAI login. Only then does the server report the login. Default: `false`.
   *
   * The server calls the provider in either case. `MockModel.status(401)` rejects a call.
   */
  readonly requiresOpenaiAuth?: boolean | undefined
  /** How often a failed HTTP request is retried. Default: `0`, so each turn sends one request. */
  readonly requestMaxRetries?: number | undefined
  /** How often a broken event stream is requested again. Default: `0`. */
  readonly streamMaxRetries?: number | undefined
  /**
   * The `[features]` to enable or disable. Default: `plugins` and `apps` are disabled, because they connect to servers
   * on the internet. A `[features]` table in `extra` is an error of the server: use this option.
   */
  readonly features?: Readonly<Record<string, boolean>> | undefined
  /**
   * Further top-level settings, for example `{ approvals_reviewer: "auto_review" }`. They override the options
   * above.
   */
  readonly settings?: Readonly<Record<string, ConfigValue>> | undefined
  /** TOML that is appended unchanged, for tables such as `[mcp_servers.x]`. */
  readonly extra?: string | undefined
}

/**
 * Returns the configuration as an object, for `-c` overrides, without `extra`.
 *
 * @category constructors
 * @since 0.169.0
 */
export const codexConfig = (baseUrl: string, options: ConfigOptions = {}): { readonly [key: string]: ConfigValue } => ({
  model: options.model ?? "mock-model",
  approval_policy: options.approvalPolicy ?? "never",
  sandbox_mode: options.sandboxMode ?? "read-only",
  model_provider: "mock_provider",
  ...options.settings,
  model_providers: {
    mock_provider: {
      name: "Mock provider for tests",
      base_url: baseUrl,
      wire_api: "responses",
      request_max_retries: options.requestMaxRetries ?? 0,
      stream_max_retries: options.streamMaxRetries ?? 0,
      ...(options.requiresOpenaiAuth === true ? { requires_openai_auth: true } : undefined)
    }
  },
  features: { plugins: false, apps: false, ...options.features }
})

/**
 * Returns the configuration as the content of a `config.toml`. Throws for a setting that TOML cannot express.
 *
 * @category constructors
 * @since 0.169.0
 */
export const configToml = (baseUrl: string, options: ConfigOptions = {}): string =>
  [...lines(codexConfig(baseUrl, options)), ...(options.extra === undefined ? [] : ["", options.extra]), ""].join("\n")
