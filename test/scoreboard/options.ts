/**
 * The arguments of a scoreboard's command line.
 */
import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"

export interface Options {
  /** Names of scenarios, or of groups; all if empty. */
  readonly only: ReadonlyArray<string>
  /** The first seed. */
  readonly seed: number
  /** How often each scenario runs in one pass. */
  readonly repetitions: number
  /** Passes start until this number of minutes is over; one pass if 0. */
  readonly minutes: number
  readonly workers: number
  readonly json: string | undefined
  readonly markdown: string | undefined
}

export const usage = `Options:
  --only NAME      one scenario, or one group; can be given several times
  --seed N         repeats the repetition with this seed, twice, since the first one warms up
  --repetitions N  how often each scenario runs (default: 20)
  --long           runs for an hour, with new seeds in each pass
  --minutes N      the same for another time
  --workers N      processes side by side (default: three for each core)
  --json FILE      writes the rows as JSON
  --markdown FILE  writes the table into the marked block of a page`

/** The arguments are invalid. The message is for the user. */
export class WordsError extends Error {}

/** Parses the arguments; throws a `WordsError`. */
export const parse = (argv: ReadonlyArray<string>): Options => {
  const values = read(argv)
  const seed = count("seed", values.seed)
  return {
    only: values.only ?? [],
    seed: seed ?? 1,
    repetitions: seed === undefined ? (count("repetitions", values.repetitions) ?? 20) : 1,
    minutes: count("minutes", values.minutes) ?? (values.long === true ? 60 : 0),
    workers: count("workers", values.workers) ?? availableParallelism() * 3,
    json: values.json,
    markdown: values.markdown
  }
}

/** The seeds of a pass, counted from 0. */
export const seeds = ({ repetitions, seed }: Options, pass: number): ReadonlyArray<number> =>
  repetitions === 1
    ? [seed, seed]
    : Array.from({ length: repetitions }, (_, index) => seed + pass * repetitions + index)

// internal

const read = (argv: ReadonlyArray<string>) => {
  try {
    return parseArgs({ args: [...argv], options: words }).values
  } catch (error) {
    throw new WordsError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

const words = {
  only: { type: "string", multiple: true },
  seed: { type: "string" },
  repetitions: { type: "string" },
  minutes: { type: "string" },
  long: { type: "boolean" },
  workers: { type: "string" },
  json: { type: "string" },
  markdown: { type: "string" }
} as const

const count = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1)
    throw new WordsError(`--${name} takes a whole number from 1, not ${text}`)
  return number
}
