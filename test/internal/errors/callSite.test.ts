import { assert, describe, it } from "@effect/vitest"
import * as callSite from "../../../src/internal/errors/callSite.ts"

/** The lines of the stack of an error after a place was put into it. */
const placed = (frame: string | undefined, error = new Error("it failed")) => {
  callSite.putInto(error, "Thread.run", () => frame)
  return error.stack?.split("\n")
}

describe("the place of a call in the stack of its error", () => {
  it("is the only frame, whatever function made the call", () => {
    for (const frame of [
      "at main (/app/main.ts:1:2)",
      "at async main (/app/main.ts:1:2)",
      "at /app/main.ts:1:2",
      "at async /app/main.ts:1:2",
      "/app/main.ts:1:2"
    ]) {
      assert.deepStrictEqual(placed(frame), ["Error: it failed", "    at Thread.run (/app/main.ts:1:2)"], frame)
    }
    // A frame that an engine has cut off.
    assert.deepStrictEqual(placed("at main (/app/main.ts")?.[1], "    at Thread.run (/app/main.ts)")
  })

  it("is not replaced by a second one, and leaves the stack alone if it is unknown", () => {
    const error = new Error("it failed")
    const { stack } = error
    placed(undefined, error)
    assert.strictEqual(error.stack, stack)
    placed("at /app/first.ts:1:2", error)
    assert.deepStrictEqual(placed("at /app/second.ts:1:2", error)?.[1], "    at Thread.run (/app/first.ts:1:2)")
  })

  it("replaces the frames of the reason, too", () => {
    const reason = new Error("the reason")
    placed("at /app/main.ts:1:2", new Error("it failed", { cause: reason }))
    assert.strictEqual(reason.stack, "Error: the reason")
  })
})

describe("an error without a stack", () => {
  it("has its name and its message only, and leaves the limit of other stacks as it was", () => {
    const { stackTraceLimit } = Error
    assert.strictEqual(callSite.withoutStack(() => new Error("it failed")).stack, "Error: it failed")
    assert.strictEqual(Error.stackTraceLimit, stackTraceLimit)
    assert.throws(() =>
      callSite.withoutStack(() => {
        throw new Error("it failed")
      })
    )
    assert.strictEqual(Error.stackTraceLimit, stackTraceLimit)
  })
})
