import { assert, describe, it } from "@effect/vitest"
import { shownIds } from "../../../src/internal/errors/shownIds.ts"

describe("ids in log lines", () => {
  it("are unchanged if they have the protocol's form", () => {
    const ids = { threadId: "019c0000-0000-7000-8000-000000000000", turnId: "turn-1" }
    assert.deepStrictEqual(shownIds(ids), ids)
  })

  it("are one short line that is safe for a terminal", () => {
    assert.deepStrictEqual(shownIds({ threadId: "a\nINFO: b\u001b[2J" }), { threadId: "a\\u{a}INFO: b\\u{1b}[2J" })
    assert.strictEqual(shownIds({ turnId: "x".repeat(100) }).turnId, "x".repeat(100))
    assert.strictEqual(shownIds({ turnId: "x".repeat(101) }).turnId, `${"x".repeat(100)}…`)
  })
})
