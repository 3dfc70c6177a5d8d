/**
 * Who may start a turn on a thread: one at a time, in the order in which they asked. Plain code rather than a semaphore, since the one who holds
 * a thread (a turn) outlives the fiber that took it, and nothing may be lost where an interruption meets the moment of the handing over.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

/** The interruptibility of the caller, as `Effect.uninterruptibleMask` gives it. */
export type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** The locks of one connection. */
export interface TurnLocks {
  /** Waits for the thread; gives what releases it, which may be called more than once. To be run uninterruptibly: only the waiting is restored. */
  readonly acquire: (restore: Restore, threadId: string) => Effect.Effect<() => void>
  /** Takes the thread if it is free; gives what releases it. */
  readonly tryAcquire: (threadId: string) => (() => void) | undefined
  /** How many threads are held, for tests. */
  readonly size: () => number
}

/** No thread is held. */
export const make = (): TurnLocks => {
  // The threads that are held, with those who wait for them.
  const held = new Map<string, Array<Deferred.Deferred<void>>>()

  const passOn = (threadId: string): void => {
    const next = held.get(threadId)?.shift()
    if (next === undefined) held.delete(threadId)
    // Not here and now: whoever is next may fail at once and pass it on, and the caller may be the reader.
    else queueMicrotask(() => Deferred.doneUnsafe(next, Exit.void))
  }

  const releaser = (threadId: string) => {
    let holds = true
    return () => {
      if (!holds) return
      holds = false
      passOn(threadId)
    }
  }

  const tryAcquire = (threadId: string) => {
    if (held.has(threadId)) return undefined
    held.set(threadId, [])
    return releaser(threadId)
  }

  return {
    tryAcquire,
    acquire: (restore, threadId) =>
      Effect.suspend(() => {
        const release = tryAcquire(threadId)
        if (release !== undefined) return Effect.succeed(release)
        const waiting = held.get(threadId) ?? []
        const turn = Deferred.makeUnsafe<void>()
        waiting.push(turn)
        return restore(Deferred.await(turn)).pipe(
          Effect.onInterrupt(() =>
            Effect.sync(() => {
              const at = waiting.indexOf(turn)
              if (at >= 0) waiting.splice(at, 1)
              // It was this one's already.
              else passOn(threadId)
            })
          ),
          Effect.map(() => releaser(threadId))
        )
      }),
    size: () => held.size
  }
}
