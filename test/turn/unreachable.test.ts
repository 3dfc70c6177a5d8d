import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Stream } from "effect"
import { TestClock } from "effect/testing"
import { createServer } from "node:net"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import type { Turn } from "../../src/Turn.ts"
import { setUp } from "./realSupport.ts"
import { background } from "./support.ts"

/** A port of this machine without a listener: it was opened and closed. */
const closedPort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

const unreachable = Layer.unwrap(
  Effect.map(closedPort, (port) =>
    CodexTest.layer({
      config: {
        settings: { model_provider: "unreachable" },
        extra: `[model_providers.unreachable]\nname = "n"\nbase_url = "http://127.0.0.1:${port}/v1"\nwire_api = "responses"\nrequest_max_retries = 0`
      }
    })
  )
)

/** After the server has reported its failure and retries, this time passes, and again after each further event. */
const passing = (turn: Turn, time: "300 millis" | "1500 millis") =>
  turn.stateChanges.pipe(
    Stream.dropWhile(({ retrying }) => Option.isNone(retrying)),
    Stream.runForEach(() => TestClock.adjust(time)),
    Effect.ignore,
    background
  )

const failureOf = (turn: Turn) => Effect.flip(TestClock.withLive(Effect.timeout(turn.result, "10 seconds")))

describe("an unreachable model provider, on the real binary", () => {
  it.effect("makes idleTimeout fail the turn with TurnStalled, and the thread stays usable", () =>
    Effect.gen(function* () {
      const { thread } = yield* setUp
      const first = yield* thread.turn("hi", { idleTimeout: "1500 millis" })
      yield* passing(first, "1500 millis")
      const failure = yield* failureOf(first)
      assert.strictEqual(failure._tag, "TurnStalled")
      if (failure._tag === "TurnStalled") {
        assert.strictEqual(failure.result.status, "interrupted")
        assert.isTrue(Option.isSome(failure.retrying))
      }
      const second = yield* thread.turn("hi", { maxDuration: "300 millis" })
      yield* passing(second, "300 millis")
      assert.strictEqual((yield* failureOf(second))._tag, "TurnTimedOut")
    }).pipe(Effect.provide(unreachable))
  )
})
