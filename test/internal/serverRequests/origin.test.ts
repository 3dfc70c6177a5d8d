import { assert, describe, it } from "@effect/vitest"
import { withOrigin, withPolicyOrigin, originOf } from "../../../src/internal/serverRequests/types.ts"

describe("the origin of an answer", () => {
  it("is that of the tagged value, with or without the request", () => {
    const failure = withOrigin(new Error("no"), { rule: "notOffered" })
    for (const request of [undefined, {}]) assert.deepStrictEqual(originOf(failure, request), { rule: "notOffered" })
    assert.isUndefined(originOf(new Error("no")))
  })

  it("is the policy that gave it to the request, also for an equal copy", () => {
    const request = {}
    const answer = withPolicyOrigin(request, { decision: "accept" }, "first")
    assert.deepStrictEqual(originOf(answer), { rule: "policy", policy: "first" })
    assert.deepStrictEqual(originOf({ decision: "accept" }, request), { rule: "policy", policy: "first" })
    assert.isUndefined(originOf({ decision: "accept" }))
    assert.isUndefined(originOf({ decision: "accept" }, {}))
    assert.isUndefined(originOf({ decision: "decline" }, request))
  })

  it("is the latest of equal answers for a copy, and its own for each of them", () => {
    const request = {}
    const first = withPolicyOrigin(request, { decision: "accept" }, "first")
    withPolicyOrigin(request, { decision: "decline" }, "other")
    withPolicyOrigin(request, { decision: "accept" }, "second")
    assert.deepStrictEqual(originOf(first, request), { rule: "policy", policy: "first" })
    assert.deepStrictEqual(originOf({ decision: "accept" }, request), { rule: "policy", policy: "second" })
  })

  it("is none for a value that is no object", () => {
    for (const value of [null, undefined, "accept", 7]) assert.isUndefined(originOf(value, {}))
  })
})
