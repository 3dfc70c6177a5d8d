import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Option, Stream } from "effect"
import * as MockModel from "../../src/testing/MockModel.ts"
import { OutcomeUnknown, TurnFailed } from "../../src/Turn.ts"
import { background } from "../turn/support.ts"
import { reasonOf } from "../support/onBinary.ts"
import * as SharedServer from "../support/sharedServer.ts"
import { keysOf, makeHome, timesAsked } from "./keySupport.ts"

const halfway = Effect.map(MockModel.gate, (gate) => ({
  gate,
  reply: MockModel.hold(MockModel.deltas(["half ", "way"]), gate, { after: 3 })
}))

const open = Effect.gen(function* () {
  const { home, model, start } = yield* makeHome
  const server = yield* start()
  const thread = yield* server.codex.startThread()
  return { ...server, home, model, start, thread }
})

describe("runOnce", () => {
  it.live("runs the input, and later returns the result from the record without asking the model", () =>
    Effect.gen(function* () {
      const { codex, kill, model, start, thread } = yield* open
      const first = yield* thread.runOnce("order-1", "pay")
      assert.deepStrictEqual(first.finalResponse, Option.some("you said pay"))
      const again = yield* thread.runOnce("order-1", "pay")
      assert.strictEqual(again.id, first.id)
      assert.deepStrictEqual(again.items, first.items)
      assert.deepStrictEqual(again.finalResponse, first.finalResponse)
      assert.deepStrictEqual(again.usage, Option.none())
      const other = yield* codex.resumeThread(thread.id)
      assert.strictEqual((yield* other.runOnce("order-1", "pay")).id, first.id)
      yield* kill
      const next = yield* (yield* start()).codex.resumeThread(thread.id)
      assert.deepStrictEqual((yield* next.runOnce("order-1", "pay")).items, first.items)
      assert.strictEqual(yield* timesAsked(model, "pay"), 1)
      assert.notStrictEqual((yield* next.runOnce("order-2", "pay")).id, first.id)
      assert.strictEqual(yield* timesAsked(model, "pay"), 2)
    })
  )

  it.live("fails as the recorded turn failed, and repeats it only if that is wanted and safe", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* open
      yield* model.enqueue(MockModel.failed({ code: "server_is_overloaded", message: "busy" }))
      const failed = yield* Effect.flip(thread.runOnce("k", "go"))
      assert.instanceOf(failed, TurnFailed)
      const again = yield* Effect.flip(thread.runOnce("k", "go"))
      assert.instanceOf(again, TurnFailed)
      assert.strictEqual(again.turnId, failed.turnId)
      assert.strictEqual(again.reason._tag, "ServerOverloaded")
      assert.strictEqual(again.message, failed.message)
      assert.deepStrictEqual(again.result.error, failed.result.error)
      assert.strictEqual(yield* timesAsked(model, "go"), 1)
      const repeated = yield* thread.runOnce("k", "go", { ifFailed: "repeat" })
      assert.deepStrictEqual(repeated.finalResponse, Option.some("you said go"))
      assert.strictEqual((yield* thread.runOnce("k", "go")).id, repeated.id)
      // This one did something first.
      yield* model.enqueue(
        MockModel.execCommand("true"),
        MockModel.failed({ code: "server_is_overloaded", message: "busy" })
      )
      yield* Effect.flip(thread.runOnce("worked", "work"))
      const kept = yield* Effect.flip(thread.runOnce("worked", "work", { ifFailed: "repeat" }))
      assert.strictEqual(kept._tag, "TurnFailed")
      assert.strictEqual(yield* timesAsked(model, "work"), 2)
    })
  )

  it.live("fails with OutcomeUnknown after a crash, with what this program saw of a running command", () =>
    Effect.gen(function* () {
      const { kill, model, start, thread } = yield* open
      yield* thread.run("first")
      yield* model.enqueue(
        MockModel.response([MockModel.message("I begin.", { phase: "commentary" }), MockModel.execCommand("sleep 50")])
      )
      const run = yield* background(Effect.flip(thread.runOnce("k", "go")))
      yield* model.received(2)
      const turn = Option.getOrThrow(yield* thread.current)
      yield* Stream.runHead(
        Stream.filter(turn.stateChanges, ({ items }) => items.some(({ item }) => item.type === "commandExecution"))
      )
      yield* kill
      const closed = yield* Fiber.join(run)
      assert.strictEqual(closed._tag === "CodexError" ? closed.reason._tag : closed._tag, "ConnectionClosed")
      const next = yield* (yield* start()).codex.resumeThread(thread.id)
      const error = yield* Effect.flip(next.runOnce("k", "go"))
      assert.instanceOf(error, OutcomeUnknown)
      assert.strictEqual(error.turnId, turn.id)
      assert.strictEqual(error.status, "interrupted")
      assert.deepStrictEqual(
        error.seen.items.map(({ type }) => type),
        ["userMessage", "agentMessage"]
      )
      assert.deepStrictEqual(
        error.seen.unfinishedItems.map((item) => item.type === "commandExecution" && item.command.includes("sleep 50")),
        [true]
      )
      assert.deepStrictEqual(error.collected, { items: 2, unfinishedItems: 1, totalTokens: null })
      const record = Option.getOrThrow(yield* next.turnByKey("k"))
      assert.deepStrictEqual([record.status, record.key, record.id], ["interrupted", "k", turn.id])
      assert.lengthOf(yield* model.requests, 2)
    })
  )

  it.live("continues an interrupted turn once, under the same key", () =>
    Effect.gen(function* () {
      const { kill, model, start, thread } = yield* open
      const { gate, reply } = yield* halfway
      yield* model.enqueue(reply)
      const run = yield* background(Effect.flip(thread.runOnce("k", "go", { ifInterrupted: "continue" })))
      yield* gate.reached
      yield* kill
      yield* Fiber.join(run)
      const next = yield* (yield* start()).codex.resumeThread(thread.id)
      const continued = yield* next.runOnce("k", "go", { ifInterrupted: "continue", continuation: "the rest" })
      assert.deepStrictEqual(continued.finalResponse, Option.some("you said the rest"))
      assert.deepStrictEqual(keysOf(continued.items), ["k"])
      assert.strictEqual((yield* next.runOnce("k", "go")).id, continued.id)
      assert.lengthOf(yield* model.requests, 2)
      const [, last] = yield* model.requests
      assert.include(last?.texts("user") ?? [], "go")
    })
  )

  it.live("asks by default to check what is done, and to complete the rest", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* open
      const { gate, reply } = yield* halfway
      yield* model.enqueue(reply)
      const turn = yield* thread.turn("go", { key: "k" })
      yield* gate.reached
      yield* turn.interrupt()
      assert.strictEqual((yield* Effect.flip(thread.runOnce("k", "go")))._tag, "OutcomeUnknown")
      const { finalResponse } = yield* thread.runOnce("k", "go", { ifInterrupted: "continue" })
      assert.include(Option.getOrThrow(finalResponse), "Check what is done")
    })
  )

  it.live("waits for a turn with the key that runs for another client of the server", () =>
    Effect.gen(function* () {
      const { connect, model } = yield* SharedServer.make({ fallback: () => MockModel.reply("done") })
      const [one, two] = [yield* connect, yield* connect]
      const ours = yield* one.startThread()
      yield* ours.run("first")
      const theirs = yield* two.resumeThread(ours.id)
      const { gate, reply } = yield* halfway
      yield* model.enqueue(reply)
      const running = yield* ours.turn("go", { key: "k" })
      yield* gate.reached
      const late = yield* two.resumeThread(ours.id)
      const waiting = yield* Effect.forEach([theirs, late, ours], (thread) => background(thread.runOnce("k", "go")))
      yield* Effect.forEach([theirs, ours], (thread) => thread.read())
      yield* gate.release
      const expected = yield* running.result
      for (const fiber of waiting) {
        const result = yield* Fiber.join(fiber)
        assert.strictEqual(result.id, expected.id)
        assert.deepStrictEqual(result.finalResponse, Option.some("half way"))
        assert.deepStrictEqual(result.items, expected.items)
      }
      assert.lengthOf(yield* model.requests, 2)
    })
  )

  it.live("runs one turn for calls at the same time, and ends it only when all of them are interrupted", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* open
      const { gate, reply } = yield* halfway
      yield* model.enqueue(reply)
      const [a, b, c] = [
        yield* background(thread.runOnce("k", "go")),
        yield* background(thread.runOnce("k", "go")),
        yield* background(thread.runOnce("k", "something else"))
      ]
      yield* gate.reached
      yield* Fiber.interrupt(a)
      assert.isTrue(Option.isSome(yield* thread.current))
      yield* gate.release
      const [second, third] = [yield* Fiber.join(b), yield* Fiber.join(c)]
      assert.strictEqual(second, third)
      assert.deepStrictEqual(second.finalResponse, Option.some("half way"))
      assert.lengthOf(yield* model.requests, 1)

      const held = yield* halfway
      yield* model.enqueue(held.reply)
      const both = [yield* background(thread.runOnce("l", "go")), yield* background(thread.runOnce("l", "go"))]
      yield* held.gate.reached
      yield* Effect.forEach(both, (fiber) => Fiber.interrupt(fiber))
      assert.isTrue(Option.isNone(yield* thread.current))
      assert.strictEqual((yield* Effect.flip(thread.runOnce("l", "go")))._tag, "OutcomeUnknown")
    })
  )

  it.live("continues although the call that it joined may not", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* open
      const { gate, reply } = yield* halfway
      yield* model.enqueue(reply)
      const turn = yield* thread.turn("go", { key: "k" })
      yield* gate.reached
      const careful = yield* background(Effect.flip(thread.runOnce("k", "go")))
      const bold = yield* background(thread.runOnce("k", "go", { ifInterrupted: "continue", continuation: "rest" }))
      yield* turn.interrupt()
      assert.strictEqual((yield* Fiber.join(careful))._tag, "OutcomeUnknown")
      assert.deepStrictEqual((yield* Fiber.join(bold)).finalResponse, Option.some("you said rest"))
    })
  )

  it.live("fails typed for all calls when the process is killed", () =>
    Effect.gen(function* () {
      const { kill, model, thread } = yield* open
      const { gate, reply } = yield* halfway
      yield* model.enqueue(reply)
      const calls = yield* Effect.forEach([1, 2, 3], () => background(Effect.exit(thread.runOnce("k", "go"))))
      yield* gate.reached
      yield* kill
      for (const call of calls) {
        const exit = yield* Fiber.join(call)
        assert.isTrue(Exit.isFailure(exit) && !Cause.hasInterrupts(exit.cause))
        assert.strictEqual(yield* reasonOf(exit), "ConnectionClosed")
      }
    })
  )

  it.live("fails before anything is sent on a thread without a record, and for what is no key", () =>
    Effect.gen(function* () {
      const { codex, model, thread } = yield* open
      const ephemeral = yield* codex.startThread({ ephemeral: true })
      const rejected = yield* Effect.flip(ephemeral.runOnce("k", "go"))
      assert.include(rejected.message, "ephemeral threads do not support")
      for (const key of ["", " \n", "x".repeat(257), "\ud800"]) {
        assert.strictEqual(yield* reasonOf(thread.runOnce(key, "go")), "InvalidOptions")
        assert.strictEqual(yield* reasonOf(thread.turnByKey(key)), "InvalidOptions")
      }
      assert.deepStrictEqual(yield* thread.turnByKey("k"), Option.none())
      for (const options of [{ searchTurns: 0 }, { ifInterrupted: "no" }, { ifFailed: 1 }, { key: "k" }]) {
        // Type boundary: what a caller without types can write.
        assert.strictEqual(yield* reasonOf(thread.runOnce("k", "go", options as never)), "InvalidOptions")
      }
      assert.lengthOf(yield* model.requests, 0)
    })
  )
})
