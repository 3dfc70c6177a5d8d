/**
 * Failures of the model provider: statuses, broken streams, garbage, silence. The turn fails with a typed error, and
 * the next one succeeds.
 */
import { Effect, Option } from "effect"
import * as MockModel from "../../../src/testing/MockModel.ts"
import type { Scenario } from "../../scoreboard/scenario.ts"
import { onBinary } from "../support/codexes.ts"
import { check, same, wordOf } from "../support/expect.ts"

/** A scenario whose model does one of these, and then answers correctly. The word says how the turn may end. */
const scenario = (
  name: string,
  title: string,
  replies: ReadonlyArray<MockModel.Script>,
  words: ReadonlyArray<string>
): Scenario => ({
  name: `model-${name}`,
  group: "load",
  title,
  expected: `${words.map((word) => `\`${word}\``).join(" or ")}, and the next turn succeeds`,
  within: "20 seconds",
  on: "binary",
  run: (seeded) =>
    Effect.gen(function* () {
      const { codex, model } = yield* onBinary({ config: { requestMaxRetries: 0, streamMaxRetries: 0 } })
      yield* model.enqueue(seeded.pick(replies))
      const thread = yield* codex.startThread()
      const exit = yield* Effect.exit(thread.run("hello"))
      const word = wordOf(exit)
      yield* check(words.includes(word), `the turn ended as ${word}`)
      const next = yield* thread.run("again")
      yield* same(Option.getOrNull(next.finalResponse), "done", "the answer to the next turn")
    })
})

const failed = (reason: string): string => `TurnFailed/${reason}`

export const scenarios: ReadonlyArray<Scenario> = [
  scenario(
    "refuses",
    "The host refuses the request: 400 or 404",
    [MockModel.status(400), MockModel.status(404)],
    [failed("OtherFailure"), failed("ModelNotFound"), failed("ModelConnectionFailed")]
  ),
  scenario("unauthorized", "The host refuses the login: 401", [MockModel.status(401)], [failed("Unauthorized")]),
  scenario(
    "overloaded",
    "The host is overloaded: 429, 500 or 503",
    [429, 500, 503].map((code) => MockModel.status(code)),
    [
      failed("RateLimited"),
      failed("ServerOverloaded"),
      failed("ModelConnectionFailed"),
      failed("UsageLimitExceeded"),
      failed("OtherFailure")
    ]
  ),
  scenario(
    "drops",
    "The host closes the connection before or in the middle of its answer",
    [0, 1, 2, 3, 4].map((after) => MockModel.drop({ after })),
    [failed("ModelConnectionFailed"), failed("OtherFailure")]
  ),
  scenario(
    "fails",
    "The answer ends as failed or as incomplete",
    [MockModel.failed({ message: "no" }), MockModel.failed({ message: "no", code: "x" }), MockModel.incomplete()],
    [
      failed("OtherFailure"),
      failed("ModelConnectionFailed"),
      failed("ServerOverloaded"),
      failed("ContextWindowExceeded"),
      "ok"
    ]
  ),
  scenario(
    "garbage",
    "The answer consists of unknown events, or is not a stream",
    [
      MockModel.rawResponse([{ type: "response.unknown", a: 1 }]),
      MockModel.rawResponse([{ type: "response.completed" }]),
      MockModel.rawResponse([{ type: "response.output_item.done", item: 42 }]),
      MockModel.status(200, "no stream"),
      MockModel.status(200, "")
    ],
    [failed("OtherFailure"), failed("ModelConnectionFailed"), "ok"]
  ),
  {
    name: "model-long-answer",
    group: "load",
    title: "The answer is a text of 1 to 2 MB in one piece or in many",
    expected: "The result holds all of it",
    within: "20 seconds",
    on: "binary",
    run: (seeded) =>
      Effect.gen(function* () {
        const { codex, model } = yield* onBinary()
        const pieces = seeded.pick([1, 20, 500])
        const parts = Array.from({ length: pieces }, () =>
          "x".repeat(Math.ceil(seeded.int(1_000_000, 2_000_000) / pieces))
        )
        yield* model.enqueue(MockModel.deltas(parts))
        const result = yield* (yield* codex.startThread()).run("hello")
        yield* same(Option.getOrElse(result.finalResponse, () => "").length, parts.join("").length, "the length")
      })
  },
  {
    name: "model-unreachable",
    group: "load",
    title: "The model's host can't be reached",
    expected: "The turn fails typed, or by its limit",
    within: "20 seconds",
    on: "binary",
    // Each waits for five seconds.
    isConcurrent: true,
    isLong: true,
    run: () =>
      Effect.gen(function* () {
        const { codex } = yield* onBinary({
          config: { requestMaxRetries: 0, streamMaxRetries: 0, settings: { model_provider: "nowhere" }, extra: nowhere }
        })
        const thread = yield* codex.startThread()
        const word = wordOf(yield* Effect.exit(thread.run("hello", { maxDuration: "5 seconds" })))
        yield* check(/^TurnFailed|^TurnTimedOut/.test(word), `the turn ended as ${word}`)
      })
  }
]

// Port 9 belongs to a service that discards all data, and that no machine runs any more.
const nowhere = `
[model_providers.nowhere]
name = "Nowhere"
base_url = "http://127.0.0.1:9/v1"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
`
