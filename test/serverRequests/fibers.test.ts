/** Which fibers requests leave while the connection is open: none. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Fibers from "../scoreboard/fibers.ts"
import * as Test from "./support.ts"

Fibers.watch()

describe("requests that were withdrawn while their handlers ran", () => {
  it.effect("leave no fiber", () =>
    Effect.gen(function* () {
      const { ask, client, peer, settle } = yield* Test.played({
        serverRequests: { [Test.command]: () => Effect.never }
      })
      const round = Effect.fnUntraced(function* (id: number) {
        yield* ask(id, Test.command, Test.commandParams())
        yield* peer.send(Test.resolved(id))
        yield* settle
      })
      yield* round(1)
      const before = Fibers.alive().size
      for (let id = 2; id < 22; id++) yield* round(id)
      assert.deepStrictEqual(yield* client.openRequests, [])
      assert.isAtMost(Fibers.alive().size, before)
    })
  )
})
