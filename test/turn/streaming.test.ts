import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Option, Stream } from "effect"
import * as MockModel from "../../src/testing/MockModel.ts"
import { finalText, textDeltas } from "../../src/Turn.ts"
import { heard, onBinary, setUp } from "./realSupport.ts"
import { background, messages, methodsOf, textOf } from "./support.ts"

describe("streaming, on the real binary", () => {
  it.live("emits the text deltas and one completion, while other calls continue", () =>
    Effect.gen(function* () {
      const { codex, model, thread } = yield* setUp
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.deltas(["he", "llo"]), gate, { after: 3 }))
      const first = yield* Deferred.make<void>()
      const reading = yield* background(
        Stream.runCollect(
          Stream.tap(thread.streamUntilEnd("hi"), ({ method }) =>
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

  it.live("emits the text alone while it is produced, and the final text at its end", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      yield* model.enqueue(MockModel.deltas(["he", "llo"]), MockModel.deltas(["he", "llo"]))
      assert.deepStrictEqual(yield* Stream.runCollect(textDeltas(thread.streamUntilEnd("hi"))), ["he", "llo"])
      assert.deepStrictEqual(yield* finalText(thread.streamUntilEnd("hi")), Option.some("hello"))
    }).pipe(onBinary())
  )

  it.live("interleaves two threads, and no delta reaches the other", () =>
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
      assert.strictEqual(textOf(yield* Stream.runCollect(a.eventsUntilEnd)), "a1a2")
      assert.strictEqual(textOf(yield* Stream.runCollect(b.eventsUntilEnd)), "b1b2")
    }).pipe(onBinary())
  )
})

describe("sub-agents, on the real binary", () => {
  it.live("do not appear in the parent's events and usage; the tree has them, linked to their parent", () =>
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
      const events = yield* background(Stream.runCollect(turn.eventsUntilEnd))
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
      // The server notifies the parent of the child's end, and may send the model one more request for that.
    }).pipe(onBinary({ model: { fallback: () => MockModel.reply("parent heard of it") } }))
  )
})
