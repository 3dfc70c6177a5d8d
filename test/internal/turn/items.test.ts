import { assert, describe, it } from "@effect/vitest"
import type { ThreadItem } from "../../../src/Protocol.ts"
import * as items from "../../../src/internal/turn/items.ts"

/** An item of a type, with the fields that matter. */
// Type boundary: the other fields are not read.
const item = (type: string, fields: object = {}) => ({ type, id: "item-1", ...fields }) as unknown as ThreadItem

describe("a kind of item", () => {
  const rows: ReadonlyArray<readonly [type: string, isLongRunning: boolean, isHarmless: boolean]> = [
    ["userMessage", false, true],
    ["hookPrompt", false, true],
    ["agentMessage", false, true],
    ["functionCallOutput", false, false],
    ["plan", false, true],
    ["reasoning", false, true],
    ["commandExecution", true, false],
    ["fileChange", true, false],
    ["mcpToolCall", true, false],
    ["dynamicToolCall", true, false],
    ["collabAgentToolCall", true, false],
    ["subAgentActivity", false, false],
    ["webSearch", true, true],
    ["imageView", false, true],
    ["sleep", true, true],
    ["imageGeneration", true, false],
    ["enteredReviewMode", false, false],
    ["exitedReviewMode", false, false],
    ["contextCompaction", false, false],
    // An unknown item may run for long and leave something behind.
    ["~unknown", true, false],
    ["ofALaterServer", true, false],
    ["toString", true, false]
  ]
  it("decides with all others of a turn whether the turn can run again", () => {
    const harmless = rows.flatMap(([type, , isHarmless]) => (isHarmless ? [item(type)] : []))
    assert.isTrue(items.areHarmless([]))
    assert.isTrue(items.areHarmless(harmless))
    for (const [type, , isHarmless] of rows) {
      assert.strictEqual(items.areHarmless([...harmless, item(type, { raw: {} })]), isHarmless, type)
    }
    // An item of a known type that could not be decoded.
    assert.isTrue(items.areHarmless([item("~unknown", { raw: { type: "plan" } })]))
    assert.isFalse(items.areHarmless([item("~unknown", { raw: { type: "fileChange" } })]))
  })

  for (const [type, isLongRunning, isHarmless] of rows) {
    it(`${type}: ${isLongRunning ? "may be silent for long" : "writes"}, ${isHarmless ? "can" : "can't"} be run again`, () => {
      assert.deepInclude(items.kindOf(item(type)), { isLongRunning, isHarmless })
    })
  }
})

describe("an item", () => {
  it("has its text if its kind has one", () => {
    assert.strictEqual(items.textOf(item("agentMessage", { text: "a" })), "a")
    assert.strictEqual(items.textOf(item("plan", { text: "b" })), "b")
    assert.strictEqual(items.textOf(item("commandExecution", { aggregatedOutput: "c" })), "c")
    assert.strictEqual(items.textOf(item("commandExecution", { aggregatedOutput: null })), "")
    assert.strictEqual(items.textOf(item("reasoning", { summary: ["d", "e"], content: ["f"] })), "d\n\ne\n\nf")
    assert.strictEqual(items.textOf(item("reasoning")), "")
    assert.strictEqual(items.textOf(item("fileChange", { text: "g" })), "")
    assert.strictEqual(items.textOf(item("ofALaterServer", { text: "h" })), "")
  })

  it("has its id, even if it is unreadable", () => {
    assert.strictEqual(items.idOf(item("plan")), "item-1")
    assert.strictEqual(items.idOf(item("~unknown", { raw: { id: "raw-1" } })), "raw-1")
  })

  it("has failed if it was in progress at the end of its turn, and is unchanged otherwise", () => {
    const running = item("commandExecution", { status: "inProgress", command: "ls" })
    assert.deepStrictEqual<unknown>(items.cut(running), { ...running, status: "failed" })
    for (const other of [
      item("commandExecution", { status: "completed" }),
      item("plan"),
      item("plan", { status: null })
    ]) {
      assert.strictEqual(items.cut(other), other)
    }
  })
})
