import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, Schema, Stream } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as Input from "../../src/Input.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { onBinary, reasonOf } from "../support/onBinary.ts"
import * as Wire from "../support/wire.ts"
import { background } from "../turn/support.ts"
import { keysOf, makeHome } from "./keySupport.ts"

const open = Effect.gen(function* () {
  const { model, start } = yield* makeHome
  const { codex } = yield* start()
  const thread = yield* codex.startThread()
  return { codex, model, start, thread }
})

const Answer = Schema.Struct({ n: Schema.Number })

describe("a key", () => {
  it.live("is saved with the input of run, turn, stream, runAs and send, and finds the turn", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* open
      const run = yield* thread.run("a", { key: "by run" })
      const turn = yield* thread.turn("b", { key: "by turn" })
      yield* turn.result
      yield* Stream.runDrain(thread.stream("c", { key: "by stream" }))
      yield* model.enqueue(MockModel.reply(`{"n":"one"}`), MockModel.reply(`{"n":1}`))
      const structured = yield* thread.runAs(Answer, "d", { key: "by runAs", repair: 1 })
      const sent = yield* thread.send("e", { key: "by send: ü🙂" })
      yield* sent.result
      assert.deepStrictEqual(
        (yield* Stream.runCollect(thread.history())).flatMap(({ items }) => keysOf(items)),
        ["by run", "by turn", "by stream", "by runAs", "by runAs/repair-1", "by send: ü🙂"]
      )
      const idOf = (key: string) =>
        Effect.map(
          thread.turnByKey(key),
          Option.map(({ id }) => id)
        )
      assert.deepStrictEqual(yield* idOf("by run"), Option.some(run.id))
      assert.deepStrictEqual(yield* idOf("by runAs/repair-1"), Option.some(structured.id))
      assert.deepStrictEqual(yield* idOf("by send: ü🙂"), Option.some(sent.id))
      assert.deepStrictEqual(yield* idOf("by nothing"), Option.none())
      const first = Option.getOrThrow(yield* thread.turnByKey("by runAs"))
      assert.deepStrictEqual(first.finalResponse, Option.some(`{"n":"one"}`))
    })
  )

  it.live("gives the newest of two turns that have it", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* open
      yield* thread.run("a", { key: "k" })
      const second = yield* thread.run("b", { key: "k" })
      assert.strictEqual(Option.getOrThrow(yield* thread.turnByKey("k")).id, second.id)
      assert.lengthOf(yield* model.requests, 2)
    })
  )

  it.live("is rejected while a turn of this program with the same key starts, runs or waits", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* open
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.deltas(["half ", "way"]), gate, { after: 3 }))
      const turn = yield* thread.turn("a", { key: "k" })
      yield* gate.reached
      const waiting = yield* background(thread.run("b", { key: "l" }))
      // The call that waits has no turn yet.
      for (const [key, turnId] of [
        ["k", turn.id],
        ["l", null]
      ] as const) {
        const error = yield* Effect.flip(thread.run("c", { key }))
        if (error._tag !== "CodexError") return assert.fail(error._tag)
        assert.deepInclude(error.reason, { _tag: "KeyInUse", turnId })
      }
      assert.strictEqual(yield* reasonOf(thread.runOnce("l", "c")), "KeyInUse")
      assert.strictEqual(yield* reasonOf(thread.send("c", { key: "k" })), "KeyInUse")
      assert.strictEqual(yield* reasonOf(Stream.runDrain(thread.stream("c", { key: "k" }))), "KeyInUse")
      // The input of `send` joins the turn, once.
      assert.strictEqual((yield* thread.send("more", { key: "m" })).id, turn.id)
      yield* gate.release
      yield* turn.result
      yield* Fiber.join(waiting)
      yield* thread.run("c", { key: "k" })
      const joined = (yield* thread.turnByKey("m")).pipe(Option.map(({ id }) => id))
      assert.deepStrictEqual(joined, Option.some(turn.id))
    })
  )

  it.live("is released when its turn is interrupted, and when the call is interrupted while it waits", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* open
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("late"), gate))
      const running = yield* background(thread.run("a", { key: "k" }))
      yield* gate.reached
      const waiting = yield* background(thread.run("b", { key: "l" }))
      yield* Fiber.interrupt(waiting)
      yield* Fiber.interrupt(running)
      yield* thread.run("a", { key: "k" })
      yield* thread.run("b", { key: "l" })
    })
  )

  it.effect("must be a string that the server can give back", () =>
    Effect.gen(function* () {
      const { codex, sent } = yield* Wire.connect()
      const thread = yield* codex.startThread()
      for (const key of ["", "  ", "x".repeat(257), "a\udc00", 5]) {
        // Type boundary: what a caller without types can write.
        const options = { key: key as string }
        for (const call of [
          thread.run("a", options),
          thread.turn("a", options),
          Stream.runDrain(thread.stream("a", options)),
          thread.send("a", options),
          thread.runAs(Answer, "a", options),
          thread.turnByKey(options.key)
        ]) {
          assert.strictEqual(yield* reasonOf(call), "InvalidOptions")
        }
      }
      const twice = { key: "k", params: { clientUserMessageId: "l" } }
      assert.strictEqual(yield* reasonOf(thread.run("a", twice)), "InvalidOptions")
      // The server saves no key with these.
      const message = Input.externalMessage({ toolName: "ci", content: "red" })
      assert.strictEqual(yield* reasonOf(thread.run(message, { key: "k" })), "InvalidOptions")
      assert.strictEqual(yield* reasonOf(thread.run(Input.empty, { key: "k" })), "InvalidOptions")
      // Type boundary: as above.
      assert.strictEqual(yield* reasonOf(thread.sendExternal(message, { key: "k" } as never)), "InvalidOptions")
      assert.deepStrictEqual(
        sent().map(({ method }) => method),
        ["thread/start"]
      )
    })
  )

  it.live("works without the experimental API", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      const first = yield* thread.runOnce("k", "a")
      assert.strictEqual((yield* thread.runOnce("k", "a")).id, first.id)
    }).pipe(onBinary({ codex: { experimentalApi: false } }))
  )

  it.effect("needs codex 0.139.0", () =>
    Effect.gen(function* () {
      for (const [version, isTooOld] of [
        ["0.125.0", true],
        ["0.139.0", false]
      ] as const) {
        const { codex, paramsOf } = yield* Wire.connect({
          version,
          replies: { "thread/turns/list": () => ({ data: [], nextCursor: null }) }
        })
        const thread = yield* codex.startThread()
        for (const call of [thread.run("a", { key: "k" }), thread.send("a", { key: "k" }), thread.runOnce("k", "a")]) {
          if (isTooOld) assert.strictEqual(yield* reasonOf(call), "RuntimeTooOld")
          else yield* call
        }
        assert.deepStrictEqual(
          paramsOf("turn/start").map(({ clientUserMessageId }) => clientUserMessageId),
          isTooOld ? [] : ["k", "k", "k"]
        )
      }
    })
  )
})
