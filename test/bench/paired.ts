/**
 * Compares sides by turns: each side has a process of its own, the processes take turns round by round, and what counts
 * is the median of the ratios of the rounds. So whatever else the machine does befalls all sides alike.
 *
 * A ratio of times depends on how busy the machine is, in both directions. A side that waits for its server anyway
 * loses nothing to a busy core, and the SDK looks better than it is: sequential round trips gave 0.98 by time, with
 * 1.41 times the processor time. If all cores are taken, the side that computes more waits more often, and the SDK
 * looks worse: `thread.run` gave 0.65 by time on a quieter machine and 0.27 on a crowded one, with 1.6 and 1.9 times
 * the processor time. So the ratio of processor times is a column of its own, and the head of the table says how busy
 * the machine was.
 *
 * The sides once shared a process, which gave 0.78 for `thread.run` where processes of their own gave 0.52. Sharing is
 * not the cause: the floor took 115 to 127 ms of processor time for 200,000 deltas alone, beside Effect, beside an idle
 * SDK and between rounds of the SDK. Only its waiting differed. Processes of their own are kept all the same: garbage
 * that one side leaves is then never collected in the round of the other, which took the floor 5 to 12 ms in place of
 * 3.
 */
import { Effect } from "effect"
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { median, type Size } from "./measure.ts"
import type { Sample } from "./rounds.ts"
import type { Task } from "./task.ts"

/** A module that runs rounds, and its task. */
export interface Side {
  readonly module: "./floorSide.ts" | "./sdkSide.ts" | "./officialSide.ts"
  readonly task: Task
}

/** The results of a side, and how they compare with the floor. */
export interface Result {
  readonly value: number
  readonly floor: number
  readonly ratio: number
  /** The processor time of the side's process to the floor's. */
  readonly cpu: number
}

/** Turns the milliseconds of a round into the value of a row. */
export type Measure = (millis: number) => number

/** Runs the floor and the sides in turn. The order alternates with each round, so that no side is always the first. */
export const against = <Name extends string>(
  size: Size,
  measure: Measure,
  floor: Side,
  sides: { readonly [name in Name]: Side }
): Effect.Effect<{ readonly [name in Name]: Result }> =>
  Effect.promise(async (signal) => {
    const all: ReadonlyArray<readonly [string, Side]> = [["floor", floor], ...Object.entries<Side>(sides)]
    const rounds: Array<ReadonlyMap<string, Sample>> = []
    const perLaunch = Math.ceil(size.rounds / size.launches)
    for (let launch = 0; launch < size.launches; launch++) {
      const running = await Promise.all(all.map(async ([name, side]) => [name, await start(side, signal)] as const))
      for (let round = -size.warmup; round < perLaunch; round++) {
        const turned = running.map((_, index) => running[(index + launch + round + size.warmup) % running.length])
        const samples = new Map<string, Sample>()
        for (const side of turned) if (side !== undefined) samples.set(side[0], await side[1].round())
        if (round >= 0) rounds.push(samples)
      }
      for (const [, side] of running) await side.end()
    }
    const of = (name: string, what: keyof Sample) => rounds.map((round) => round.get(name)?.[what] ?? Number.NaN)
    const ratios = (name: string, what: Measure, key: keyof Sample) => {
      const base = of("floor", key)
      return median(of(name, key).map((value, index) => what(value) / what(base[index] ?? Number.NaN)))
    }
    const results = Object.keys(sides).map((name) => [
      name,
      {
        value: median(of(name, "millis").map(measure)),
        floor: median(of("floor", "millis").map(measure)),
        ratio: ratios(name, measure, "millis"),
        cpu: ratios(name, (cpu) => cpu, "cpu")
      }
    ])
    // Type boundary: an entry for each name.
    return Object.fromEntries(results) as { readonly [name in Name]: Result }
  })

// internal

// A test runner resolves the sources itself, so its processes need the condition.
const conditions = import.meta.resolve("effect-codex").endsWith(".ts") ? ["--conditions=effect-codex/source"] : []

/** Starts the process of a side, and waits until it is ready. */
const start = async ({ module, task }: Side, signal: AbortSignal) => {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), [JSON.stringify(task)], {
    execArgv: conditions,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    signal,
    killSignal: "SIGKILL"
  })
  let stderr = ""
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (stderr = (stderr + chunk).slice(-4000)))
  const exited = new Promise<void>((resolve) => child.on("error", () => {}).on("exit", () => resolve()))
  const heard = () =>
    new Promise<unknown>((resolve, reject) => {
      child.once("message", resolve)
      void exited.then(() => reject(new Error(`${module} ended in the middle of ${task.work}: ${stderr}`)))
    })
  await heard()
  return {
    // Type boundary: the process answers each round with a sample.
    round: async (): Promise<Sample> => (child.send("round"), (await heard()) as Sample),
    end: async () => {
      child.send("end")
      await exited
    }
  }
}

/** Returns the milliseconds of each round of one side, if there is nothing to compare it with. */
export const measured = (size: Size, side: Side): Effect.Effect<ReadonlyArray<number>> =>
  Effect.promise(async (signal) => {
    const running = await start(side, signal)
    const found: Array<number> = []
    for (let round = -size.warmup; round < size.rounds; round++) {
      const { millis } = await running.round()
      if (round >= 0) found.push(millis)
    }
    await running.end()
    return found
  })
