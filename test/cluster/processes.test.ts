/**
 * Two deaths of real runner processes, as a sample of `npm run cluster:check`, which repeats all of them.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { kill, points } from "./check/kills.ts"
import * as machines from "./check/machines.ts"

// A takeover within two seconds. `Runner.failover` has values for real machines.
const cluster = {
  shardsPerGroup: 30,
  shardLockExpiration: "2 seconds",
  shardLockRefreshInterval: "400 millis",
  runnerHealthCheckInterval: "400 millis",
  refreshAssignmentsInterval: "300 millis",
  entityMessagePollInterval: "200 millis"
} as const

describe("a cluster of processes", () => {
  it.live(
    "answers a turn whose runner dies from the record, or as unknown, and pays it once",
    () =>
      Effect.gen(function* () {
        const three = yield* machines.make({ size: 3, cluster })
        for (const name of ["answering", "stored"] as const) {
          const point = points.find((point) => point.name === name)
          assert.isDefined(point)
          if (point === undefined) continue
          const { continued, outcome, requests } = yield* kill(three, point, "1")
          assert.include(point.outcome, outcome)
          assert.strictEqual(requests, 1)
          assert.include(["ran", "record"], continued)
        }
      }).pipe(Effect.scoped),
    // Three runners start, each with an app-server, and a takeover waits for a lock.
    120_000
  )
})
