import { assert, describe, it } from "@effect/vitest"
import type { Notification } from "../../../src/internal/client/notifications.ts"
import { InputClaim, isRead } from "../../../src/internal/turn/inputClaim.ts"
import type { ItemState } from "../../../src/Turn.ts"

const mine = { type: "userMessage", clientId: "key" }
const theirs = { type: "userMessage", clientId: "other" }

/** The turn that is found after these items, each reported in a turn. */
const after = (
  key: string | undefined,
  ...told: ReadonlyArray<readonly [turnId: string | undefined, item: object, method?: string]>
) => {
  const claim = new InputClaim(key)
  for (const [turnId, item, method = "item/started"] of told) {
    // Type boundary: only the fields that are read exist.
    claim.hear({ method, params: { item } } as unknown as Notification, turnId)
  }
  return claim
}

describe("the turn that received an input", () => {
  it("is the one that has the input as first item", () => {
    assert.deepStrictEqual(after("key", ["a", mine]).taken, { turnId: "a", isJoined: false })
    assert.deepStrictEqual(after("key", ["a", mine, "item/completed"]).taken, { turnId: "a", isJoined: false })
    assert.deepStrictEqual(after("key", ["b", theirs], ["a", mine]).taken, { turnId: "a", isJoined: false })
  })

  it("existed before if another item came first, except those that can precede an input", () => {
    assert.deepStrictEqual(after("key", ["a", theirs], ["a", mine]).taken, { turnId: "a", isJoined: true })
    assert.deepStrictEqual(after("key", ["a", { type: "plan" }], ["a", mine]).taken, { turnId: "a", isJoined: true })
    for (const type of ["contextCompaction", "hookPrompt"]) {
      assert.deepStrictEqual(after("key", ["a", { type }], ["a", mine]).taken, { turnId: "a", isJoined: false })
    }
  })

  it("is identified once, by a key in an item of a turn", () => {
    assert.deepStrictEqual(after("key", ["a", mine], ["b", mine]).taken?.turnId, "a")
    assert.isUndefined(after(undefined, ["a", { type: "userMessage" }]).taken)
    assert.isUndefined(after("key", [undefined, mine]).taken)
    assert.isUndefined(after("key", ["a", mine, "item/agentMessage/delta"]).taken)
    assert.isUndefined(after("key", ["a", { type: "plan", clientId: "key" }]).taken)
  })

  it("is reported to the last listener, immediately if it is known", () => {
    const told: Array<string> = []
    const claim = after("key")
    claim.onTaken(() => told.push("first"))
    claim.onTaken(({ turnId }) => told.push(turnId))
    // Type boundary: as above.
    claim.hear({ method: "item/started", params: { item: mine } } as unknown as Notification, "a")
    assert.deepStrictEqual(told, ["a"])
    claim.onTaken(({ turnId }) => told.push(`${turnId} again`))
    assert.deepStrictEqual(told, ["a", "a again"])
  })
})

describe("an input that a model has read", () => {
  const read = (key: string | undefined, ...items: ReadonlyArray<object>) =>
    // Type boundary: as above.
    isRead(key, items.map((item) => ({ item })) as unknown as ReadonlyArray<ItemState>)

  it("is followed by an action of the model", () => {
    assert.isTrue(read("key", mine, { type: "agentMessage" }))
    assert.isTrue(read("key", theirs, mine, theirs, { type: "reasoning" }))
    assert.isFalse(read("key", { type: "agentMessage" }, mine))
    assert.isFalse(read("key", mine, theirs, { type: "contextCompaction" }, { type: "hookPrompt" }))
  })

  it("is any input of a turn in which the model acts, if its items lack the input", () => {
    assert.isTrue(read(undefined, mine, { type: "agentMessage" }))
    assert.isTrue(read("other key", { type: "agentMessage" }))
    assert.isFalse(read("key"))
  })
})
