/**
 * The server is killed by SIGKILL while turns with keys run: what was paid is found, and what was not is sent once
 * more. `KEY_KILLS=20` repeats the first test as often.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option } from "effect"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as OlderThread from "../support/olderThread.ts"
import { reasonOf } from "../support/onBinary.ts"
import { background } from "../turn/support.ts"
import { makeHome, timesAsked } from "./keySupport.ts"

const kills = Number(process.env["KEY_KILLS"] ?? 6)

describe("a turn with a key whose server is killed", () => {
  it.live(
    `at the request of the model is found each of ${kills} times, and is never asked again`,
    () =>
      Effect.gen(function* () {
        const { model, start } = yield* makeHome
        for (let n = 0; n < kills; n++) {
          const { codex, kill } = yield* start()
          const thread = yield* codex.startThread()
          // Every other thread has a turn before.
          if (n % 2 === 1) yield* thread.run(`before ${n}`)
          // Killed before the model has sent anything.
          const asked = yield* MockModel.gate
          yield* model.enqueue(MockModel.hold(MockModel.reply("late"), asked, { before: "response.created" }))
          const run = yield* background(reasonOf(thread.runOnce(`key-${n}`, `pay ${n}`)))
          yield* asked.reached
          yield* kill
          assert.strictEqual(yield* Fiber.join(run), "ConnectionClosed")

          const next = yield* start()
          const resumed = yield* next.codex.resumeThread(thread.id)
          const error = yield* Effect.flip(resumed.runOnce(`key-${n}`, `pay ${n}`))
          assert.strictEqual(error._tag, "OutcomeUnknown", `kill ${n}`)
          assert.isTrue(Option.isSome(yield* resumed.turnByKey(`key-${n}`)))
          assert.strictEqual(yield* timesAsked(model, `pay ${n}`), 1)
          yield* resumed.unsubscribe
        }
      }),
    120_000
  )

  it.live("before its input is saved is sent once more", () =>
    Effect.gen(function* () {
      const { model, start } = yield* makeHome
      const { codex, kill } = yield* start()
      const thread = yield* codex.startThread()
      yield* thread.run("before")
      // The request is written to a process that never reads it.
      const run = yield* background(reasonOf(thread.runOnce("k", "pay")))
      yield* kill
      assert.strictEqual(yield* Fiber.join(run), "ConnectionClosed")
      const asked = yield* timesAsked(model, "pay")
      const resumed = yield* (yield* start()).codex.resumeThread(thread.id)
      const outcome = yield* Effect.result(resumed.runOnce("k", "pay"))
      // The kill came first in practice; if it did not, the input counts as sent.
      if (asked === 0) assert.strictEqual(outcome._tag, "Success")
      assert.strictEqual(yield* timesAsked(model, "pay"), 1)
    })
  )

  it.live("right after the reply to its request is asked once at most, whatever was saved", () =>
    Effect.gen(function* () {
      const { model, start } = yield* makeHome
      const { codex, kill } = yield* start()
      const thread = yield* codex.startThread()
      yield* thread.run("before")
      yield* thread.turn("pay", { key: "k" })
      yield* kill
      const asked = yield* timesAsked(model, "pay")
      const resumed = yield* (yield* start()).codex.resumeThread(thread.id)
      const saved = yield* resumed.turnByKey("k")
      // What was paid was saved before.
      if (asked === 1) assert.isTrue(Option.isSome(saved))
      const outcome = yield* Effect.result(resumed.runOnce("k", "pay"))
      assert.strictEqual(outcome._tag, Option.isNone(saved) ? "Success" : "Failure")
      assert.isAtMost(yield* timesAsked(model, "pay"), 1)
    })
  )

  for (const version of OlderThread.versions) {
    it.live(`is found on a thread that codex ${version} wrote`, () =>
      Effect.gen(function* () {
        const { home, model, start } = yield* makeHome
        const threadId = OlderThread.put(version, home)
        const { codex, kill } = yield* start()
        const thread = yield* codex.resumeThread(threadId)
        const done = yield* thread.runOnce("done", "first")
        const gate = yield* MockModel.gate
        yield* model.enqueue(MockModel.hold(MockModel.reply("late"), gate))
        const run = yield* background(reasonOf(thread.runOnce("k", "pay")))
        yield* gate.reached
        yield* kill
        yield* Fiber.join(run)
        const resumed = yield* (yield* start()).codex.resumeThread(threadId)
        assert.strictEqual((yield* Effect.flip(resumed.runOnce("k", "pay")))._tag, "OutcomeUnknown")
        assert.strictEqual((yield* resumed.runOnce("done", "first")).id, done.id)
        assert.lengthOf(yield* model.requests, 2)
      })
    )
  }
})
