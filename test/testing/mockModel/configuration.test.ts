import { assert, describe, it } from "@effect/vitest"
import * as MockModel from "../../../src/testing/MockModel.ts"

describe("MockModel over HTTP", () => {
  it("is the provider in its configuration, without retries", () => {
    assert.strictEqual(
      MockModel.configToml("http://127.0.0.1:1/v1"),
      `model="mock-model"
approval_policy="never"
sandbox_mode="read-only"
model_provider="mock_provider"
model_providers.mock_provider.name="Mock provider for tests"
model_providers.mock_provider.base_url="http://127.0.0.1:1/v1"
model_providers.mock_provider.wire_api="responses"
model_providers.mock_provider.request_max_retries=0
model_providers.mock_provider.stream_max_retries=0
features.plugins=false
features.apps=false
`
    )
    const toml = MockModel.configToml("u", {
      requiresOpenaiAuth: true,
      streamMaxRetries: 2,
      features: { goals: true, apps: true },
      settings: { approvals_reviewer: "auto_review", list: ["a b", { "x.y": 1 }] },
      extra: "[mcp_servers.x]\ncommand = 'y'"
    })
    assert.include(toml, 'approvals_reviewer="auto_review"\nlist=["a b", {"x.y" = 1}]\n')
    assert.include(
      toml,
      "requires_openai_auth=true\nfeatures.plugins=false\nfeatures.apps=true\nfeatures.goals=true\n\n[mcp_servers.x]\ncommand = 'y'\n"
    )
  })
})
