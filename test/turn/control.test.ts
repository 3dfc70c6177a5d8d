import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, Schedule, Stream } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { halfway, heard, onBinary, setUp } from "./realSupport.ts"
import { background, textOf } from "./support.ts"

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Waits until a process that was ended is gone; a signal takes its time. */
const gone = (pid: number) =>
  Effect.sync(() => isAlive(pid)).pipe(
    Effect.repeat({ until: (alive) => !alive, schedule: Schedule.spaced("5 millis") }),
    Effect.timeout("3 seconds")
  )

/** A model's command that goes on in the background and writes its pid down; the turn stays open at the gate. */
const backgroundCommand = Effect.gen(function* () {
  const { model, thread } = yield* setUp
  const { workspace } = yield* CodexTest.TestHome
  const file = join(workspace, "pid")
  const { reply } = yield* halfway
  yield* model.enqueue(MockModel.execCommand({ cmd: `echo $$ > ${file}; exec sleep 600`, yieldTimeMs: 250 }), reply)
  const pid = Effect.sync(() => Number(readFileSync(file, "utf8")))
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      const left = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0
      if (left > 0 && isAlive(left)) process.kill(left, "SIGKILL")
    })
  )
  return { model, pid, thread }
})

const anywhere: CodexTest.Options = { config: { sandboxMode: "danger-full-access" } }

describe("steer, on the real binary", () => {
  it.live("adds input to the running turn: the second model request carries it, and the turn stays the same", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      const { reply } = yield* halfway
      yield* model.enqueue(reply, MockModel.reply("steered"))
      const turn = yield* thread.turn("hi")
      yield* heard(turn, "half")
      yield* turn.steer("and now to something else")
      const result = yield* turn.result
      const [, second] = yield* model.received(2)
      assert.include(JSON.stringify(second?.body), "and now to something else")
      assert.strictEqual(result.id, turn.id)
      assert.deepStrictEqual(result.finalResponse, Option.some("steered"))
    }).pipe(onBinary())
  )

  it.live("is refused as NoActiveTurn after the end, and as TurnMismatch while another turn runs", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      const { gate, reply } = yield* halfway
      yield* model.enqueue(MockModel.reply("one"), reply)
      const first = yield* thread.turn("hi")
      yield* first.result
      assert.strictEqual((yield* Effect.flip(first.steer("late"))).reason._tag, "NoActiveTurn")
      const second = yield* thread.turn("again")
      yield* heard(second, "half")
      const { reason } = yield* Effect.flip(first.steer("late"))
      assert.strictEqual(reason._tag, "TurnMismatch")
      if (reason._tag === "TurnMismatch")
        assert.deepStrictEqual([reason.expected, reason.actual], [first.id, second.id])
      assert.strictEqual((yield* Effect.flip(second.steer([]))).method, "turn/steer")
      yield* gate.release
      yield* second.result
    }).pipe(onBinary())
  )

  it.live("is refused as TurnNotSteerable by a compaction", () =>
    Effect.gen(function* () {
      const { codex, model, thread } = yield* setUp
      const { gate, reply } = yield* halfway
      yield* model.enqueue(MockModel.reply("one"), reply)
      yield* thread.run("hi")
      const started = yield* background(
        Stream.runHead(Stream.filter(codex.notifications, ({ method }) => method === "turn/started"))
      )
      yield* codex.request("thread/compact/start", { threadId: thread.id })
      const event = Option.getOrThrow(yield* Fiber.join(started))
      yield* model.received(2)
      const expectedTurnId = event.method === "turn/started" ? event.params.turn.id : ""
      const input = [{ type: "text", text: "no", text_elements: [] }] as const
      const failure = yield* Effect.flip(codex.request("turn/steer", { threadId: thread.id, expectedTurnId, input }))
      assert.strictEqual(failure.reason._tag, "TurnNotSteerable")
      const busy = yield* Effect.flip(thread.send("no", { whenBusy: "reject" }))
      assert.strictEqual(busy.reason._tag, "ThreadBusy")
      yield* gate.release
    }).pipe(onBinary())
  )
})

