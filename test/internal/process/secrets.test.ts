import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import * as secrets from "../../../src/internal/process/secrets.ts"

describe("secrets", () => {
  it("include, among variables, every Redacted value, and a long enough value of a name like KEY or TOKEN", () => {
    assert.deepStrictEqual(
      secrets.inVariables({
        PLAIN: "not secret",
        SHORT_KEY: "1234567",
        OPENAI_API_KEY: "key value",
        github_token: "token value",
        DB_PASSWORD: "password value",
        ANYTHING: Redacted.make("x"),
        NONE: undefined
      }),
      ["key value", "token value", "password value", "x"]
    )
  })

  for (const name of [
    "SMTP_PASS",
    "MYSQL_PWD",
    "GITHUB_PAT",
    "GPG_PASSPHRASE",
    "SESSION_COOKIE",
    "PRIVATE_PEM",
    "SENTRY_DSN",
    "PASS",
    "npm_config_//registry.example/:_authToken",
    "HTTP_AUTHORIZATION",
    "ConnectionStrings.Pass",
    "LARAVEL-SESSION"
  ])
    it(`include the value of the variable ${name}`, () => {
      assert.deepStrictEqual(secrets.inVariables({ [name]: "zqvalue-7341" }), ["zqvalue-7341"])
      assert.deepStrictEqual(secrets.namesIn({ [name]: "zqvalue-7341" }), [name])
    })

  for (const name of [
    "PWD",
    "OLDPWD",
    "SSH_AUTH_SOCK",
    "XAUTHORITY",
    "GIT_AUTHOR_NAME",
    "GIT_ASKPASS",
    "DESKTOP_SESSION",
    "XDG_SESSION_ID",
    "DBUS_SESSION_BUS_ADDRESS",
    "PATH",
    "COMPASS",
    "PASSAGE"
  ])
    it(`exclude the value of the variable ${name}`, () => {
      assert.deepStrictEqual(secrets.inVariables({ [name]: "zqvalue-7341" }), [])
      assert.deepStrictEqual(secrets.namesIn({ [name]: "zqvalue-7341" }), [])
    })

  it("include a short value if the name has no other meaning, but no everyday word", () => {
    assert.deepStrictEqual(
      secrets.inVariables({ PASSWORD: "zq73", APP_SECRET: "zq734", SMTP_PASS: "zq7", A_TOKEN: "a" }),
      ["zq73", "zq734"]
    )
    assert.deepStrictEqual(secrets.inVariables({ PASSWORD: "true", USE_SECRETS: "Disabled" }), [])
  })

  it("include the password in an address, encoded and decoded, and not the address", () => {
    const variables = {
      HTTPS_PROXY: "http://me:zq%407341@proxy:3128",
      DATABASE_URL: "postgres://app:zq7341@db/a?b=c",
      PLAIN_URL: "https://example.com:443/@x"
    }
    assert.deepStrictEqual(secrets.inVariables(variables), ["zq%407341", "zq@7341", "zq7341", "zq7341"])
    assert.deepStrictEqual(secrets.namesIn(variables), ["HTTPS_PROXY", "DATABASE_URL"])
  })

  it("include everything below a telling name in a configuration, but not the names of variables", () => {
    assert.deepStrictEqual(
      secrets.inConfig({
        model: "gpt-5-and-more",
        model_providers: { mine: { env_key: "OPENAI_API_KEY", experimental_bearer_token: "bearer value" } },
        mcp_servers: {
          docs: {
            args: ["not secret", "http://a:zq7341@b"],
            bearer_token_env_var: "DOCS_TOKEN_NAME",
            auth: { headers: ["header value"], name: "short" }
          }
        },
        token: 12345678
      }),
      ["bearer value", "zq7341", "zq7341", "header value"]
    )
  })
})
