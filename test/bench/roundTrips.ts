/** Round trips a second of a small typed call, one after the other and 64 at a time. */
import { Effect } from "effect"
import * as Peer from "../support/peer.ts"
import { type Row, type Size, times } from "./measure.ts"
import { against } from "./paired.ts"
import { inFlight, smallCall, type Task, type Work } from "./task.ts"

const script: Peer.Script = {
  on: { initialized: [], [smallCall]: [Peer.reply({ data: ["thread-1"], nextCursor: null })] }
}

/** Round trips a second. */
export const run = (size: Size): Effect.Effect<ReadonlyArray<Row>> =>
  Effect.gen(function* () {
    const compare = (work: Work, count: number) => {
      const task: Task = { work, count, server: { command: Peer.command(script) } }
      return against(
        size,
        (millis) => (count / millis) * 1000,
        { module: "./floorSide.ts", task },
        { sdk: { module: "./sdkSide.ts", task } }
      )
    }
    const sequential = yield* compare("sequential", times(size, 3000))
    const many = yield* compare("inFlight", times(size, 20_000))
    return [
      { name: "round trips: sequential", unit: "1/s", target: { of: "ratio", atLeast: 0.7 }, ...sequential.sdk },
      { name: `round trips: ${inFlight} in flight`, unit: "1/s", target: { of: "ratio", atLeast: 0.65 }, ...many.sdk }
    ]
  })
