/**
 * What a soak judges: which measure may grow by how much, and whether it did.
 */
import { type Line, line, type Point } from "./fit.ts"
import type { Sample } from "./sample.ts"

/** How much a measure may grow: over the whole run as a part of its size, or by an amount per turn. */
export type Bound = { readonly per: "run"; readonly part: number } | { readonly per: "turn"; readonly amount: number }

export interface Measure {
  /** The name of the plot's file. */
  readonly name: string
  readonly title: string
  readonly unit: string
  readonly of: (sample: Sample) => number
  /** Absent where the measure is shown and not judged. */
  readonly bound?: Bound | undefined
}

const MiB = 2 ** 20

/**
 * The bounds are above the noise of a busy machine, and below what a leak of one object per turn makes. Memory that the
 * system has given to a process is no bound for a leak, so that of the server is shown only. Nor are times of a machine
 * that does other work besides.
 */
export const measures: ReadonlyArray<Measure> = [
  {
    name: "heap",
    title: "Heap of the program after a collection",
    unit: "MiB",
    of: ({ heap }) => heap / MiB,
    bound: { per: "turn", amount: 256 / MiB }
  },
  {
    name: "memory",
    title: "Memory of the program (RSS)",
    unit: "MiB",
    of: ({ memory }) => memory / MiB,
    bound: { per: "run", part: 0.15 }
  },
  {
    name: "server-memory",
    title: "Memory of the server (RSS)",
    unit: "MiB",
    of: ({ serverMemory }) => serverMemory / MiB
  },
  {
    name: "descriptors",
    title: "Descriptors of the program",
    unit: "open",
    of: ({ descriptors }) => descriptors,
    bound: { per: "run", part: 0.05 }
  },
  {
    name: "server-descriptors",
    title: "Descriptors of the server",
    unit: "open",
    of: ({ serverDescriptors }) => serverDescriptors
  },
  {
    name: "fibers",
    title: "Fibers at rest",
    unit: "running",
    of: ({ fibers }) => fibers,
    bound: { per: "run", part: 0.05 }
  },
  {
    name: "latency",
    title: "Time of a turn, median of a batch",
    unit: "ms",
    of: ({ latency }) => latency
  },
  {
    name: "latency-alone",
    title: "Time of a turn, less the other work of the machine",
    unit: "ms",
    of: ({ latencyAlone }) => latencyAlone,
    bound: { per: "run", part: 0.25 }
  },
  { name: "latency95", title: "Time of a turn, 95th percentile", unit: "ms", of: ({ latency95 }) => latency95 },
  {
    name: "cpu",
    title: "Processor time of the program per turn",
    unit: "ms",
    of: ({ cpu }) => cpu,
    bound: { per: "run", part: 0.25 }
  },
  { name: "server-cpu", title: "Processor time of the server per turn", unit: "ms", of: ({ serverCpu }) => serverCpu }
]

/** A measure over a whole run. */
export interface Verdict {
  readonly measure: Measure
  readonly points: ReadonlyArray<Point>
  readonly line: Line
  readonly first: number
  readonly last: number
  /** Growth over the whole run, as a part of the size at its start. */
  readonly growth: number
  /** `undefined` if the measure has no bound, or if the run was too short. */
  readonly flat: boolean | undefined
}

/** The server unloads a thread a minute after it was given up, and the thread's tools are kept until then. */
const warmUpSeconds = 90

/** Fewer samples than these say nothing. */
const samplesAtLeast = 10

/** Fits a line through the samples after the warm-up, in which caches and compiled code fill up, too. */
export const judge = (samples: ReadonlyArray<Sample>, measure: Measure): Verdict => {
  const points = samples.map((sample) => ({ x: sample.turns, y: measure.of(sample) }))
  const warm = samples.findIndex(({ seconds }) => seconds >= warmUpSeconds)
  const settled = warm === -1 ? [] : points.slice(Math.max(warm, Math.floor(points.length / 5)))
  const isJudged = settled.length >= samplesAtLeast
  const fitted = line(isJudged ? settled : points)
  const first = fitted.at(0)
  const last = fitted.at(points.at(-1)?.x ?? 0)
  const growth = first === 0 ? last : (last - first) / Math.abs(first)
  const { bound } = measure
  const isWithin = bound?.per === "run" ? growth <= bound.part : fitted.slope <= (bound?.amount ?? Infinity)
  return {
    measure,
    points,
    line: fitted,
    first,
    last,
    growth,
    flat: bound === undefined || !isJudged ? undefined : isWithin
  }
}
