/**
 * Counts the processes of one key that did not start, or whose connection ended, so that a crash loop does not burn the
 * machine. It starts and ends no process.
 *
 * After one death, the next call starts a new process at once. From the second in a row on, calls of the key wait
 * before they start the next: 200 ms, then twice as long each time, up to 10 s, ±20 %. A minute without another death
 * ends the row.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { backoff } from "../backoff.ts"

/** The deaths of a key in a row. */
export interface Deaths {
  readonly count: number
  /** Whether calls of the key wait before they start another process. */
  isPausing: boolean
  /** Returns the next pause. `undefined` until there was one. */
  readonly pause: Effect.Effect<Duration.Duration> | undefined
}

/** No death. */
export const none: Deaths = { count: 0, isPausing: false, pause: undefined }

/** The row after another death. */
export const after = ({ count, pause }: Deaths): Deaths =>
  count === 0
    ? { count: 1, isPausing: false, pause }
    : { count: count + 1, isPausing: true, pause: pause ?? makePause() }

/** Waits for the pause, calls `onPassed`, and then waits for the minute that ends the row. */
export const pass = (deaths: Deaths, onPassed: () => void): Effect.Effect<void> =>
  Effect.gen(function* () {
    if (deaths.pause !== undefined) {
      yield* Effect.sleep(yield* deaths.pause)
      deaths.isPausing = false
      onPassed()
    }
    yield* Effect.sleep(quiet)
  })

// internal

const quiet = Duration.minutes(1)

const longest = Duration.seconds(10)

const makePauses = () => backoff({ initialDelay: Duration.millis(200), maxDelay: longest, jitter: 0.2 })

const makePause = (): Effect.Effect<Duration.Duration> => {
  let step: Effect.Success<ReturnType<typeof Schedule.toStep<Duration.Duration, unknown, never, never>>> | undefined
  return Effect.gen(function* () {
    step ??= yield* Schedule.toStep(makePauses())
    const [, delay] = yield* step(yield* Clock.currentTimeMillis, undefined)
    return delay
  }).pipe(
    // The schedule recurs without end.
    Effect.orElseSucceed(() => longest)
  )
}
