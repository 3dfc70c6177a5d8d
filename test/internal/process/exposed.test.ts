import { assert, describe, it } from "@effect/vitest"
import { exposedIn } from "../../../src/internal/process/exposed.ts"

describe("a secret in `config` is found, by its path", () => {
  const secret = "x"
  const cases: ReadonlyArray<readonly [path: string, config: unknown]> = [
    [
      "model_providers.mine.experimental_bearer_token",
      { model_providers: { mine: { experimental_bearer_token: secret } } }
    ],
    [
      "model_providers.mine.http_headers.Authorization",
      { model_providers: { mine: { http_headers: { Authorization: secret } } } }
    ],
    ["mcp_servers.docs.http_headers.X-Api-Key", { mcp_servers: { docs: { http_headers: { "X-Api-Key": secret } } } }],
    ["mcp_servers.docs.env.GITHUB_PAT", { mcp_servers: { docs: { env: { PLAIN: secret, GITHUB_PAT: secret } } } }],
    ["shell_environment_policy.set.DB_PASSWORD", { shell_environment_policy: { set: { DB_PASSWORD: secret } } }],
    ["a.apiKey", { a: { apiKey: secret } }],
    ["a.tokens", { a: { tokens: "http://me:zq7341@host" } }],
    ["mcp_servers.docs.args.1", { mcp_servers: { docs: { args: ["--with", "ghp_abcdefghijklmnop1234"] } } }],
    ["model_providers.mine.base_url", { model_providers: { mine: { base_url: "https://a:zq7341@host/v1" } } }]
  ]
  for (const [path, config] of cases) it(path, () => assert.strictEqual(exposedIn(config), path))

  it("names of variables and ordinary settings are not found", () => {
    const config = {
      cli_auth_credentials_store: "keyring",
      preferred_auth_method: "chatgpt",
      model_auto_compact_token_limit: 100_000,
      developer_instructions: "Send Bearer tokens in the Authorization header. password: ask the user, 12345678",
      model_providers: {
        mine: { env_key: "MY_KEY", env_http_headers: { "X-Api-Key": "MY_KEY" }, requires_openai_auth: true }
      },
      mcp_servers: { "github-auth": { command: "npx", bearer_token_env_var: "MY_TOKEN", env_vars: ["MY_TOKEN"] } },
      projects: { "/home/me/keys": { trust_level: "trusted" } },
      shell_environment_policy: { exclude: ["*_KEY"] },
      a: { bypass: "yes", compat: "no", token: "" }
    }
    assert.isUndefined(exposedIn(config))
  })
})
