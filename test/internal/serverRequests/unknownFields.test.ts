import { assert, describe, it } from "@effect/vitest"
import * as unknownFields from "../../../src/internal/serverRequests/unknownFields.ts"

/** An unknown field below this number of objects, or lists. */
const below = (depth: number, wrap: (inner: unknown) => unknown) => {
  let [raw, read]: [unknown, unknown] = [{ later: 1 }, {}]
  for (let level = 0; level < depth; level++) [raw, read] = [wrap(raw), wrap(read)]
  return unknownFields.find(raw, read).length
}

describe("an unknown field", () => {
  for (const [what, wrap] of [
    ["objects", (inner: unknown) => ({ a: inner })],
    ["lists", (inner: unknown) => [inner]]
  ] as const) {
    it(`is found within 32 levels of ${what}, and no deeper`, () => {
      assert.strictEqual(below(0, wrap), 1)
      assert.strictEqual(below(32, wrap), 1)
      assert.strictEqual(below(33, wrap), 0)
    })
  }
})
