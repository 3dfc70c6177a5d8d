import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Wire from "../support/wire.ts"
import { onBinary } from "../support/onBinary.ts"

describe("settings of a turn on the wire", () => {
  it.effect("have the protocol's name, for run, turn, stream and send alike", () =>
    Effect.gen(function* () {
      const { codex, paramsOf } = yield* Wire.connect()
      const thread = yield* codex.startThread()
      const plain = {
        cwd: "/w",
        effort: "high",
        model: "m",
        outputSchema: { type: "object", default: null },
        personality: "none",
        serviceTier: null,
        summary: "detailed"
      } as const
      const options = {
        ...plain,
        approvalMode: "denyAll",
        sandbox: "readOnly",
        source: "cron",
        turnServiceTier: "flex"
      } as const
      yield* thread.run("x", options)
      yield* Effect.flatMap(thread.turn("x", options), ({ result }) => result)
      yield* Stream.runDrain(thread.streamUntilEnd("x", options))
      yield* Effect.flatMap(thread.send("x", options), ({ result }) => result)
      const expected = {
        ...plain,
        threadId: thread.id,
        input: [{ type: "text", text: "x" }],
        approvalPolicy: "never",
        sandboxPolicy: { type: "readOnly", networkAccess: false },
        turnTrigger: "cron",
        serviceTierForTurn: "flex"
      }
      const sent = paramsOf("turn/start").map(({ clientUserMessageId, ...params }) => ({ clientUserMessageId, params }))
      assert.deepStrictEqual(
        sent.map(({ params }) => params),
        [expected, expected, expected, expected]
      )
      // Identifies the turn that received the input.
      assert.lengthOf(new Set(sent.map(({ clientUserMessageId }) => clientUserMessageId)), 4)
    })
  )

  it.live("include a service tier: null selects the standard one from then on, and that of one turn ends with it", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread({ model: "gpt-6.1-sol", serviceTier: "priority" })
      const tier = Effect.map(model.requests, (requests) => {
        const body = requests.at(-1)?.body
        return body instanceof Object && "service_tier" in body ? body.service_tier : undefined
      })
      const tiers: Array<unknown> = []
      for (const options of [{}, { turnServiceTier: "default" }, {}, { serviceTier: null }, {}]) {
        yield* thread.run("x", options)
        tiers.push(yield* tier)
      }
      assert.deepStrictEqual(tiers, ["priority", undefined, "priority", undefined, undefined])
    }).pipe(onBinary())
  )
})
