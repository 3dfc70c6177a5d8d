import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, Stream } from "effect"
import * as Codex from "../../src/Codex.ts"
import type { CodexErrorInfo } from "../../src/generated/types.ts"
import { classifyTurnError } from "../../src/internal/errors/turnReasons.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { type TurnFailed, TurnInterrupted } from "../../src/internal/turn/turnErrors.ts"
import { onBinary } from "./realSupport.ts"
import { background, messages } from "./support.ts"

const { message, reply } = MockModel

const error = (code: number, body: object) => MockModel.status(code, { error: { message: "mock says no", ...body } })

const failedWith = (code: string) => MockModel.failed({ code, message: "mock says no" })

describe("a turn that fails, on the real binary", () => {
  const failures: ReadonlyArray<readonly [string, MockModel.Script, TurnFailed["reason"]["_tag"], unknown]> = [
    ["400", error(400, {}), "OtherFailure", "other"],
    [
      "400 context_length_exceeded",
      error(400, { code: "context_length_exceeded" }),
      "ContextWindowExceeded",
      "contextWindowExceeded"
    ],
    [
      "failed context_length_exceeded",
      failedWith("context_length_exceeded"),
      "ContextWindowExceeded",
      "contextWindowExceeded"
    ],
    ...[402, 403, 404, 408, 409, 413, 422, 502, 503, 504, 529].map(
      (code) =>
        [
          String(code),
          error(code, {}),
          "ModelConnectionFailed",
          { httpConnectionFailed: { httpStatusCode: code } }
        ] as const
    ),
    ["401", error(401, {}), "Unauthorized", { httpConnectionFailed: { httpStatusCode: 401 } }],
    ["404 model_not_found", error(404, { code: "model_not_found" }), "ModelNotFound", "modelNotFound"],
    ["429", error(429, {}), "RateLimited", { responseTooManyFailedAttempts: { httpStatusCode: 429 } }],
    [
      "429 usage_limit_reached",
      error(429, { type: "usage_limit_reached" }),
      "UsageLimitExceeded",
      "usageLimitExceeded"
    ],
    ["429 insufficient_quota", error(429, { code: "insufficient_quota" }), "UsageLimitExceeded", "usageLimitExceeded"],
    ["failed usage_not_included", failedWith("usage_not_included"), "UsageLimitExceeded", "usageLimitExceeded"],
    ["500", MockModel.status(500), "OtherFailure", "internalServerError"],
    ["503 server_is_overloaded", error(503, { code: "server_is_overloaded" }), "ServerOverloaded", "serverOverloaded"],
    ["failed server_is_overloaded", failedWith("server_is_overloaded"), "ServerOverloaded", "serverOverloaded"],
    ["503 slow_down", error(503, { code: "slow_down" }), "RateLimited", "rateLimitExceeded"],
    ["failed rate_limit_exceeded", failedWith("rate_limit_exceeded"), "RateLimited", "rateLimitExceeded"],
    ["failed server_error", failedWith("server_error"), "OtherFailure", "other"],
    ["failed by an unknown code", failedWith("a_code_of_tomorrow"), "OtherFailure", "other"],
    ["failed cyber_policy", failedWith("cyber_policy"), "PolicyViolation", "cyberPolicy"],
    ["failed invalid_prompt", failedWith("invalid_prompt"), "OtherFailure", "other"],
    ["incomplete", MockModel.incomplete(), "OtherFailure", "other"],
    ["a cut stream", MockModel.drop({ after: 2 }), "OtherFailure", "other"]
  ]

  it.live("fails `run` with the server's reason, for each way in which a model can fail", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const codex = yield* Codex.Codex
      for (const [name, script, tag, info] of failures) {
        yield* model.enqueue(script)
        const thread = yield* codex.startThread()
        const failure = yield* Effect.flip(thread.run(name))
        assert.strictEqual(failure._tag, "TurnFailed", name)
        if (failure._tag !== "TurnFailed") continue
        assert.strictEqual(failure.reason._tag, tag, name)
        assert.strictEqual(failure.result.status, "failed", name)
        const told = Option.getOrThrow(failure.result.error)
        assert.deepStrictEqual(told.codexErrorInfo, info as CodexErrorInfo, name)
        assert.strictEqual(failure.isRetryable, tag === "ServerOverloaded" || tag === "RateLimited", name)
        // The server message may quote the prompt, so it is not in the error's message.
        assert.notInclude(failure.message, "mock says no", name)
      }
      assert.strictEqual(yield* model.remaining, 0)
    }).pipe(onBinary())
  )

  it.live("includes the server's message and the partial result; the next turn works", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      yield* model.enqueue(
        MockModel.response([message("before", { phase: "commentary" }), MockModel.execCommand("true")]),
        MockModel.failed({ message: "boom goes the model" }),
        reply("fine again")
      )
      const thread = yield* (yield* Codex.Codex).startThread()
      const failure = yield* Effect.flip(thread.run("hi"))
      assert.strictEqual(failure._tag, "TurnFailed")
      if (failure._tag !== "TurnFailed") return
      assert.include(Option.getOrThrow(failure.result.error).message, "boom goes the model")
      assert.deepStrictEqual(messages(failure.result.items), ["before"])
      assert.include(
        failure.result.items.map(({ type }) => type),
        "commandExecution"
      )
      assert.strictEqual(Option.getOrThrow(failure.result.usage).turn.totalTokens, 15)
      assert.deepStrictEqual((yield* thread.run("again")).finalResponse, Option.some("fine again"))
    }).pipe(onBinary())
  )

  it.live("is recovered by `catchReason` for one reason only", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      yield* model.enqueue(failedWith("context_length_exceeded"), failedWith("server_error"))
      const thread = yield* (yield* Codex.Codex).startThread()
      const run = thread.run("hi").pipe(
        Effect.as("done"),
        Effect.catchReason("TurnFailed", "ContextWindowExceeded", () => Effect.succeed("compacted"))
      )
      assert.strictEqual(yield* run, "compacted")
      assert.strictEqual((yield* Effect.flip(run))._tag, "TurnFailed")
    }).pipe(onBinary())
  )

  it.live("fails with TurnInterrupted and the partial result if another client interrupts it", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const gate = yield* MockModel.gate
      const held = MockModel.hold(
        MockModel.response([
          message("whole", { phase: "commentary" }),
          message("never whole", { deltas: ["ne", "ver"] })
        ]),
        gate,
        { after: 6 }
      )
      yield* model.enqueue(held)
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      const begun = yield* background(
        Stream.runHead(
          Stream.filter(
            codex.notifications,
            (it) => it.method === "item/agentMessage/delta" && it.params.delta === "ne"
          )
        )
      )
      const run = yield* background(Effect.flip(thread.run("hi")))
      yield* Fiber.join(begun)
      const elsewhere = yield* codex.resumeThread(thread.id)
      const turn = yield* elsewhere.send("ignored", { whenBusy: "reject" }).pipe(
        Effect.flip,
        Effect.map((error) => (error.reason._tag === "ThreadBusy" ? error.reason.turnId : null))
      )
      assert.isNotNull(turn)
      yield* codex.request("turn/interrupt", { threadId: thread.id, turnId: turn ?? "" })
      const failure = yield* Fiber.join(run)
      assert.instanceOf(failure, TurnInterrupted)
      assert.strictEqual(failure.turnId, turn)
      assert.strictEqual(failure.result.status, "interrupted")
      assert.deepStrictEqual(messages(failure.result.items), ["whole"])
      assert.deepStrictEqual(
        failure.result.unfinishedItems.map(({ type }) => type),
        ["agentMessage"]
      )
      assert.deepStrictEqual(failure.result.finalResponse, Option.none())
    }).pipe(onBinary())
  )
})

