/** Requests to the server about a turn, and checks before a turn, with a client that answers what the test says. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import type { Client } from "../../../src/CodexClient.ts"
import * as threadRecord from "../../../src/internal/session/record.ts"
import { askEnd } from "../../../src/internal/turn/askEnd.ts"
import type { FollowedTurn } from "../../../src/internal/turn/followedTurn.ts"
import * as following from "../../../src/internal/turn/following.ts"
import { limits, type LimitOptions } from "../../../src/internal/turn/limitOptions.ts"

/**
 * Applies the server's answer about a thread with this status and these turns, and returns what the turn and its record
 * receive.
 */
const asked = Effect.fnUntraced(function* (status: string, reply: unknown, running: string | undefined = "u") {
  const applied: Array<string> = []
  const record = threadRecord.make("t")
  if (running !== undefined) threadRecord.change(record, { _tag: "TurnStarted", turnId: running })
  // Type boundary: only the used fields exist.
  const client = {
    request: (method: string, params: unknown) => {
      assert.deepStrictEqual([method, params], ["thread/read", { threadId: "t" }])
      return Effect.succeed({ thread: { status: { type: status } } })
    },
    requestRaw: (method: string, params: unknown) => {
      assert.deepStrictEqual([method, params], ["thread/read", { threadId: "t", includeTurns: true }])
      return Effect.succeed(reply)
    },
    "~session": { find: () => record }
  } as unknown as Client
  const turn = {
    threadId: "t",
    turnId: "u",
    runningId: () => "u",
    apply: ({ method }: { readonly method: string }) => void applied.push(method)
  } as unknown as FollowedTurn
  return { answer: yield* askEnd(client, turn), applied, running: record.running }
})

const turns = (...list: ReadonlyArray<unknown>) => ({ thread: { turns: list } })
const ended = { id: "u", status: "completed", items: [], error: null }

describe("the end of a turn, read from the server", () => {
  it.effect("is applied to the turn, and its thread is free", () =>
    Effect.gen(function* () {
      const found = yield* asked("idle", turns({ id: "before", status: "completed", items: [] }, ended))
      assert.deepStrictEqual(found, { answer: "ended", applied: ["turn/completed"], running: undefined })
    })
  )

  it.effect("has no effect on another turn that runs on the thread by then", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* asked("idle", turns(ended), "v")).running, "v")
    })
  )

  it.effect("does not exist while the thread is active", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* asked("active", turns(ended)), { answer: "running", applied: [], running: "u" })
    })
  )

  for (const [what, reply] of [
    ["the turn is in progress", turns({ ...ended, status: "inProgress" })],
    ["the turn is missing", turns({ ...ended, id: "v" }, null, 7)],
    ["there are no turns", { thread: {} }],
    ["there is no thread", {}],
    ["the thread is null", { thread: null }],
    ["the reply is null", null],
    ["the reply is a string", "thread"]
  ] as const) {
    it.effect(`is unknown if ${what}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* asked("idle", reply), { answer: "unknown", applied: [], running: "u" })
      })
    )
  }
})

describe("a thread that must be free", () => {
  it.effect("is free unless the server reports a turn there, which the error names", () =>
    Effect.gen(function* () {
      const record = threadRecord.make("t")
      yield* following.requireFree(record, "m")
      threadRecord.change(record, { _tag: "TurnStarted", turnId: "u" })
      const error = yield* Effect.flip(following.requireFree(record, "m"))
      assert.strictEqual(error.method, "m")
      assert.deepInclude(error.reason, { _tag: "ThreadBusy", turnId: "u" })
    })
  )
})

describe("the limits of a turn", () => {
  it.effect("do not exist by default, or if they are infinite", () =>
    Effect.gen(function* () {
      const none = { idleTimeout: undefined, maxDuration: undefined, whenExceeded: undefined }
      assert.deepStrictEqual<unknown>(yield* limits({}), none)
      assert.deepStrictEqual<unknown>(yield* limits({ idleTimeout: "Infinity", maxDuration: "Infinity" }), none)
    })
  )

  it.effect("are durations over zero, and one of two modes", () =>
    Effect.gen(function* () {
      const found = yield* limits({ idleTimeout: "2 seconds", maxDuration: "1 minute", whenExceeded: "leave" })
      assert.deepStrictEqual(found.idleTimeout && Duration.toMillis(found.idleTimeout), 2000)
      assert.deepStrictEqual(found.maxDuration && Duration.toMillis(found.maxDuration), 60_000)
      assert.strictEqual(found.whenExceeded, "leave")
      const wrong: ReadonlyArray<LimitOptions> = [
        { idleTimeout: 0 },
        { maxDuration: "-1 seconds" },
        // Type boundary: programs in JavaScript can pass anything.
        { whenExceeded: "stop" as "leave" }
      ]
      for (const options of wrong) {
        assert.strictEqual((yield* Effect.flip(limits(options))).option, Object.keys(options)[0])
      }
    })
  )
})
