import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { onBinary } from "../support/onBinary.ts"

describe("compaction", () => {
  it.live("asks the model, and its handle is available as soon as it has started", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      yield* thread.run("hello")
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("a summary"), gate))
      const turn = yield* thread.compact()
      assert.strictEqual((yield* turn.state).status, "inProgress")
      yield* gate.release
      const result = yield* turn.result
      assert.deepStrictEqual(
        result.items.map(({ type }) => type),
        ["contextCompaction"]
      )
      const requests = yield* model.requests
      assert.lengthOf(requests, 2)
      assert.deepStrictEqual([requests[1]?.path, requests[1]?.requestKind], ["/v1/responses", "compaction"])
      yield* thread.run("go on")
      assert.include((yield* model.requests).at(-1)?.texts("user").join("\n"), "a summary")
    }).pipe(onBinary())
  )

  it.live("can be awaited, does not interrupt a turn of this program, and fails like one", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("whole"), gate))
      const turn = yield* thread.turn("hello")
      yield* gate.reached
      const compaction = yield* Effect.forkChild(thread.compactAndWait())
      yield* gate.release
      assert.deepStrictEqual((yield* turn.result).finalResponse, Option.some("whole"))
      assert.strictEqual((yield* Fiber.join(compaction)).status, "completed")
      yield* model.enqueue(MockModel.failed({ code: "invalid_prompt", message: "no" }))
      assert.strictEqual((yield* Effect.flip(thread.compactAndWait()))._tag, "TurnFailed")
      assert.strictEqual((yield* thread.run("still there")).status, "completed")
    }).pipe(onBinary())
  )

  it.live("ends if its caller is interrupted", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      yield* thread.run("hello")
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("never"), gate))
      const compaction = yield* Effect.forkChild(thread.compactAndWait())
      yield* gate.reached
      yield* Fiber.interrupt(compaction)
      const { turns } = yield* thread.read({ includeTurns: true })
      assert.strictEqual(turns.at(-1)?.status, "interrupted")
      yield* thread.run("go on")
    }).pipe(onBinary())
  )
})
