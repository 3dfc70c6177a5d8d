/**
 * The short form of `npm run fuzz`. Each method occurs several times, and a failure names its seed.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as messages from "./fuzz/messages.ts"
import { run } from "./fuzz/run.ts"
import { ids } from "./fuzz/session.ts"
import * as seeded from "./scoreboard/seeded.ts"

describe("messages that are generated from the schemas", () => {
  it.live(
    "break no connection, turn or call, and each request is answered once",
    () =>
      Effect.gen(function* () {
        const { failure } = yield* run({ messages: 2000, seed: 1 })
        if (failure !== undefined) assert.fail(failure)
      }),
    120_000
  )

  it("are the same for the same seed, and differ for another", () => {
    const drawn = (seed: number) => {
      const source = messages.make(seeded.make(seed))
      return Array.from({ length: 20 }, () => source.any(ids))
    }
    assert.deepStrictEqual(drawn(7), drawn(7))
    assert.notDeepEqual(drawn(7), drawn(8))
  })

  it("are valid, changed and truncated messages of every method", () => {
    const source = messages.make(seeded.make(1))
    const hows = new Set<string>()
    for (const [kind, method] of messages.methods) {
      const sample = source.sample(kind, method, ids)
      hows.add(sample.how)
      if (sample.how === "cut") continue
      assert.doesNotThrow(() => JSON.parse(sample.payload))
    }
    assert.deepStrictEqual([...hows].sort(), ["changed", "cut", "valid"])
    assert.isAbove(messages.methods.length, 200)
  })
})
