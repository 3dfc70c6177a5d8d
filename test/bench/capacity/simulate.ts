/**
 * A simulation of the busy hour: each active thread alternates between pauses and turns, belongs to a shard, and each
 * shard to a runner. Seeded, so that the same load gives the same figures.
 *
 * Turns do not wait for each other: the model takes most of their time. That holds as long as no runner is overloaded,
 * so the simulation adds runners until the busiest one is within its size.
 */
import { closedForm, type Load, type Measured, type RunnerSize, turnCost } from "./figures.ts"
import { seeded } from "../../soak/plan.ts"

/** What a load needs. Sizes are in bytes. */
export interface Needs {
  readonly load: Load
  readonly active: number
  readonly turnsPerSecond: number
  /** Turns at the same time: the mean and the peak of the hour. */
  readonly running: { readonly mean: number; readonly peak: number }
  readonly loaded: { readonly mean: number; readonly peak: number }
  /** Runners that carry the load. Add at least one, so that one can fail. */
  readonly runners: number
  readonly shards: number
  /** Of all runners. */
  readonly cores: number
  readonly memory: number
  /** Of the busiest runner, in its busiest minute. */
  readonly busiest: {
    readonly cores: number
    readonly memory: number
    readonly running: number
    readonly loaded: number
  }
  readonly commitsPerSecond: number
  readonly rowsPerSecond: number
  readonly walPerSecond: number
  readonly storedPerDay: number
}

const WARM_UP = 600
const SECONDS = 1800
const MINUTE = 60
/** The shape of the times of turns: one in twenty takes more than three times the mean. */
const SIGMA = 1

/** Finds the number of runners that a load needs, and what they do. */
export const simulate = (load: Load, measured: Measured, size: RunnerSize, seed = 1): Needs => {
  const cost = turnCost(measured, load)
  const coreSeconds = (cost.serverCpuMs + cost.programCpuMs) / 1000
  const { memory } = measured
  const base = memory.serverPrivate + memory.serverShared + memory.program
  const perThread = memory.threadInServer + memory.threadInProgram
  const idleCores = measured.idleRunner.cpuMsPerSecond / 1000
  const expected = closedForm(load)
  const fit = size.cores * size.coresUsed - idleCores
  const room = size.memory * size.memoryUsed - base
  let runners = Math.max(
    1,
    Math.ceil((expected.turnsPerSecond * coreSeconds) / fit),
    Math.ceil((expected.loaded * perThread) / room)
  )
  for (;;) {
    const shards = shardsFor(runners)
    const hour = run(load, runners, shards, seed)
    const busiest = {
      cores: idleCores + hour.busiest.load * coreSeconds,
      memory: base + hour.busiest.loaded * perThread,
      running: hour.busiest.running,
      loaded: hour.busiest.loaded
    }
    if (busiest.cores > size.cores * size.coresUsed || busiest.memory > size.memory * size.memoryUsed) {
      runners = Math.max(runners + 1, Math.ceil(runners * 1.03))
      continue
    }
    const turns = hour.turnsPerSecond
    return {
      load,
      active: expected.active,
      turnsPerSecond: turns,
      running: hour.running,
      loaded: hour.loaded,
      runners,
      shards,
      cores: runners * idleCores + turns * coreSeconds,
      memory: runners * base + hour.loaded.peak * perThread,
      busiest,
      commitsPerSecond: turns * cost.commits + runners * measured.idleRunner.commitsPerSecond,
      rowsPerSecond: turns * cost.rows + runners * measured.idleRunner.rowsPerSecond,
      walPerSecond: turns * cost.walBytes,
      storedPerDay: expected.active * load.turnsPerHour * load.busyHoursPerDay * cost.databaseBytes
    }
  }
}

/** At least the default of `failover`, and ten for each runner, so that one has at most a tenth more than another. */
export const shardsFor = (runners: number): number => Math.max(60, Math.ceil((runners * 10) / 20) * 20)

/** Half an hour in steps of a second, after a warm-up. */
export const run = (load: Load, runners: number, shards: number, seed: number) => {
  const { active, pause } = closedForm(load)
  const random = uniform(seed)
  const mu = Math.log(load.secondsPerTurn) - SIGMA ** 2 / 2
  // Changes in each second, by runner. Starts are turns that begin.
  const steps = SECONDS + 1
  const running = new Int32Array(runners * steps)
  const loaded = new Int32Array(runners * steps)
  const work = new Float64Array(runners * steps)
  let turns = 0
  const clamp = (time: number) => Math.min(SECONDS, Math.max(0, Math.floor(time)))
  const add = (array: Int32Array | Float64Array, runner: number, from: number, to: number, by: number) => {
    if (to <= 0 || from >= SECONDS) return
    array[runner * steps + clamp(from)]! += by
    array[runner * steps + clamp(to)]! -= by
  }
  for (let thread = 0; thread < active; thread++) {
    const runner = Math.floor(random() * shards) % runners
    // All begin in a pause, which has no memory: the load is steady after a few times of a turn.
    let at = -WARM_UP - Math.log(1 - random()) * pause
    while (at < SECONDS) {
      const took = Math.exp(mu + SIGMA * normal(random))
      const end = at + took
      const next = end - Math.log(1 - random()) * pause
      if (at >= 0) turns++
      add(running, runner, at, end, 1)
      add(loaded, runner, at, Math.min(end + load.idleSeconds, next), 1)
      // The work of a turn, 1, is spread over its time.
      add(work, runner, at, end, 1 / Math.max(1, Math.floor(end) - Math.floor(at)))
      at = next
    }
  }
  const total = { running: new Float64Array(SECONDS), loaded: new Float64Array(SECONDS) }
  const busiest = { load: 0, loaded: 0, running: 0 }
  for (let runner = 0; runner < runners; runner++) {
    let [nowRunning, nowLoaded, nowWork, minute] = [0, 0, 0, 0]
    for (let second = 0; second < SECONDS; second++) {
      const index = runner * steps + second
      nowRunning += running[index]!
      nowLoaded += loaded[index]!
      nowWork += work[index]!
      total.running[second]! += nowRunning
      total.loaded[second]! += nowLoaded
      minute += nowWork
      busiest.running = Math.max(busiest.running, nowRunning)
      busiest.loaded = Math.max(busiest.loaded, nowLoaded)
      if (second % MINUTE === MINUTE - 1) {
        busiest.load = Math.max(busiest.load, minute / MINUTE)
        minute = 0
      }
    }
  }
  return {
    turnsPerSecond: turns / SECONDS,
    running: meanAndPeak(total.running),
    loaded: meanAndPeak(total.loaded),
    busiest
  }
}

// internal

const meanAndPeak = (values: Float64Array) => ({
  mean: values.reduce((sum, value) => sum + value, 0) / values.length,
  peak: values.reduce((most, value) => Math.max(most, value), 0)
})

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

const uniform = (seed: number): (() => number) => {
  const source = seeded(seed)
  return () => source.int(0, 2 ** 32 - 1) / 2 ** 32
}
