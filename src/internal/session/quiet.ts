/**
 * Threads of which the next word of the server is due: it said that nothing runs and has not told the end of the turn,
 * or a goal is active and no turn of it has begun. That takes milliseconds. What does not come is asked for, or given
 * up, after a second or some more, so that no call waits for it for ever. One fiber for all threads, asleep while none
 * is quiet.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import * as monotonic from "../monotonic.ts"
import * as threadRecord from "./record.ts"

// Where a turn is followed, the server can be asked: with the pause, within a second. Else all that is left is to give up.
const askMillis = 750
const giveUpMillis = 3000
const pause = Duration.millis(250)

/** The quiet threads of one connection. */
export interface Quiet {
  /** From now on the next word is since. */
  readonly await: (record: threadRecord.ThreadRecord) => void
  /** It has come, or is due no more. */
  readonly end: (record: threadRecord.ThreadRecord) => void
}

/** No thread is quiet. */
export const make = Effect.fnUntraced(function* (scope: Scope.Scope): Effect.fn.Return<Quiet> {
  /** Since when, on the monotonic clock. */
  const since = new Map<threadRecord.ThreadRecord, number>()
  const isAnyQuiet = yield* Latch.make(false)
  const clock = yield* Clock.Clock

  const giveUp = Effect.fnUntraced(function* (record: threadRecord.ThreadRecord) {
    const { followers, holder, running } = record
    if (running !== undefined) {
      yield* Effect.forEach(followers, (follower) => follower.onQuiet?.() ?? Effect.void, { discard: true })
      if (record.running === running && !since.has(record)) threadRecord.change(record, { _tag: "TurnEnded" })
    } else if (holder === undefined) {
      // A goal of ours is followed, and knows its end by itself.
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
