/**
 * Typed deltas per second: the peer floods 24-character pieces of an answer. The bench counts the characters that
 * arrive.
 */
import { Effect } from "effect"
import * as Peer from "../support/peer.ts"
import { type Row, type Size, times } from "./measure.ts"
import { against } from "./paired.ts"
import { delta, deltaMethod, type Task, type Work } from "./task.ts"

/** Deltas per second through `notifications`, `thread.run` and `turn.events`. */
export const run = (size: Size): Effect.Effect<ReadonlyArray<Row>> =>
  Effect.gen(function* () {
    const count = times(size, 200_000)
    const rate = (millis: number) => (count / millis) * 1000
    const flood: Peer.Script = {
      on: {
        initialized: [],
        "bench/flood": [
          Peer.flood({
            method: deltaMethod,
            params: { threadId: "thread-1", turnId: "turn-1", itemId: "msg-1", delta },
            count
          }),
          Peer.reply({})
        ]
      }
    }
    const task = (work: Work, script: Peer.Script): Task => ({
      work,
      count,
      characters: count * delta.length,
      server: { command: Peer.command(script) }
    })
    const sdk = (work: Work, script: Peer.Script) => ({ module: "./sdkSide.ts", task: task(work, script) }) as const

    const told = yield* against(
      size,
      rate,
      { module: "./floorSide.ts", task: task("notifications", flood) },
      { arrays: sdk("notifications", flood), each: sdk("eachNotification", flood) }
    )
    const turn = Peer.basicWith({ deltas: count, delta })
    const followed = yield* against(
      size,
      rate,
      { module: "./floorSide.ts", task: task("run", turn) },
      { events: sdk("events", turn), run: sdk("run", turn) }
    )
    return [
      { name: "deltas: notifications, batches", unit: "1/s", target: { of: "ratio", atLeast: 0.8 }, ...told.arrays },
      { name: "deltas: notifications, each", unit: "1/s", target: { of: "ratio", atLeast: 0.5 }, ...told.each },
      { name: "deltas: turn.events", unit: "1/s", target: { of: "ratio", atLeast: 0.8 }, ...followed.events },
      { name: "deltas: thread.run", unit: "1/s", target: { of: "ratio", atLeast: 0.85 }, ...followed.run }
    ]
  })
