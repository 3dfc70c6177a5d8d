/**
 * The Codex configuration that sends every model request to a mock model.
 *
 * @since 0.169.0
 */
import { type ConfigValue, lines } from "../internal/process/toml.ts"

export type { ConfigValue } from "../internal/process/toml.ts"

/**
 * What to change in the configuration of a home that uses the mock model.
 *
 * @category options
 * @since 0.169.0
 */
export interface ConfigOptions {
  /** Default `"mock-model"`. */
  readonly model?: string | undefined
  /** Default `"never"`. The server doesn't start with `"untrusted"` in its configuration; a thread can still be given it. */
  readonly approvalPolicy?: "on-request" | "never" | undefined
  /** Default `"read-only"`. */
  readonly sandboxMode?: "read-only" | "workspace-write" | "danger-full-access" | undefined
  /**
   * Whether the provider is one with an OpenAI login: only then does the server tell who is logged in. It calls the model either way;
   * `MockModel.status(401)` is a refusal. Default `false`.
   */
  readonly requiresOpenaiAuth?: boolean | undefined
  /** How often a failed HTTP request is sent again. Default `0`: each turn asks once. */
  readonly requestMaxRetries?: number | undefined
  /** How often a broken event stream is asked for again. Default `0`. */
  readonly streamMaxRetries?: number | undefined
  /** `[features]` to switch on or off. */
  readonly features?: Readonly<Record<string, boolean>> | undefined
  /** Further top-level settings, for example `{ approvals_reviewer: "auto_review" }`. They win over the above. */
  readonly settings?: Readonly<Record<string, ConfigValue>> | undefined
  /** TOML put at the end as it is, for tables such as `[mcp_servers.x]`. */
  readonly extra?: string | undefined
}

/**
 * The configuration as an object, for `-c` overrides. `extra` is not in it.
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
  ...(options.features === undefined ? undefined : { features: options.features })
})

/**
 * The configuration as the text of a `config.toml`. Throws for a setting that TOML can't hold.
 *
 * @category constructors
 * @since 0.169.0
 */
export const configToml = (baseUrl: string, options: ConfigOptions = {}): string =>
  [...lines(codexConfig(baseUrl, options)), ...(options.extra === undefined ? [] : ["", options.extra]), ""].join("\n")
