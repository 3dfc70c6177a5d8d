import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, Stream } from "effect"
import * as Peer from "../support/peer.ts"
import { begun, feedOf } from "./followed.ts"
import * as T from "./support.ts"

describe("the state of a turn", () => {
  it.effect("is told now, after each change, and with the end", () =>
    Effect.gen(function* () {
      const { begin, close, say, server, thread, turn } = yield* begun
      const statuses: Array<string> = []
      const reading = yield* T.background(
        Stream.runForEach(turn.stateChanges, (state) =>
          Effect.sync(() =>
            statuses.push(`${state.status} ${state.items[0]?.text ?? "-"} ${state.items[0]?.isCompleted}`)
          )
        )
      )
      yield* begin
      yield* say("a")
      yield* say("b")
      assert.strictEqual((yield* turn.state).items[0]?.text, "ab")
      yield* server.notify("error", {
        threadId: thread.id,
        turnId: "u",
        willRetry: true,
        error: { message: "Reconnecting", codexErrorInfo: "other", additionalDetails: null }
      })
      yield* server.flush
      assert.isTrue(Option.isSome((yield* turn.state).retrying))
      yield* close("abc")
      yield* Fiber.join(reading)
      assert.strictEqual(statuses[0], "inProgress - undefined")
      assert.include(statuses, "inProgress ab false")
      assert.strictEqual(statuses.at(-1), "completed abc true")
      assert.deepStrictEqual(
        (yield* Stream.runCollect(turn.stateChanges)).map(({ status }) => status),
        ["completed"]
      )
    })
  )

  it.effect("reaches a slow reader as the latest only, and no change is missed at any step", () =>
    Effect.gen(function* () {
      for (let steps = 0; steps < 20; steps++) {
        const { begin, deltas, end, feed } = feedOf(false)
        const reading = yield* T.background(Stream.runCollect(feed.stateChanges))
        begin()
        for (let step = 0; step < steps; step++) yield* Effect.yieldNow
        deltas(100, "x")
        end()
        const states = yield* Fiber.join(reading)
        assert.strictEqual(states.at(-1)?.status, "completed")
      }
    })
  )

  it.effect("counts the requests of the server that wait for an answer", () =>
    Effect.gen(function* () {
      const { begin, end, feed } = feedOf(false)
      const counts: Array<number> = []
      const reading = yield* T.background(
        Stream.runForEach(feed.stateChanges, ({ openRequests }) => Effect.sync(() => counts.push(openRequests)))
      )
      begin()
      yield* Effect.yieldNow
      feed.countRequest(1)
      yield* Effect.yieldNow
      feed.countRequest(-1)
      yield* Effect.yieldNow
      end()
      yield* Fiber.join(reading)
      assert.deepStrictEqual([...new Set(counts)], [0, 1])
      assert.strictEqual(counts.at(-1), 0)
    })
  )

  it.effect("has no request open once it was declined", () =>
    Effect.gen(function* () {
      const { begin, server, thread, turn } = yield* begun
      yield* begin
      yield* server.ask(7, Peer.approvalMethod, Peer.commandApproval({ threadId: thread.id, turnId: "u", itemId: "i" }))
      yield* server.flush
      assert.strictEqual((yield* turn.state).openRequests, 0)
    })
  )
})
