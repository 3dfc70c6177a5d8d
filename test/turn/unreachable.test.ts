import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { onBinary, setUp } from "./realSupport.ts"

describe("a model host out of reach, on the real binary", () => {
  it.live("is ended by idleTimeout as TurnStalled, and the thread stays usable", () =>
    Effect.gen(function* () {
      const { thread } = yield* setUp
      const failure = yield* Effect.flip(thread.run("hi", { idleTimeout: "1500 millis" }))
      assert.strictEqual(failure._tag, "TurnStalled")
      if (failure._tag === "TurnStalled") assert.strictEqual(failure.result.status, "interrupted")
      const timedOut = yield* Effect.flip(thread.run("hi", { maxDuration: "300 millis" }))
      assert.strictEqual(timedOut._tag, "TurnTimedOut")
    }).pipe(
      onBinary({
        config: {
          settings: { model_provider: "unreachable" },
          extra: '[model_providers.unreachable]\nname = "n"\nbase_url = "http://127.0.0.1:9/v1"\nwire_api = "responses"'
        }
      })
    )
  )
})
