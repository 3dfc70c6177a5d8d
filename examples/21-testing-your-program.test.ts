/**
 * Tests a program that uses Codex: with its service replaced, and with the real runtime and a scripted model.
 *
 * Run with: npm run example -- 21
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { Approval, Codex, ServerRequests } from "effect-codex"
import { CodexTest, MockModel } from "effect-codex/testing"
import * as ReviewService from "./service/ReviewService.ts"

describe("what uses the service, without any Codex", () => {
  // #region swapped
  const rejecting = Layer.succeed(ReviewService.ReviewService, {
    review: () => Effect.succeed(new ReviewService.Review({ verdict: "reject", comments: ["too long"] }))
  })

  it.effect("a rejected diff isn't merged", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* ReviewService.gate("some diff"), "rejected: too long")
    }).pipe(Effect.provide(rejecting))
  )
  // #endregion
})

describe("what Codex may do, on the real runtime", () => {
  // #region policy
  const guarded = CodexTest.layer({
    // The home is created with the layer, so options that need its folders are functions of it.
    serverRequests: ({ workspace }) => ServerRequests.layer(Approval.handlers(Approval.allowWritesUnder([workspace])))
  })

  it.live("writes into its folder, and not beside it", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const patch = (file: string) => `*** Begin Patch\n*** Add File: ${file}\n+hello\n*** End Patch`
      yield* model.enqueue(
        MockModel.response([MockModel.applyPatch(patch("note"))]),
        MockModel.response([MockModel.applyPatch(patch("../note"))]),
        MockModel.reply("One of two.")
      )

      const thread = yield* codex.startThread({ approvalMode: "ask", sandbox: "readOnly" })
      const { items } = yield* thread.run("Write both.")

      const changes = items.filter((item) => item.type === "fileChange")
      assert.deepStrictEqual(
        changes.map(({ status }) => status),
        ["completed", "declined"]
      )
    }).pipe(Effect.provide(guarded))
  )
  // #endregion
})

describe("the service, on the real runtime with a scripted model", () => {
  // #region scripted
  const layer = ReviewService.layer.pipe(Layer.provideMerge(CodexTest.layer()))

  // `live`, because a real process takes real time.
  it.live("asks the model for the diff, and reads its verdict", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      yield* model.enqueue(MockModel.reply(`{ "verdict": "approve", "comments": [] }`))

      assert.strictEqual(yield* ReviewService.gate("- a\n+ b"), "merged")

      const [request] = yield* model.received(1)
      assert.include(request?.lastUserText, "- a\n+ b")
    }).pipe(Effect.provide(layer))
  )
  // #endregion

  // #region failure
  it.live("a model that fails is a review that failed", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      yield* model.enqueue(MockModel.failed({ code: "insufficient_quota", message: "no more" }))

      const failure = yield* Effect.flip(ReviewService.gate("- a\n+ b"))

      assert.strictEqual(failure._tag, "ReviewFailed")
    }).pipe(Effect.provide(layer))
  )
  // #endregion

  // #region gate
  it.live("a review that is given up stops the model", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      // The model stops in the middle of its answer until the gate is opened. The test does not sleep.
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("never said"), gate))

      const fiber = yield* Effect.forkChild(ReviewService.gate("- a\n+ b"))
      yield* gate.reached
      yield* Fiber.interrupt(fiber)

      // Waits until no request is open.
      yield* model.idle
    }).pipe(Effect.provide(layer))
  )
  // #endregion
})

describe("a thread, without the runtime", () => {
  // #region fake
  /** Implements only what the tested program calls. Any other method is a defect that names the method. */
  const fake = Layer.mock(Codex.Codex, {
    metadata: { name: "fake", version: "0", userAgent: "", codexHome: "", platformFamily: "unix", platformOs: "linux" },
    loadedThreads: Effect.succeed(["thread-1"])
  })

  it.effect("is listed", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      assert.deepStrictEqual(yield* codex.loadedThreads, ["thread-1"])
    }).pipe(Effect.provide(fake))
  )
  // #endregion
})
