import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Fiber, Option, Stream } from "effect"
import * as Peer from "../support/peer.ts"
import { begun, feedOf } from "./followed.ts"
import * as T from "./support.ts"

describe("the state of a turn", () => {
  it.effect("is emitted immediately, after each change, and with the end", () =>
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

  it.effect("skips intermediate states for a slow reader", () =>
    Effect.gen(function* () {
      const { begin, deltas, end, feed, tell } = feedOf(false)
      const pull = yield* Stream.toPull(feed.stateChanges)
      const next = Effect.map(pull, (states) => states.map(({ items, status }) => `${status} ${items[0]?.text ?? "-"}`))
      begin()
      assert.deepStrictEqual(yield* next, ["inProgress -"])
      tell(T.itemStarted("t", "u", Peer.agentMessage("m", "")))
      deltas(100, "x")
      assert.deepStrictEqual(yield* next, [`inProgress ${"x".repeat(100)}`])
      deltas(100, "y")
      end()
      assert.deepStrictEqual(yield* next, [`completed ${"x".repeat(100)}${"y".repeat(100)}`])
      assert.isTrue(Cause.isDone(yield* Effect.flip(pull)))
    })
  )

  it.effect("ends with the turn, at whatever step of the reader that happens", () =>
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

  it.effect("counts the server requests that wait for an answer", () =>
    Effect.gen(function* () {
      const { begin, end, feed } = feedOf(false)
      const counts: Array<number> = []
      const reading = yield* T.background(
        Stream.runForEach(feed.stateChanges, ({ openRequests }) => Effect.sync(() => counts.push(openRequests)))
      )
      begin()
      yield* Effect.yieldNow
      feed.setOpenRequests(1)
      yield* Effect.yieldNow
      feed.setOpenRequests(0)
      yield* Effect.yieldNow
      end()
      yield* Fiber.join(reading)
      assert.deepStrictEqual([...new Set(counts)], [0, 1])
      assert.strictEqual(counts.at(-1), 0)
    })
  )
})
