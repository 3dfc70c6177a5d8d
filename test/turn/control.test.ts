import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Option, Schedule, Stream } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { finalText, textDeltas, type Turn } from "../../src/Turn.ts"
import { background, messages, methodsOf, textOf } from "./support.ts"

const onBinary = (options?: CodexTest.Options) => Effect.provide(CodexTest.layer(options))

const setUp = Effect.gen(function* () {
  const model = yield* MockModel.MockModel
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  return { codex, model, thread }
})

/** Waits until a text has come that the model wrote. */
const heard = (turn: Turn, text: string) =>
  Stream.runHead(Stream.filter(turn.stateChanges, ({ items }) => items.some((item) => item.text.includes(text))))

/** A reply that stops after its first delta, until the gate is opened. */
const halfway = Effect.map(MockModel.gate, (gate) => ({
  gate,
  reply: MockModel.hold(MockModel.deltas(["half ", "way"]), gate, { after: 3 })
}))

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

describe("streaming, on the real binary", () => {
  it.live("routes the text deltas and one completion, while other calls go on", () =>
    Effect.gen(function* () {
      const { codex, model, thread } = yield* setUp
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.deltas(["he", "llo"]), gate, { after: 3 }))
      const first = yield* Deferred.make<void>()
      const reading = yield* background(
        Stream.runCollect(
          Stream.tap(thread.stream("hi"), ({ method }) =>
            method === "item/agentMessage/delta" ? Deferred.succeed(first, undefined) : Effect.void
          )
        )
      )
      yield* Deferred.await(first)
      assert.isAbove((yield* codex.request("model/list", {}, { timeout: "5 seconds" })).data.length, 0)
      yield* gate.release
      const events = yield* Fiber.join(reading)
      const deltas = events.flatMap((event) => (event.method === "item/agentMessage/delta" ? [event.params.delta] : []))
      assert.deepStrictEqual(deltas, ["he", "llo"])
      const items = events.flatMap((event) => (event.method === "item/completed" ? [event.params.item] : []))
      assert.deepStrictEqual(messages(items), ["hello"])
      assert.strictEqual(methodsOf(events).filter((method) => method === "turn/completed").length, 1)
    }).pipe(onBinary())
  )

  it.live("gives the text alone, as it is written, and the final text at its end", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      yield* model.enqueue(MockModel.deltas(["he", "llo"]), MockModel.deltas(["he", "llo"]))
      assert.deepStrictEqual(yield* Stream.runCollect(textDeltas(thread.stream("hi"))), ["he", "llo"])
      assert.deepStrictEqual(yield* finalText(thread.stream("hi")), Option.some("hello"))
    }).pipe(onBinary())
  )

  it.live("two threads interleave, delta by delta, and nothing crosses over", () =>
    Effect.gen(function* () {
      const { codex, model, thread } = yield* setUp
      const other = yield* codex.startThread()
      const gates = yield* Effect.all({ a: MockModel.gate, b: MockModel.gate })
      const held = (name: "a" | "b") =>
        MockModel.hold(MockModel.deltas([`${name}1`, `${name}2`]), gates[name], { after: 3 })
      yield* model.enqueue(MockModel.respondWith((request) => held(request.lastUserText === "a" ? "a" : "b")))
      yield* model.enqueue(MockModel.respondWith((request) => held(request.lastUserText === "a" ? "a" : "b")))
      const a = yield* thread.turn("a")
      const b = yield* other.turn("b")
      yield* heard(a, "a1")
      yield* heard(b, "b1")
      yield* gates.b.release
      const resultB = yield* b.result
      yield* gates.a.release
      const resultA = yield* a.result
      assert.deepStrictEqual([resultA.finalResponse, resultB.finalResponse], [Option.some("a1a2"), Option.some("b1b2")])
      assert.strictEqual(textOf(yield* Stream.runCollect(a.events)), "a1a2")
      assert.strictEqual(textOf(yield* Stream.runCollect(b.events)), "b1b2")
    }).pipe(onBinary())
  )
})

describe("sub-agents, on the real binary", () => {
  it.live("stay out of the parent's events and usage; the tree has them, linked to their parent", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      const gate = yield* MockModel.gate
      const usage = { inputTokens: 1000, outputTokens: 1 }
      yield* model.enqueue(
        MockModel.spawnAgent("look around"),
        MockModel.hold(MockModel.reply("parent done"), gate, { after: "response.created" })
      )
      yield* model.enqueueFor("collab_spawn", MockModel.reply("child done", { usage }))
      const turn = yield* thread.turn("hi")
      const events = yield* background(Stream.runCollect(turn.events))
      const childDone = yield* Deferred.make<void>()
      const tree = yield* background(
        Stream.runCollect(
          Stream.tap(turn.tree, ({ event, threadId }) =>
            threadId !== thread.id && event.method === "turn/completed"
              ? Deferred.succeed(childDone, undefined)
              : Effect.void
          )
        )
      )
      yield* Deferred.await(childDone)
      yield* gate.release
      const result = yield* turn.result
      const own = yield* Fiber.join(events)
      assert.notInclude(JSON.stringify(own), "child done")
      const all = yield* Fiber.join(tree)
      const children = all.filter(({ threadId }) => threadId !== thread.id)
      assert.include(textOf(children.map(({ event }) => event)), "child done")
      assert.strictEqual(new Set(children.map(({ threadId }) => threadId)).size, 1)
      for (const { parentThreadId } of children) assert.deepStrictEqual(parentThreadId, Option.some(thread.id))
      assert.include(methodsOf(children.map(({ event }) => event)), "turn/started")
      for (const { parentThreadId, threadId } of all) {
        if (threadId === thread.id) assert.deepStrictEqual(parentThreadId, Option.none())
      }
      assert.isBelow(Option.getOrThrow(result.usage).turn.totalTokens, 1000)
      const used = children.flatMap(({ event }) =>
        event.method === "thread/tokenUsage/updated" ? [event.params.tokenUsage.total.totalTokens] : []
      )
      assert.deepStrictEqual(used, [1001])
      // The server tells the parent of the child's end, and may ask the model once more for that.
    }).pipe(onBinary({ model: { fallback: () => MockModel.reply("parent heard of it") } }))
  )
})

describe("a model host out of reach, on the real binary", () => {
  it.live("is ended by idleTimeout as TurnStalled, and the thread stays usable", () =>
    Effect.gen(function* () {
      const { thread } = yield* setUp
      const failure = yield* Effect.flip(thread.run("hi", { idleTimeout: "1500 millis" }))
      assert.strictEqual(failure._tag, "TurnStalled")
      if (failure._tag === "TurnStalled") assert.strictEqual(failure.result.status, "interrupted")
      const timedOut = yield* Effect.flip(thread.run("hi", { maxDuration: "300 millis" }))
      assert.strictEqual(timedOut._tag, "TurnTimedOut")
    }).pipe(
      onBinary({
        config: {
          settings: { model_provider: "unreachable" },
          extra: '[model_providers.unreachable]\nname = "n"\nbase_url = "http://127.0.0.1:9/v1"\nwire_api = "responses"'
        }
      })
    )
  )
})
