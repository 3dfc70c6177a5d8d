/**
 * Limits on a turn's silence and on its length. Both run on the program's clock, in a fiber of their own that ends with the turn.
 *
 * A turn may rightly be silent while a command or tool runs, or while a request waits for our answer, so that time doesn't count. Before a turn
 * is given up for silence, the server is asked: its end may have been missed.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Client } from "../../CodexClient.ts"
import type { EventsFailure, TurnResult, TurnState } from "../../Turn.ts"
import { type TurnFailed, TurnStalled, TurnTimedOut } from "../../TurnError.ts"
import { askEnd } from "./askEnd.ts"
import * as control from "./turnControl.ts"
import type { FollowedTurn } from "./followedTurn.ts"
import * as monotonic from "../monotonic.ts"

/** Limits of a turn, checked. */
export interface Limits {
  readonly idleTimeout?: Duration.Duration | undefined
  readonly maxDuration?: Duration.Duration | undefined
  /** What becomes of the turn on the server when a limit passes. Default: `interrupt`. */
  readonly whenExceeded?: "interrupt" | "leave" | undefined
}

/** What the limits are of. */
export interface Limited {
  readonly feed: FollowedTurn
  /** Stops it on the server, and waits for its end; bounded. */
  readonly stop: Effect.Effect<void>
  /** Whether it runs, as far as anybody can tell; tells of an end that was missed. */
  readonly isRunning: Effect.Effect<boolean>
}

/** An ordinary turn. */
export const ofTurn = (client: Client, feed: FollowedTurn): Limited => ({
  feed,
  stop: control.bounded(client, control.stop(client, feed)),
  // It may be unable to say, or not in time: silence it is.
  isRunning: Effect.map(askEnd(client, feed), (answer) => answer !== "ended")
})

/** Watches it, in the background. */
export const watch = (client: Client, limited: Limited, limits: Limits): Effect.Effect<void> => {
  const { idleTimeout, maxDuration } = limits
  const { feed } = limited
  const { threadId, turnId } = feed
  const watches: Array<Effect.Effect<void>> = []
  if (maxDuration !== undefined) {
    const maxDurationMillis = Duration.toMillis(maxDuration)
    watches.push(
      Effect.andThen(
        Effect.sleep(maxDuration),
        giveUp(limited, limits, (found) => new TurnTimedOut({ threadId, turnId, maxDurationMillis, ...found }))
      )
    )
  }
  if (idleTimeout !== undefined) {
    const idleTimeoutMillis = Duration.toMillis(idleTimeout)
    watches.push(
      Effect.andThen(
        silence(limited, idleTimeoutMillis),
        giveUp(limited, limits, (found) => new TurnStalled({ threadId, turnId, idleTimeoutMillis, ...found }))
      )
    )
  }
  return watches.length === 0
    ? Effect.void
    : Effect.asVoid(client["~session"].fork(Effect.interruptible(Effect.raceAllFirst([feed.ended, ...watches]))))
}

/** Stops a turn, whose end is then this failure, with all that came until then. The first failure given here counts. */
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
    // The turn's end can end the fiber that runs this, but what was begun here has to be done.
    Effect.uninterruptible
  )

// internal

interface Found {
  readonly result: TurnResult
  readonly retrying: TurnState["retrying"]
}

const giveUp = (limited: Limited, limits: Limits, failure: (found: Found) => EventsFailure): Effect.Effect<void> =>
  Effect.suspend(() => {
    // Now, since the turn's end will be the end of it.
    const { retrying } = limited.feed.state()
    const { feed, stop } = limited
    return endWith({ feed, stop: limits.whenExceeded === "leave" ? Effect.void : stop }, (result) =>
      failure({ result, retrying })
    )
  })

/** Ends when nothing has happened for that long, and the server says that it runs. */
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
              // Something happened while the server was asked: the silence is over.
              if (running) return seen.at > now - limit ? wait : Effect.void
              // Its end is being told, or was missed and can't be read: one more round decides.
              return feed.isEnded() ? Effect.never : Effect.void
            })
      })
      return wait
    },
    ({ stop }) => Effect.sync(stop)
  )
