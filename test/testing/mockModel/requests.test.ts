import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { inspect } from "node:util"
import * as MockModel from "../../../src/testing/MockModel.ts"
import { at } from "../../support/rawDriver.ts"
import { ask, user, withModel } from "./support.ts"

describe("MockModel over HTTP", () => {
  it.effect("waits in received for a number of model requests", () =>
    withModel(
      (model) =>
        Effect.gen(function* () {
          const two = yield* Effect.forkChild(model.received(2))
          yield* ask(model, { body: { input: [user("a")] } })
          yield* ask(model, { headers: { "x-openai-subagent": "guardian" } })
          yield* ask(model, { body: { input: [user("b")] } })
          assert.deepStrictEqual(
            (yield* Fiber.join(two)).map((request) => request.lastUserText),
            ["a", "b"]
          )
        }),
      { fallback: () => MockModel.reply("ok") }
    )
  )

  it.effect("records what a request contains", () =>
    withModel(
      (model) =>
        Effect.gen(function* () {
          yield* ask(model, {
            headers: { "x-codex-turn-metadata": '{"request_kind":"turn"}' },
            body: {
              model: "m",
              tools: [
                { type: "function", name: "f" },
                { type: "namespace", name: "n", tools: [{ name: "g" }] }
              ],
              input: [
                { type: "message", role: "developer", content: [{ type: "input_text", text: "be kind" }] },
                user("one", "two"),
                {
                  type: "message",
                  role: "user",
                  content: [{ type: "input_image", image_url: "data:image/png;base64,AA" }]
                },
                { type: "function_call_output", call_id: "c", output: "done" }
              ]
            }
          })
          const [request] = yield* model.received(1)
          assert.isDefined(request)
          assert.deepStrictEqual([request.method, request.path, request.model], ["POST", "/v1/responses", "m"])
          assert.deepStrictEqual(request.texts("developer"), ["be kind"])
          assert.deepStrictEqual(request.texts("user"), ["one", "two"])
          assert.strictEqual(request.lastUserText, "two")
          assert.deepStrictEqual(request.images(), ["data:image/png;base64,AA"])
          assert.deepStrictEqual(request.toolNames, ["f", "n.g"])
          assert.lengthOf(request.inputItems(), 4)
          assert.lengthOf(request.inputItems("function_call_output"), 1)
          assert.strictEqual(request.toolOutput("c"), "done")
          assert.strictEqual(request.toolOutput("other"), undefined)
          assert.strictEqual(request.requestKind, "turn")
          assert.strictEqual(request.subagent, undefined)
          assert.strictEqual(request.header("Content-Type"), "application/json")
          assert.strictEqual(request.header("constructor"), undefined)
        }),
      { fallback: () => MockModel.reply("ok") }
    )
  )

  it.effect("prints a request without its authorization, which a test can read", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* ask(model, { headers: { authorization: "Bearer sk-secret" } })
        const [request] = yield* model.requests
        assert.strictEqual(request?.header("Authorization"), "Bearer sk-secret")
        for (const shown of [inspect(request), inspect(request?.headers), String(request), JSON.stringify(request)]) {
          assert.notInclude(shown, "sk-secret")
        }
      })
    )
  )

  it.effect("answers a list of models and unknown paths without using up a reply", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(MockModel.reply("kept"))
        const models = yield* Effect.promise(async () => (await fetch(`${model.baseUrl}/models?v=1`)).json())
        assert.strictEqual(at(models, "data", 0, "id"), "mock-model")
        const other = yield* Effect.promise(() => fetch(`${model.baseUrl}/analytics`, { method: "POST", body: "x" }))
        assert.strictEqual(other.status, 404)
        yield* Effect.promise(() => other.text())
        assert.strictEqual(yield* model.remaining, 1)
        assert.lengthOf(yield* model.requests, 0)
        assert.deepStrictEqual(
          (yield* model.log).map((request) => `${request.method} ${request.path}`),
          ["GET /v1/models?v=1", "POST /v1/analytics"]
        )
      })
    )
  )
})
