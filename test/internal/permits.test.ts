import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Permits, type Waiter } from "../../src/internal/connection/permits.ts"

class Holder implements Waiter<Holder> {
  ahead: Holder | undefined = undefined
  behind: Holder | undefined = undefined
  readonly name: number
  constructor(name: number) {
    this.name = name
  }
}

describe("permits", () => {
  it.effect.prop(
    "never exceed the limit, never stay idle while a waiter exists, and go to the waiters in order",
    {
      limit: Schema.Literals([1, 2, 5]),
      steps: Schema.Array(Schema.Struct({ kind: Schema.Literals(["ask", "release", "leave"]), at: Schema.Int }))
    },
    ({ limit, steps }) =>
      Effect.sync(() => {
        const permits = new Permits<Holder>(limit)
        // A simple model of the same.
        const line: Array<Holder> = []
        let held = 0
        let names = 0
        for (const { at, kind } of steps) {
          if (kind === "ask") {
            const holder = new Holder(names++)
            const took = permits.take()
            assert.strictEqual(took, held < limit && line.length === 0)
            if (took) held++
            else {
              permits.join(holder)
              line.push(holder)
            }
          } else if (kind === "release" && held > 0) {
            permits.release()
            held--
            const next = permits.next()
            assert.strictEqual(next, line.shift())
            if (next !== undefined) held++
          } else if (kind === "leave" && line.length > 0) {
            const [holder] = line.splice(Math.abs(at) % line.length, 1)
            permits.leave(holder ?? assert.fail())
          }
          assert.isUndefined(held < limit && line.length > 0 ? "idle" : undefined)
          const seen: Array<number> = []
          for (let waiter = permits.first; waiter !== undefined; waiter = waiter.behind) seen.push(waiter.name)
          assert.deepStrictEqual(
            seen,
            line.map(({ name }) => name)
          )
        }
      })
  )

  it("accept a waiter again that left, at the end of the queue", () => {
    const permits = new Permits<Holder>(1)
    permits.take()
    const [a, b] = [new Holder(1), new Holder(2)]
    permits.join(a)
    permits.join(b)
    permits.leave(a)
    permits.join(a)
    permits.release()
    assert.strictEqual(permits.next(), b)
    assert.isUndefined(permits.next())
    permits.release()
    assert.strictEqual(permits.next(), a)
  })
})
