import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option } from "effect"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { reasonOf } from "../support/onBinary.ts"
import { kill, killAndWait, restarting, upAfter } from "./support.ts"

describe("a thread whose process is started again", () => {
  it.live("runs its next turn on the new process, with its history", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const server = yield* AppServer.AppServer
      const thread = yield* codex.startThread()
      yield* thread.run("first")
      const pid = yield* kill
      const result = yield* Effect.andThen(upAfter(pid), thread.run("second"))
      assert.deepStrictEqual(result.finalResponse, Option.some("done"))
      assert.notStrictEqual(server.pid, pid)
      const requests = yield* model.requests
      assert.strictEqual(requests.length, 2)
      assert.include(JSON.stringify(requests[1]?.body), "first")
    }).pipe(restarting())
  )

  it.live("survives any end of the process: a signal that it handles, and one that it does not", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const server = yield* AppServer.AppServer
      const thread = yield* codex.startThread()
      yield* thread.run("first")
      for (const signal of ["SIGTERM", "SIGABRT", "SIGINT"] as const) {
        const { pid } = server
        process.kill(pid, signal)
        yield* upAfter(pid)
        assert.strictEqual((yield* thread.run(signal)).status, "completed")
      }
    }).pipe(restarting())
  )

  it.live("fails the turn in flight with what was collected, and sends nothing again", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      yield* thread.run("first")
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("never heard"), gate))
      const running = yield* Effect.forkChild(Effect.flip(thread.run("second")), { startImmediately: true })
      const queued = yield* Effect.forkChild(thread.run("third"), { startImmediately: true })
      yield* gate.reached
      yield* killAndWait
      const error = yield* Fiber.join(running)
      if (error._tag !== "CodexError" || error.reason._tag !== "ConnectionClosed") return assert.fail(error._tag)
      assert.isTrue(error.reason.sent)
      assert.isTrue(error.reason.restarts)
      assert.deepStrictEqual(
        error.reason.turn?.items.map(({ type }) => type),
        ["userMessage"]
      )
      assert.include(error.message, "outcome of the turn is unknown")
      // A run that waited for the thread was not sent, so it runs on the new process.
      assert.strictEqual((yield* Fiber.join(queued)).status, "completed")
      const said = (yield* model.requests).map(({ lastUserText }) => lastUserText)
      assert.deepStrictEqual(said, ["first", "second", "third"])
    }).pipe(restarting())
  )

  it.live("fails with `ThreadLost` if it is ephemeral, or never ran", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const ephemeral = yield* codex.startThread({ ephemeral: true })
      yield* ephemeral.run("hello")
      const empty = yield* codex.startThread()
      yield* killAndWait
      assert.strictEqual(yield* reasonOf(ephemeral.run("again")), "ThreadLost")
      assert.strictEqual(yield* reasonOf(empty.run("again")), "ThreadLost")
      assert.strictEqual(yield* ephemeral.unsubscribe, "notLoaded")
      assert.strictEqual(yield* reasonOf(ephemeral.run("again")), "ThreadNotFound")
    }).pipe(restarting())
  )
})
