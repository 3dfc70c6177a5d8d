import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import * as secrets from "../../../src/internal/process/secrets.ts"

describe("what is secret", () => {
  it("among variables: every Redacted value, and a long enough value of a name like KEY or TOKEN", () => {
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

  it("in a configuration: everything below a telling name, but not the names of variables", () => {
    assert.deepStrictEqual(
      secrets.inConfig({
        model: "gpt-5-and-more",
        model_providers: { mine: { env_key: "OPENAI_API_KEY", experimental_bearer_token: "bearer value" } },
        mcp_servers: { docs: { args: ["not secret"], auth: { headers: ["header value"], name: "short" } } },
        token: 12345678
      }),
      ["bearer value", "header value"]
    )
  })
})
