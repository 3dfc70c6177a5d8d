import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Logger } from "effect"
import { TestClock } from "effect/testing"
import * as Peer from "../support/peer.ts"
import * as T from "./support.ts"

const quiet = Effect.provide(Logger.layer([]))

/** A turn with an idleTimeout of ten seconds, and a request that the test answers. */
const begun = Effect.gen(function* () {
  const answer = yield* Deferred.make<"accept" | "decline">()
  const server = yield* T.connect({
    serverRequests: {
      "item/commandExecution/requestApproval": () => Effect.map(Deferred.await(answer), (decision) => ({ decision }))
    }
  })
  const thread = yield* server.thread
  const turn = yield* T.startTurn(server, thread, "u", { idleTimeout: "10 seconds" })
  yield* T.background(Effect.exit(turn.result))
  yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
  const ask = (turnId: string) =>
    Effect.andThen(
      server.ask(7, Peer.approvalMethod, Peer.commandApproval({ threadId: thread.id, turnId, itemId: "i" })),
      server.flush
    )
  return { answer, ask, server, turn }
})

describe("an open server request", () => {
  it.effect("is counted in the turn's state, and pauses idleTimeout until it is answered", () =>
    Effect.gen(function* () {
      const { answer, ask, server, turn } = yield* begun
      yield* ask("u")
      assert.strictEqual((yield* turn.state).openRequests, 1)
      yield* TestClock.adjust("1 hour")
      assert.notInclude(server.methods(), "thread/read")
      yield* Deferred.succeed(answer, "decline")
      yield* server.flush
      assert.strictEqual((yield* turn.state).openRequests, 0)
      yield* TestClock.adjust("9 seconds")
      assert.notInclude(server.methods(), "thread/read")
      yield* TestClock.adjust("1 seconds")
      // Before it gives the turn up, the client requests its status.
      yield* server.next("thread/read")
    }).pipe(quiet)
  )

  it.effect("has no effect on another turn", () =>
    Effect.gen(function* () {
      const { ask, server, turn } = yield* begun
      yield* ask("another")
      assert.strictEqual((yield* turn.state).openRequests, 0)
      yield* TestClock.adjust("10 seconds")
      yield* server.next("thread/read")
    }).pipe(quiet)
  )
})
