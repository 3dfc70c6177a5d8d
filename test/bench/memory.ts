/**
 * Memory, each case in its own process: an idle client, a reader that lags behind half a million events, ten thousand
 * idle threads, a thousand turns at once.
 */
import { Effect } from "effect"
import * as Peer from "../support/peer.ts"
import { type Row, type Size, times } from "./measure.ts"
import type { Answer, Case } from "./memoryProcess.ts"
import * as nodeProcess from "./nodeProcess.ts"

const MiB = 2 ** 20

const measure = (name: Case, count: number) =>
  Effect.map(
    nodeProcess.run("./memoryProcess.ts", [name, String(count)], ["--expose-gc"]),
    // Type boundary: the other module prints nothing else.
    (answer) => answer as Answer
  )

const measureFloor = Effect.map(
  nodeProcess.run("./memoryFloor.ts", [JSON.stringify(Peer.command({ on: { initialized: [] } }))], ["--expose-gc"]),
  // Type boundary: as above.
  (answer) => answer as { readonly heap: number; readonly peak: number }
)

/** The peak of an idle client, the cost of an unread event, and the cost of a waiting turn. */
export const run = (size: Size) =>
  Effect.gen(function* () {
    const floor = yield* measureFloor
    const idle = yield* measure("idle", 0)
    const events = times(size, 500_000)
    const fewer = yield* measure("slowReader", Math.ceil(events / 5))
    const more = yield* measure("slowReader", events)
    const threads = times(size, 10_000)
    const subscribed = yield* measure("threads", threads)
    const handles = yield* measure("handles", threads)
    const turns = times(size, 1000)
    const many = yield* measure("turns", turns)
    const perTurn = (heap: number) => (heap - many.before) / turns / 1024
    return [
      {
        name: "memory: idle client, peak",
        unit: "MiB",
        value: idle.peak / MiB,
        floor: floor.peak / MiB,
        ratio: idle.peak / floor.peak,
        note: `heap ${mib(idle.during)} MiB, floor ${mib(floor.heap)}; with the barrel of effect`
      },
      {
        name: `memory: heap per event, ${events} events, one lags`,
        unit: "B",
        value: (more.during - fewer.during) / (events - Math.ceil(events / 5)),
        target: { of: "value", atMost: 100 },
        note: `held ${mib(more.during - more.before)} MiB of ${mib(events * more.textBytes)} MiB text; after ${mib(more.after - more.before)}; peak ${mib(more.peak)}`
      },
      {
        name: `memory: a subscribed thread, ${threads} without a turn`,
        unit: "B",
        value: (subscribed.during - subscribed.before) / threads,
        target: { of: "value", atMost: 2048 },
        note: `with its handle ${Math.round((handles.during - handles.before) / threads)}`
      },
      {
        name: `memory: a turn, ${turns} at once`,
        unit: "KiB",
        value: perTurn(many.during),
        target: { of: "value", atMost: 8 },
        note: `after ${perTurn(many.after).toFixed(1)} KiB; peak ${mib(many.peak)} MiB`
      }
    ] satisfies ReadonlyArray<Row>
  })

const mib = (bytes: number): string => (bytes / MiB).toFixed(1)