describe("interrupt, on the real binary", () => {
  it.live("stops the turn, cuts the model's request, and leaves the thread usable", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      const { reply } = yield* halfway
      yield* model.enqueue(reply, MockModel.reply("usable"))
      const turn = yield* thread.turn("hi")
      yield* heard(turn, "half")
      assert.deepStrictEqual(yield* turn.interrupt(), { ended: true, terminalsEnded: 0 })
      const failure = yield* Effect.flip(turn.result)
      assert.strictEqual(failure._tag, "TurnInterrupted")
      // The stream is still at its gate: only the server's leaving can end it.
      yield* model.idle
      assert.deepStrictEqual((yield* thread.run("again")).finalResponse, Option.some("usable"))
    }).pipe(onBinary())
  )

  it.live("of the fiber of `run` stops the server's turn and the command that it left running", () =>
    Effect.gen(function* () {
      const { model, pid, thread } = yield* backgroundCommand
      const run = yield* background(thread.run("hi"))
      yield* model.received(2)
      const child = yield* pid
      assert.isTrue(isAlive(child))
      yield* Fiber.interrupt(run)
      yield* model.idle
      yield* gone(child)
      yield* model.enqueue(MockModel.reply("usable"))
      assert.deepStrictEqual((yield* thread.run("again")).finalResponse, Option.some("usable"))
    }).pipe(onBinary(anywhere))
  )

  it.live("keeps commands unless told to end those of the turn", () =>
    Effect.gen(function* () {
      const { model, pid, thread } = yield* backgroundCommand
      const turn = yield* thread.turn("hi")
      yield* heard(turn, "half")
      yield* model.received(2)
      const child = yield* pid
      assert.deepStrictEqual(yield* turn.interrupt(), { ended: true, terminalsEnded: 0 })
      assert.isTrue(isAlive(child))
      assert.deepStrictEqual(yield* turn.interrupt({ terminals: "ofTurn" }), { ended: true, terminalsEnded: 1 })
      yield* gone(child)
    }).pipe(onBinary(anywhere))
  )

  it.live("by the scope of a stream stops the turn", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      const { reply } = yield* halfway
      yield* model.enqueue(reply, MockModel.reply("usable"))
      const events = yield* Stream.runCollect(
        Stream.takeUntil(thread.stream("hi"), ({ method }) => method === "item/agentMessage/delta")
      )
      assert.strictEqual(textOf(events), "half ")
      yield* model.idle
      assert.deepStrictEqual((yield* thread.run("again")).finalResponse, Option.some("usable"))
    }).pipe(onBinary())
  )
})

describe("send, on the real binary", () => {
  it.live("starts a turn on an idle thread, and steers the one that runs", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      const { reply } = yield* halfway
      yield* model.enqueue(reply, MockModel.reply("both"))
      const turn = yield* thread.send("hi")
      yield* heard(turn, "half")
      const same = yield* thread.send("more")
      assert.strictEqual(same.id, turn.id)
      assert.strictEqual(yield* same.result, yield* turn.result)
      assert.include(JSON.stringify((yield* model.received(2))[1]?.body), "more")
    }).pipe(onBinary())
  )

  it.live("queues behind the running turn, or is rejected as ThreadBusy, as told", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      const { gate, reply } = yield* halfway
      yield* model.enqueue(reply, MockModel.reply("second"))
      const turn = yield* thread.turn("hi")
      yield* heard(turn, "half")
      const { reason } = yield* Effect.flip(thread.send("no", { whenBusy: "reject" }))
      assert.strictEqual(reason._tag === "ThreadBusy" && reason.turnId, turn.id)
      const queued = yield* background(thread.send("later", { whenBusy: "queue" }))
      yield* gate.release
      const later = yield* Fiber.join(queued)
      assert.notStrictEqual(later.id, turn.id)
      assert.deepStrictEqual((yield* later.result).finalResponse, Option.some("second"))
      assert.strictEqual((yield* model.requests).length, 2)
    }).pipe(onBinary())
  )
})
