import { assert, describe, it } from "@effect/vitest"
import { FairQueue } from "../../../src/internal/pool/fairQueue.ts"

const make = (bounds = { total: Infinity, perKey: Infinity }) => new FairQueue<string, number>(bounds)

const takeAll = (queue: FairQueue<string, number>, canServe: (key: string) => boolean = () => true) => {
  const taken: Array<number> = []
  for (let next = queue.next(canServe); next !== undefined; next = queue.next(canServe)) taken.push(next)
  return taken
}

describe("a fair queue", () => {
  it("serves keys in turns, and the waiters of one key in order", () => {
    const queue = make()
    for (const waiter of [1, 2, 3, 4]) queue.join("a", waiter)
    queue.join("b", 10)
    queue.join("b", 11)
    queue.join("c", 20)
    assert.deepStrictEqual(takeAll(queue), [1, 10, 20, 2, 11, 3, 4])
    assert.strictEqual(queue.size, 0)
  })

  it("puts a key that was served behind one that came in the meantime", () => {
    const queue = make()
    queue.join("a", 1)
    queue.join("a", 2)
    assert.strictEqual(
      queue.next(() => true),
      1
    )
    queue.join("b", 10)
    assert.deepStrictEqual(takeAll(queue), [2, 10])
    queue.join("a", 3)
    queue.join("b", 11)
    queue.join("a", 4)
    queue.join("c", 20)
    queue.next(() => true)
    assert.deepStrictEqual(takeAll(queue), [11, 20, 4])
  })

  it("passes over keys that cannot be served, and keeps their place", () => {
    const queue = make()
    queue.join("a", 1)
    queue.join("b", 10)
    queue.join("b", 11)
    assert.deepStrictEqual(
      takeAll(queue, (key) => key !== "a"),
      [10, 11]
    )
    queue.join("b", 12)
    assert.deepStrictEqual(takeAll(queue), [1, 12])
  })

  it("forgets a waiter that leaves, from any position, and its key with the last", () => {
    const queue = make()
    for (const waiter of [1, 2, 3]) queue.join("a", waiter)
    queue.leave("a", 2)
    queue.leave("a", 2)
    queue.leave("b", 9)
    assert.strictEqual(queue.size, 2)
    assert.deepStrictEqual(
      queue.remove((waiter) => waiter === 3),
      [3]
    )
    queue.leave("a", 1)
    assert.deepStrictEqual([...queue.keys()], [])
    assert.strictEqual(queue.sizeOf("a"), 0)
  })

  it("says which bound another waiter would exceed", () => {
    const queue = make({ total: 3, perKey: 2 })
    assert.isUndefined(queue.excess("a"))
    queue.join("a", 1)
    queue.join("a", 2)
    assert.deepStrictEqual(queue.excess("a"), { scope: "key", waiting: 2, limit: 2 })
    assert.isUndefined(queue.excess("b"))
    queue.join("b", 10)
    assert.deepStrictEqual(queue.excess("b"), { scope: "pool", waiting: 3, limit: 3 })
    queue.leave("a", 1)
    assert.isUndefined(queue.excess("a"))
  })
})
