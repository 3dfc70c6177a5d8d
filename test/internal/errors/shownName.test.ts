import { assert, describe, it } from "@effect/vitest"
import { shownName } from "../../../src/internal/errors/shownName.ts"

describe("a name of the protocol in an error", () => {
  it("is shown if it is one word of at most 60 letters", () => {
    for (const name of ["a", "usageLimitExceeded", "X".repeat(60)]) assert.strictEqual(shownName(name), name)
  })

  it("is unknown otherwise", () => {
    for (const name of ["", "X".repeat(61), "two words", "a1", "a\n", " a", "é", 7, null, undefined, ["a"]]) {
      assert.strictEqual(shownName(name), "unknown")
    }
  })
})