describe("the reason of a failure", () => {
  const reasons: ReadonlyArray<readonly [CodexErrorInfo | null, string]> = [
    ["sessionBudgetExceeded", "UsageLimitExceeded"],
    ["unauthorized", "Unauthorized"],
    ["misalignmentPolicyViolation", "PolicyViolation"],
    ["tooManyDenials", "PolicyViolation"],
    ["inferenceHookDenied", "PolicyViolation"],
    ["badRequest", "OtherFailure"],
    ["sandboxError", "OtherFailure"],
    ["a name of tomorrow", "OtherFailure"],
    ["toString", "OtherFailure"],
    [null, "OtherFailure"],
    [{ responseStreamConnectionFailed: { httpStatusCode: null } }, "ModelConnectionFailed"],
    [{ responseStreamDisconnected: {} }, "ModelConnectionFailed"],
    [{ responseTooManyFailedAttempts: { httpStatusCode: 401 } }, "Unauthorized"],
    [{ activeTurnNotSteerable: { turnKind: "review" } }, "OtherFailure"],
    [{ "~unknown": { ofTomorrow: { httpStatusCode: 418 } } }, "OtherFailure"],
    [{ "~unknown": {} }, "OtherFailure"]
  ]

  it("is reported for every kind that the protocol has, and for unknown kinds", () => {
    for (const [codexErrorInfo, tag] of reasons) {
      const reason = classifyTurnError({ message: "m", codexErrorInfo })
      assert.strictEqual(reason._tag, tag, JSON.stringify(codexErrorInfo))
      assert.isAbove(reason.message.length, 10)
    }
    assert.strictEqual(classifyTurnError(undefined)._tag, "OtherFailure")
  })
})
