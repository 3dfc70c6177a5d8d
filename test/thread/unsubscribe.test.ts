import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { onBinary, reasonOf } from "../support/onBinary.ts"

describe("unsubscribing", () => {
  it.live("fails a running turn, and later ones immediately, until the thread is resumed", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      yield* thread.run("hello")
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("unheard"), gate))
      const turn = yield* thread.turn("go")
      yield* gate.reached
      assert.strictEqual(yield* thread.unsubscribe, "unsubscribed")
      assert.strictEqual(yield* reasonOf(turn.result), "ThreadNotFound")
      assert.strictEqual(yield* reasonOf(thread.run("again")), "ThreadNotFound")
      assert.strictEqual(yield* thread.unsubscribe, "notSubscribed")
      yield* gate.release
      yield* model.idle
      const resumed = yield* codex.resumeThread(thread.id)
      assert.strictEqual((yield* resumed.run("again")).status, "completed")
      assert.strictEqual((yield* thread.run("and here")).status, "completed")
    }).pipe(onBinary())
  )
})
