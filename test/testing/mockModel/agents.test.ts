import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as MockModel from "../../../src/testing/MockModel.ts"
import { at } from "../../support/rawDriver.ts"
import { ask, events, withModel } from "./support.ts"

const verdict = (text: string) => JSON.parse(String(at(events(text)[3]?.data, "item", "content", 0, "text")))

describe("MockModel over HTTP", () => {
  it.effect("answers the guardian apart from the queue: allow by default, then as scripted", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(MockModel.reply("for the turn"))
        yield* model.enqueueFor("guardian", MockModel.guardian("deny", { rationale: "no" }))
        const headers = { "X-OpenAI-Subagent": "guardian" }
        const denied = verdict((yield* ask(model, { headers })).text)
        assert.deepStrictEqual([denied.outcome, denied.rationale], ["deny", "no"])
        assert.strictEqual(verdict((yield* ask(model, { headers })).text).outcome, "allow")
        assert.include((yield* ask(model)).text, "for the turn")
        assert.lengthOf(yield* model.requests, 1)
        assert.lengthOf(yield* model.requestsFor("guardian"), 2)
        assert.lengthOf(yield* model.receivedFor("guardian", 2), 2)
      })
    )
  )

  it.effect("uses no reply for requests about memories, and does not record them", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(MockModel.reply("kept"))
        yield* ask(model, { headers: { "x-openai-subagent": "memory_consolidation" } })
        yield* ask(model, { headers: { "x-openai-memgen-request": "true" } })
        assert.strictEqual(yield* model.remaining, 1)
        assert.lengthOf(yield* model.requests, 0)
        assert.lengthOf(yield* model.log, 2)
      })
    )
  )

  it.effect("uses the queue of another sub-agent first and then the main one", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(MockModel.reply("main"))
        yield* model.enqueueFor("collab_spawn", MockModel.reply("own"))
        const headers = { "x-openai-subagent": "collab_spawn" }
        assert.include((yield* ask(model, { headers })).text, "own")
        assert.include((yield* ask(model, { headers })).text, "main")
      })
    )
  )
})
