/**
 * Limits the duration of a turn, and its time without events. Both limits use the program's clock, in a separate
 * fiber that ends with the turn.
 *
 * A turn may have no events while a command or tool runs, or while a request waits for an answer of this program, so
 * that time does not count. Before a turn is given up because of `idleTimeout`, the server is asked, because its end
 * may have been missed.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Client } from "../../CodexClient.ts"
import type { EventsFailure, TurnResult, TurnState } from "../../Turn.ts"
import { type TurnFailed, TurnStalled, TurnTimedOut } from "./turnErrors.ts"
import { askEnd } from "./askEnd.ts"
import * as control from "./turnControl.ts"
import type { FollowedTurn } from "./followedTurn.ts"
import * as monotonic from "../monotonic.ts"

/** Limits of a turn, checked. */
export interface Limits {
  readonly idleTimeout?: Duration.Duration | undefined
  readonly maxDuration?: Duration.Duration | undefined
  /** What happens to the turn on the server when a limit is exceeded. Default: `interrupt`. */
  readonly whenExceeded?: "interrupt" | "leave" | undefined
}

/** What the limits apply to. */
export interface Limited {
  readonly feed: FollowedTurn
  /** Stops it on the server and waits for its end. Bounded by `stopLimit`. */
  readonly stop: Effect.Effect<void>
  /** Whether it runs, as far as this can be determined. Also reports an end that was missed. */
  readonly isRunning: Effect.Effect<boolean>
}

/** An ordinary turn. */
export const ofTurn = (client: Client, feed: FollowedTurn): Limited => ({
  feed,
  stop: control.bounded(client, control.stop(client, feed)),
  // If the server cannot say, or not in time, the turn counts as running without events.
  isRunning: Effect.map(askEnd(client, feed), (answer) => answer !== "ended")
})

/** Watches the limits in the background. */
export const watch = (client: Client, limited: Limited, limits: Limits): Effect.Effect<void> => {
  const { idleTimeout, maxDuration } = limits
  const { feed } = limited
  const { threadId, turnId } = feed
  const watches: Array<Effect.Effect<void>> = []
  if (maxDuration !== undefined) {
    watches.push(
      Effect.andThen(
        Effect.sleep(maxDuration),
        giveUp(limited, limits, (found) => new TurnTimedOut({ threadId, turnId, maxDuration, ...found }))
      )
    )
  }
  if (idleTimeout !== undefined) {
    const idleTimeoutMillis = Duration.toMillis(idleTimeout)
    watches.push(
      Effect.andThen(
        silence(limited, idleTimeoutMillis),
        giveUp(limited, limits, (found) => new TurnStalled({ threadId, turnId, idleTimeout, ...found }))
      )
    )
  }
  return watches.length === 0
    ? Effect.void
    : Effect.asVoid(client["~session"].fork(Effect.interruptible(Effect.raceAllFirst([feed.ended, ...watches]))))
}

/**
 * Stops a turn, and makes it end with this failure and everything collected so far. Only the first failure has an
 * effect.
 */
export const endWith = (
  { feed, stop }: Pick<Limited, "feed" | "stop">,
  failure: (result: TurnResult) => EventsFailure | TurnFailed
): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (feed.isEnded() || !feed.endAs(failure)) return Effect.void
    return Effect.andThen(
      stop,
      Effect.sync(() => feed.fail(failure(feed.resultSoFar())))
    )
  }).pipe(
    // The end of the turn can interrupt the fiber that runs this, but the stop must complete.
    Effect.uninterruptible
  )

// internal

interface Found {
  readonly result: TurnResult
  readonly retrying: TurnState["retrying"]
}

const giveUp = (limited: Limited, limits: Limits, failure: (found: Found) => EventsFailure): Effect.Effect<void> =>
  Effect.suspend(() => {
    // Read it now, because the end of the turn clears it.
    const { retrying } = limited.feed.state()
    const { feed, stop } = limited
    return endWith({ feed, stop: limits.whenExceeded === "leave" ? Effect.void : stop }, (result) =>
      failure({ result, retrying })
    )
  })

/** Ends when nothing has happened for `limit`, after the server was asked whether the turn runs. */
const silence = ({ feed, isRunning }: Limited, limit: number): Effect.Effect<void> =>
  Effect.acquireUseRelease(
    Effect.map(Clock.Clock, (clock) => {
      const seen = { at: monotonic.millis(clock) }
      const stop = feed.observe(() => {
        seen.at = monotonic.millis(clock)
      })
      return { clock, seen, stop }
    }),
    ({ clock, seen }) => {
      const wait: Effect.Effect<void> = Effect.suspend(() => {
        const now = monotonic.millis(clock)
        if (feed.isBusy()) seen.at = now
        const left = seen.at + limit - now
        return left > 0
          ? Effect.andThen(Effect.sleep(left), wait)
          : Effect.flatMap(isRunning, (running) => {
              // If something happened while the server was asked, the wait starts again.
              if (running) return seen.at > now - limit ? wait : Effect.void
              // The server says that the turn has ended. If that end could not be applied, the turn is given up.
              return feed.isEnded() ? Effect.never : Effect.void
            })
      })
      return wait
    },
    ({ stop }) => Effect.sync(stop)
  )
