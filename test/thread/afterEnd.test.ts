import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import { ConnectionClosed } from "../../src/CodexError.ts"
import * as Peer from "../support/peer.ts"
import { at } from "../support/rawDriver.ts"
import * as Played from "../support/played.ts"

describe("a thread whose connection has ended", () => {
  it.effect("fails every kind of turn with the end of the connection, not with a missing thread", () =>
    Effect.gen(function* () {
      const { codex, peer } = yield* Played.codex()
      const starting = yield* Effect.forkScoped(codex.startThread(), { startImmediately: true })
      const { id } = yield* peer.receive
      yield* peer.send({ id, result: Peer.threadStartResponse("thread-1") })
      const thread = yield* Fiber.join(starting)
      const ended = yield* Effect.forkScoped(Effect.flip(Stream.runDrain(codex.notifications)), {
        startImmediately: true
      })
      yield* peer.close({ _tag: "EndOfOutput" })
      const { reason } = yield* Fiber.join(ended)
      const uses: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
        thread.run("hello"),
        thread.turn("hello"),
        thread.send("hello"),
        thread.review({ type: "uncommittedChanges" }),
        Stream.runDrain(thread.streamUntilEnd("hello")),
        thread.startGoal("an end")
      ]
      assert.instanceOf(reason, ConnectionClosed)
      for (const use of uses) assert.strictEqual(at(yield* Effect.flip(use), "reason"), reason)
    })
  )
})
