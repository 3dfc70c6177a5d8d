/** The reason of a turn's error, by the server's name for it, its HTTP status, or its message. */
import { assert, describe, it } from "@effect/vitest"
import type { TurnError } from "../../../src/Protocol.ts"
import { classifyTurnError, mockMistakes } from "../../../src/internal/errors/turnReasons.ts"

// Type boundary: a server can send any name.
const reasonOf = (codexErrorInfo: unknown, message = "words") =>
  classifyTurnError({ message, codexErrorInfo, additionalDetails: null } as TurnError)

describe("the reason of a failed turn", () => {
  const names: ReadonlyArray<readonly [info: string, tag: string, isRetryable: boolean]> = [
    ["serverOverloaded", "ServerOverloaded", true],
    ["rateLimitExceeded", "RateLimited", true],
    ["usageLimitExceeded", "UsageLimitExceeded", false],
    ["sessionBudgetExceeded", "UsageLimitExceeded", false],
    ["contextWindowExceeded", "ContextWindowExceeded", false],
    ["unauthorized", "Unauthorized", false],
    ["modelNotFound", "ModelNotFound", false],
    ["cyberPolicy", "PolicyViolation", false],
    ["misalignmentPolicyViolation", "PolicyViolation", false],
    ["tooManyDenials", "PolicyViolation", false],
    ["inferenceHookDenied", "PolicyViolation", false],
    ["badRequest", "OtherFailure", false]
  ]
  for (const [info, tag, isRetryable] of names) {
    it(`is ${tag} for ${JSON.stringify(info)}`, () => {
      const reason = reasonOf(info)
      assert.strictEqual(reason._tag, tag)
      assert.strictEqual(reason.isRetryable, isRetryable)
      if ("kind" in reason) assert.strictEqual(reason.kind, info)
    })
  }

  const connections = [
    "httpConnectionFailed",
    "responseStreamConnectionFailed",
    "responseStreamDisconnected",
    "responseTooManyFailedAttempts"
  ]
  for (const kind of connections) {
    it(`is ModelConnectionFailed for ${kind}, unless the status is more specific`, () => {
      const failed = { _tag: "ModelConnectionFailed", kind, isRetryable: false } as const
      assert.deepInclude(reasonOf({ [kind]: { httpStatusCode: 502 } }), { ...failed, httpStatusCode: 502 })
      for (const details of [{ httpStatusCode: null }, { httpStatusCode: "502" }, {}, null, "x"]) {
        assert.deepInclude(reasonOf({ [kind]: details }), { ...failed, httpStatusCode: null })
      }
      assert.strictEqual(reasonOf({ [kind]: { httpStatusCode: 401 } })._tag, "Unauthorized")
      assert.strictEqual(reasonOf({ [kind]: { httpStatusCode: 429 } })._tag, "RateLimited")
    })
  }

  it("is OtherFailure with the name of an unknown kind", () => {
    assert.deepInclude(reasonOf({ activeTurnNotSteerable: { turnKind: "review" } }), {
      _tag: "OtherFailure",
      kind: "activeTurnNotSteerable"
    })
    assert.deepInclude(reasonOf({ "~unknown": { later: { httpStatusCode: 500 } } }), { kind: "later" })
    assert.deepInclude(reasonOf({}), { _tag: "OtherFailure", kind: "unknown" })
  })

  it("is OtherFailure for an unknown kind without a name", () => {
    for (const error of [undefined, null]) assert.deepInclude(classifyTurnError(error), { kind: "unknown" })
    for (const info of [null, undefined]) assert.deepInclude(reasonOf(info), { _tag: "OtherFailure", kind: "unknown" })
  })

  it("is Unauthorized if the server got no new tokens, which only its message says", () => {
    for (const words of ["auth refresh request failed", "auth refresh returned nothing"]) {
      assert.strictEqual(reasonOf("other", words)._tag, "Unauthorized")
      assert.strictEqual(reasonOf("other", `so: ${words}`)._tag, "OtherFailure")
      assert.strictEqual(reasonOf("badRequest", words)._tag, "OtherFailure")
    }
    assert.strictEqual(reasonOf("other", "auth refresh requested")._tag, "OtherFailure")
  })

  it("is OtherFailure with the mistake in a test, which the mock model's words say", () => {
    for (const mistake of Object.values(mockMistakes)) {
      assert.match(mistake, /^MockModel: \w/)
      const failed = { _tag: "OtherFailure", kind: mistake } as const
      assert.deepInclude(reasonOf("other", `unexpected status 500: ${mistake}, url: x`), failed)
      assert.deepInclude(reasonOf("badRequest", mistake), { _tag: "OtherFailure", kind: "badRequest" })
    }
    assert.deepInclude(reasonOf("other", "MockModel"), { _tag: "OtherFailure", kind: "other" })
  })

  it("has no name of the server's that is not like one of the protocol", () => {
    for (const info of ["two words", { "two words": {} }, { "~unknown": { "two words": null } }]) {
      assert.deepInclude(reasonOf(info), { _tag: "OtherFailure", kind: "unknown" })
    }
  })
})
