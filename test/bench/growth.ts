/**
 * How time grows with the number of events of a turn and of threads: a line is fitted through the logarithms, with
 * slope 1 if each costs the same. With a folder, it also draws the points.
 */
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Peer from "../support/peer.ts"
import { median, type Row, type Size, times } from "./measure.ts"
import { measured } from "./paired.ts"
import { plot, type Point } from "./plot.ts"
import { delta, type Task } from "./task.ts"

/** The slopes, and the cost of one at the largest size. */
export const run = (size: Size): Effect.Effect<ReadonlyArray<Row>> =>
  Effect.gen(function* () {
    const events = yield* Effect.forEach([1e3, 1e4, 1e5, 1e6], (many) => {
      const count = times(size, many)
      const script = Peer.basicWith({ deltas: count, delta })
      return point(size, {
        work: "events",
        count,
        characters: count * delta.length,
        server: { command: Peer.command(script) }
      })
    })
    const threads = yield* Effect.forEach([1, 10, 100, 1e3, 1e4], (many) =>
      point(size, { work: "threads", count: times(size, many), server: { command: Peer.command(Peer.basic) } })
    )
    return [row(size, "events of a turn", events), row(size, "threads started", threads)]
  })

// internal

const point = (size: Size, task: Task): Effect.Effect<Point> =>
  Effect.map(measured({ ...size, launches: 1 }, { module: "./sdkSide.ts", task }), (millis) => ({
    x: task.count,
    y: median(millis)
  }))

/**
 * The slope uses the larger half only: a small size is mostly the cost of one turn or call, which makes the line look
 * flatter than it is.
 */
const row = (size: Size, name: string, points: ReadonlyArray<Point>): Row => {
  if (size.plots !== undefined) {
    writeFileSync(join(size.plots, `growth-${name.replaceAll(" ", "-")}.svg`), plot(name, points))
  }
  const larger = points.slice(-3)
  const each = points.map(({ x, y }) => `${x}: ${((y / x) * 1000).toFixed(1)}`)
  return {
    name: `growth: ${name}, slope`,
    unit: "",
    value: slope(larger),
    target: { of: "value", atMost: 1.1 },
    note: `µs each at ${each.join(", ")}`
  }
}

/** Returns the slope of the line through the logarithms, by least squares. */
export const slope = (points: ReadonlyArray<Point>): number => {
  const logs = points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }))
  const mean = (of: "x" | "y") => logs.reduce((sum, log) => sum + log[of], 0) / logs.length
  const [x, y] = [mean("x"), mean("y")]
  const spread = logs.reduce((sum, log) => sum + (log.x - x) ** 2, 0)
  return spread === 0 ? 1 : logs.reduce((sum, log) => sum + (log.x - x) * (log.y - y), 0) / spread
}
