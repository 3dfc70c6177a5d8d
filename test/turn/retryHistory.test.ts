import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as Retry from "../../src/Retry.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import type * as Thread from "../../src/Thread.ts"

const busy = MockModel.failed({ code: "server_is_overloaded", message: "busy" })
const atOnce = Retry.retryOnOverloadWith({ initialDelay: 0, jitter: 0 })

/** As in the documentation. */
const runOnce = (thread: Thread.Thread, prompt: string) =>
  thread.run(prompt).pipe(
    Effect.tapErrorTag("TurnFailed", (error) =>
      Retry.isOverload(error) ? thread.revert(error.result.id) : Effect.void
    ),
    Effect.retry(atOnce)
  )

/** How often the last request to the model contains a prompt. */
const shown = (prompt: string) =>
  Effect.flatMap(MockModel.MockModel, (model) =>
    Effect.map(
      model.requests,
      (requests) =>
        requests
          .at(-1)
          ?.texts("user")
          .filter((text) => text === prompt).length
    )
  )

const turns = (thread: Thread.Thread) => Effect.map(Stream.runCollect(thread.history()), (all) => all.length)

const twoRefusals = Effect.flatMap(MockModel.MockModel, (model) => model.enqueue(busy, busy, MockModel.reply("ok")))

describe("the conversation after a retried turn", () => {
  it.live("has each attempt, with its prompt", () =>
    Effect.gen(function* () {
      const thread = yield* (yield* Codex.Codex).startThread()
      yield* twoRefusals
      yield* thread.run("pay").pipe(Effect.retry(atOnce))
      assert.strictEqual(yield* shown("pay"), 3)
      assert.strictEqual(yield* turns(thread), 3)
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live(
    "has one attempt if the failed one is reverted before the next: the model reads the prompt once, also later",
    () =>
      Effect.gen(function* () {
        const thread = yield* (yield* Codex.Codex).startThread()
        const model = yield* MockModel.MockModel
        yield* twoRefusals
        const result = yield* runOnce(thread, "pay")
        assert.strictEqual(yield* shown("pay"), 1)
        yield* model.enqueue(MockModel.reply("later"))
        yield* thread.run("and then?")
        assert.strictEqual(yield* shown("pay"), 1)
        assert.strictEqual(yield* turns(thread), 2)
        assert.include(
          yield* Effect.map(Stream.runCollect(thread.history()), (all) => all.map((it) => it.id)),
          result.id
        )
      }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live("cannot be reverted on an ephemeral thread: the server rejects it, and the retry ends", () =>
    Effect.gen(function* () {
      const thread = yield* (yield* Codex.Codex).startThread({ ephemeral: true })
      yield* twoRefusals
      const error = yield* Effect.flip(runOnce(thread, "pay"))
      assert.strictEqual(error._tag === "CodexError" && error.reason._tag, "RequestRejected")
      const model = yield* MockModel.MockModel
      assert.strictEqual((yield* model.requests).length, 1)
    }).pipe(Effect.provide(CodexTest.layer()))
  )
})
