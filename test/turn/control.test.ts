import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Option, Stream } from "effect"
import { execFileSync, spawn } from "node:child_process"
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

/** A background command, which writes its pid to a pipe and closes it at its end, so that the test needs no polling. */
const longCommand = Effect.gen(function* () {
  const { workspace } = yield* CodexTest.TestHome
  const pipe = join(workspace, "pipe")
  execFileSync("mkfifo", [pipe])
  const reader = spawn("cat", [pipe], { stdio: ["ignore", "pipe", "ignore"] })
  const told = Deferred.makeUnsafe<number>()
  const ended = Deferred.makeUnsafe<number | null>()
  let left = 0
  reader.stdout.once("data", (chunk: Buffer) => {
    left = Number(chunk)
    Deferred.doneUnsafe(told, Effect.succeed(left))
  })
  reader.on("exit", (code) => {
    if (code === 0) left = 0
    Deferred.doneUnsafe(ended, Effect.succeed(code))
  })
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      reader.kill("SIGKILL")
      if (left > 0 && isAlive(left)) process.kill(left, "SIGKILL")
    })
  )
  return {
    cmd: `exec 9> ${pipe}; echo $$ >&9; exec sleep 600`,
    pid: Deferred.await(told),
    gone: Effect.map(Effect.timeout(Deferred.await(ended), "10 seconds"), (code) => assert.strictEqual(code, 0))
  }
})

/** A model's command that continues in the background; the turn stays open at the gate. */
const backgroundCommand = Effect.gen(function* () {
  const { model, thread } = yield* setUp
  const { cmd, gone, pid } = yield* longCommand
  const { reply } = yield* halfway
  yield* model.enqueue(MockModel.execCommand({ cmd, yieldTimeMs: 250 }), reply)
  return { gone, model, pid, thread }
})

const anywhere: CodexTest.Options = { config: { sandboxMode: "danger-full-access" } }

describe("steer, on the real binary", () => {
  it.live("adds input to the running turn: the second model request includes it, and the turn id stays the same", () =>
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

  it.live("fails with NoActiveTurn after the end, and with TurnMismatch while another turn runs", () =>
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

  it.live("fails with TurnNotSteerable during a compaction", () =>
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
  it.live("stops the turn, aborts the model's request, and leaves the thread usable", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      const { reply } = yield* halfway
      yield* model.enqueue(reply, MockModel.reply("usable"))
      const turn = yield* thread.turn("hi")
      yield* heard(turn, "half")
      assert.deepStrictEqual(yield* turn.interrupt(), { ended: true, terminalsEnded: 0 })
      const failure = yield* Effect.flip(turn.result)
      assert.strictEqual(failure._tag, "TurnInterrupted")
      // The stream is still at its gate: it ends only if the server disconnects.
      yield* model.idle
      assert.deepStrictEqual((yield* thread.run("again")).finalResponse, Option.some("usable"))
    }).pipe(onBinary())
  )

  it.live("stops the turn on the server and its running command if the fiber of `run` is interrupted", () =>
    Effect.gen(function* () {
      const { gone, model, pid, thread } = yield* backgroundCommand
      const run = yield* background(thread.run("hi"))
      yield* model.received(2)
      const child = yield* pid
      assert.isTrue(isAlive(child))
      yield* Fiber.interrupt(run)
      yield* model.idle
      yield* gone
      yield* model.enqueue(MockModel.reply("usable"))
      assert.deepStrictEqual((yield* thread.run("again")).finalResponse, Option.some("usable"))
    }).pipe(onBinary(anywhere))
  )

  it.live("keeps background commands running unless told to terminate those of the turn", () =>
    Effect.gen(function* () {
      const { gone, model, pid, thread } = yield* backgroundCommand
      const turn = yield* thread.turn("hi")
      yield* heard(turn, "half")
      yield* model.received(2)
      const child = yield* pid
      assert.deepStrictEqual(yield* turn.interrupt(), { ended: true, terminalsEnded: 0 })
      assert.isTrue(isAlive(child))
      assert.deepStrictEqual(yield* turn.interrupt({ terminals: "ofTurn" }), { ended: true, terminalsEnded: 1 })
      yield* gone
    }).pipe(onBinary(anywhere))
  )

  it.live("stops the turn when the scope of its stream closes", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      const { reply } = yield* halfway
      yield* model.enqueue(reply, MockModel.reply("usable"))
      const events = yield* Stream.runCollect(
        Stream.takeUntil(thread.streamUntilEnd("hi"), ({ method }) => method === "item/agentMessage/delta")
      )
      assert.strictEqual(textOf(events), "half ")
      yield* model.idle
      assert.deepStrictEqual((yield* thread.run("again")).finalResponse, Option.some("usable"))
    }).pipe(onBinary())
  )
})

describe("send, on the real binary", () => {
  it.live("starts a turn on an idle thread, and steers a running one", () =>
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

  it.live("queues behind the running turn, or fails with ThreadBusy, as `whenBusy` says", () =>
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
