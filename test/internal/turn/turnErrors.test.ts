/** The messages of errors of turns, and which of them can be retried. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Option } from "effect"
import * as Turn from "../../../src/Turn.ts"

const result: Turn.TurnResult = {
  id: "u",
  status: "failed",
  error: Option.none(),
  startedAt: Option.none(),
  completedAt: Option.none(),
  duration: Option.none(),
  finalResponse: Option.none(),
  items: [],
  usage: Option.none(),
  unfinishedItems: [],
  warnings: []
}
const ids = { threadId: "t", turnId: "u", result }
const retrying = Option.some({ message: "words", codexErrorInfo: null, additionalDetails: null })
const why =
  "The server was retrying the connection to the model provider; `retrying` has the last error. Check the network, the proxy and `base_url`."
const plan = { type: "plan", id: "p", text: "" } as const
const tool = { type: "~unknown", raw: { type: "fileChange" } } as const

describe("the message of an error of a turn", () => {
  const rows: ReadonlyArray<readonly [message: string, error: Error]> = [
    [
      "Turn failed. Rate limit reached. Wait before the next turn. See `result.error` for the server's message.",
      new Turn.TurnFailed({ ...ids, reason: new Turn.RateLimited() })
    ],
    ["The turn was interrupted before it completed. Its progress is in `result`.", new Turn.TurnInterrupted(ids)],
    [
      "No event for 1.5 s (`idleTimeout`). The model provider may be unreachable. Progress is in `result`.",
      new Turn.TurnStalled({ ...ids, idleTimeout: Duration.millis(1500), retrying: Option.none() })
    ],
    [
      `No event for 90 s (\`idleTimeout\`). ${why} Progress is in \`result\`.`,
      new Turn.TurnStalled({ ...ids, idleTimeout: Duration.minutes(1.5), retrying })
    ],
    [
      "The turn exceeded `maxDuration` (1.5 s). Progress is in `result`.",
      new Turn.TurnTimedOut({ ...ids, maxDuration: Duration.millis(1500), retrying: Option.none() })
    ],
    [
      `The turn exceeded \`maxDuration\` (90 s). ${why} Progress is in \`result\`.`,
      new Turn.TurnTimedOut({ ...ids, maxDuration: Duration.minutes(1.5), retrying })
    ],
    [
      "The consumer fell more than 7 events behind. The turn is still running: run `events` again to get a snapshot and continue.",
      new Turn.EventsOverflowed({ capacity: 7 })
    ]
  ]
  for (const [message, error] of rows) {
    it(`${error.name}: ${message.slice(0, 30)}…`, () => {
      assert.strictEqual(error.message, message)
      assert.strictEqual(error.name, `effect-codex/${"_tag" in error ? String(error._tag) : ""}`)
    })
  }
})

describe("whether an error of a turn can be retried", () => {
  it("depends on the reason, and on what the turn did", () => {
    const failed = (reason: Turn.Reason, change: Partial<Turn.TurnResult> = {}) =>
      new Turn.TurnFailed({ ...ids, reason, result: { ...result, ...change } }).isRetryable
    assert.isTrue(failed(new Turn.RateLimited()))
    assert.isTrue(failed(new Turn.RateLimited(), { items: [plan], unfinishedItems: [plan] }))
    assert.isFalse(failed(new Turn.RateLimited(), { items: [plan, tool] }))
    assert.isFalse(failed(new Turn.RateLimited(), { unfinishedItems: [tool] }))
    assert.isFalse(failed(new Turn.ModelNotFound()))
  })

  it("is no for a turn that was stopped, and yes for a consumer that fell behind", () => {
    assert.isFalse(new Turn.TurnInterrupted(ids).isRetryable)
    assert.isFalse(new Turn.TurnStalled({ ...ids, idleTimeout: Duration.millis(1), retrying }).isRetryable)
    assert.isFalse(new Turn.TurnTimedOut({ ...ids, maxDuration: Duration.millis(1), retrying }).isRetryable)
    assert.isTrue(new Turn.EventsOverflowed({ capacity: 1 }).isRetryable)
  })
})

describe("the guard of an error of a turn", () => {
  const errors = {
    TurnFailed: new Turn.TurnFailed({ ...ids, reason: new Turn.RateLimited() }),
    TurnInterrupted: new Turn.TurnInterrupted(ids),
    TurnStalled: new Turn.TurnStalled({ ...ids, idleTimeout: Duration.millis(1), retrying }),
    TurnTimedOut: new Turn.TurnTimedOut({ ...ids, maxDuration: Duration.millis(1), retrying }),
    EventsOverflowed: new Turn.EventsOverflowed({ capacity: 1 })
  }
  const guards = {
    TurnFailed: Turn.isTurnFailed,
    TurnInterrupted: Turn.isTurnInterrupted,
    TurnStalled: Turn.isTurnStalled,
    TurnTimedOut: Turn.isTurnTimedOut,
    EventsOverflowed: Turn.isEventsOverflowed
  }
  for (const [name, guard] of Object.entries(guards)) {
    it(`of ${name} accepts it, and no other error`, () => {
      for (const [other, error] of Object.entries(errors)) assert.strictEqual(guard(error), other === name)
      assert.isFalse(guard(undefined))
    })
  }
})
