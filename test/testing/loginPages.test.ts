import { assert, describe, it } from "@effect/vitest"
import { answer, type Behavior } from "../../src/testing/loginPages.ts"

const ask = (path: string, behavior: Behavior = {}) => answer(behavior, new URL(path, "http://issuer.test"), "")

describe("the pages of the login issuer", () => {
  it("report a usage that the plan allows, as scripted", () => {
    const usage = (used_percent: number, plan_type: string) => ({
      status: 200,
      body: {
        plan_type,
        rate_limit: {
          allowed: true,
          limit_reached: false,
          primary_window: {
            used_percent,
            limit_window_seconds: 18_000,
            reset_after_seconds: 100,
            reset_at: 2_000_000_000
          },
          secondary_window: null
        },
        credits: { has_credits: false, unlimited: false, balance: "0" }
      }
    })
    assert.deepStrictEqual(ask("/backend-api/wham/usage"), usage(12, "pro"))
    assert.deepStrictEqual(ask("/backend-api/wham/usage", { usedPercent: 0, planType: "plus" }), usage(0, "plus"))
  })

  it("return 404 under an unknown path", () => {
    assert.isUndefined(ask("/backend-api/wham/other"))
  })
})
