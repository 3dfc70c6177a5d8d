/**
 * How things are measured: contestants take turns within one run, so that whatever else the machine does befalls them alike, and what counts is
 * the median of the ratios of each round.
 */
import { Effect } from "effect"

/** One line of the table. */
export interface Row {
  readonly name: string
  readonly unit: string
  readonly value: number
  /** What the floor needs or does, in the same unit; absent where there is none to compare with. */
  readonly floor?: number | undefined
  /** Value to floor. */
  readonly ratio?: number | undefined
  readonly target?: Target | undefined
  /** What has to be known to read the row. */
  readonly note?: string | undefined
}

/** What a row should reach. */
export interface Target {
  readonly of: "ratio" | "value"
  readonly atLeast?: number
  readonly atMost?: number
}

/** How much work to do: 1 for a full run, less for a trial. */
export interface Size {
  readonly scale: number
  readonly rounds: number
}

export const full: Size = { scale: 1, rounds: 7 }

/** A number of repetitions at this size, at least one. */
export const times = (size: Size, count: number): number => Math.max(1, Math.round(count * size.scale))

/** Whether a row reaches its target; `undefined` without one. */
export const reaches = ({ ratio, target, value }: Row): boolean | undefined => {
  if (target === undefined) return undefined
  const found = target.of === "ratio" ? ratio : value
  if (found === undefined) return false
  return found >= (target.atLeast ?? -Infinity) && found <= (target.atMost ?? Infinity)
}

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** How many milliseconds an effect takes. */
export const elapsed = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<number, E, R> =>
  Effect.suspend(() => {
    const start = performance.now()
    return Effect.map(effect, () => performance.now() - start)
  })

/** What a contestant gave, and how that compares with the floor. */
export interface Result {
  readonly value: number
  readonly floor: number
  readonly ratio: number
  /** The processor time of this process against the floor's: it holds also where other processes take turns with ours. */
  readonly note: string
}

interface Sample {
  readonly value: number
  readonly cpu: number
}

const sample = <E, R>(contestant: Effect.Effect<number, E, R>): Effect.Effect<Sample, E, R> =>
  Effect.suspend(() => {
    const before = process.cpuUsage()
    return Effect.map(contestant, (value) => {
      const { system, user } = process.cpuUsage(before)
      return { value, cpu: user + system }
    })
  })

/** Lets the floor and the contestants take turns; the first round only warms up. Each gives one number per round. */
export const against = <Name extends string, E, R>(
  size: Size,
  floor: Effect.Effect<number, E, R>,
  contestants: { readonly [name in Name]: Effect.Effect<number, E, R> }
): Effect.Effect<{ readonly [name in Name]: Result }, E, R> =>
  Effect.gen(function* () {
    const names = Object.keys(contestants) as Array<Name>
    const rounds: Array<{ readonly floor: Sample; readonly samples: { [name in Name]?: Sample } }> = []
    for (let round = 0; round <= size.rounds; round++) {
      const least = yield* sample(floor)
      const samples: { [name in Name]?: Sample } = {}
      for (const name of names) samples[name] = yield* sample(contestants[name])
      if (round > 0) rounds.push({ floor: least, samples })
    }
    const results = names.map((name): readonly [Name, Result] => {
      const of = (round: (typeof rounds)[number], what: keyof Sample) => round.samples[name]?.[what] ?? Number.NaN
      const cpu = median(rounds.map((round) => of(round, "cpu") / round.floor.cpu))
      return [
        name,
        {
          value: median(rounds.map((round) => of(round, "value"))),
          floor: median(rounds.map(({ floor }) => floor.value)),
          ratio: median(rounds.map((round) => of(round, "value") / round.floor.value)),
          note: `processor time ${cpu.toFixed(2)} ×`
        }
      ]
    })
    // Type boundary: an entry for each name.
    return Object.fromEntries(results) as { readonly [name in Name]: Result }
  })
