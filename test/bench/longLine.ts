/** One line of 64 MiB, as the reply to a call. */
import { Effect } from "effect"
import * as Peer from "../support/peer.ts"
import { type Row, type Size, times } from "./measure.ts"
import { against } from "./paired.ts"
import type { Task } from "./task.ts"

const piece = "A line of sixty-four characters, like much that is read and told"

/** Milliseconds from the call to the parsed reply. */
export const run = (size: Size): Effect.Effect<ReadonlyArray<Row>> => {
  const pieces = times(size, 2 ** 20)
  const characters = pieces * piece.length
  const script: Peer.Script = {
    on: { initialized: [], "bench/longLine": [Peer.reply({ text: { $repeat: [piece, pieces] } })] }
  }
  const task: Task = { work: "longLine", count: 1, characters, server: { command: Peer.command(script) } }
  return Effect.map(
    against(size, (millis) => millis, { module: "./floorSide.ts", task }, { sdk: { module: "./sdkSide.ts", task } }),
    ({ sdk }) => [
      {
        name: `a line of ${Math.round(characters / 2 ** 20)} MiB`,
        unit: "ms",
        target: { of: "ratio", atMost: 1.05 },
        ...sdk
      }
    ]
  )
}
