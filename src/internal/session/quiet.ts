/**
 * Watches threads for which a notification of the server is due: the server said that nothing runs but did not report
 * the end of the turn, or a goal is active and no turn of it has started. Such a notification usually takes
 * milliseconds. If it does not arrive after a second or more, the server is asked, or the wait is given up, so that
 * no call waits indefinitely. One fiber serves all threads, and sleeps while none is quiet.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import * as monotonic from "../monotonic.ts"
import * as threadRecord from "./record.ts"

// If a turn is followed, the server can be asked: within a second, including the pause. Otherwise the wait can only
// be given up.
const askMillis = 750
const giveUpMillis = 3000
const pause = Duration.millis(250)

/** The quiet threads of one connection. */
export interface Quiet {
  /** Starts to wait for the next notification. */
  readonly await: (record: threadRecord.ThreadRecord) => void
  /** Stops waiting: the notification has arrived, or is no longer due. */
  readonly end: (record: threadRecord.ThreadRecord) => void
}

/** Starts with no quiet threads. */
export const make = Effect.fnUntraced(function* (scope: Scope.Scope): Effect.fn.Return<Quiet> {
  /** When the wait of each thread started, on the monotonic clock. */
  const since = new Map<threadRecord.ThreadRecord, number>()
  const isAnyQuiet = yield* Latch.make(false)
  const clock = yield* Clock.Clock

  const giveUp = Effect.fnUntraced(function* (record: threadRecord.ThreadRecord) {
    const { followers, holder, running } = record
    if (running !== undefined) {
      yield* Effect.forEach(followers, (follower) => follower.onQuiet?.() ?? Effect.void, { discard: true })
      if (record.running === running && !since.has(record)) threadRecord.change(record, { _tag: "TurnEnded" })
    } else if (holder === undefined) {
      // A goal of this connection is followed, and detects its own end.
      threadRecord.change(record, { _tag: "GoalTold", isActive: false })
    }
  })

  const look = Effect.gen(function* () {
    yield* isAnyQuiet.await
    yield* Effect.sleep(pause)
    const now = monotonic.millis(clock)
    for (const [record, at] of since) {
      if (now - at < patience(record)) continue
      since.delete(record)
      yield* Effect.forkIn(giveUp(record), scope)
    }
    if (since.size === 0) isAnyQuiet.closeUnsafe()
  })
  yield* Effect.forkIn(Effect.forever(look), scope)

  return {
    await: (record) => {
      since.set(record, monotonic.millis(clock))
      isAnyQuiet.openUnsafe()
    },
    end: (record) => {
      since.delete(record)
    }
  }
})

// internal

const patience = ({ followers, running }: threadRecord.ThreadRecord): number =>
  running !== undefined && followers.some(({ turn }) => turn !== undefined) ? askMillis : giveUpMillis
