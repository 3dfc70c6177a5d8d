/**
 * Starts turns on threads of one connection and follows them: one at a time on each thread, from the request to the end. What a followed turn
 * is to its readers is `turnFeed.ts`; how it is stopped is `turnControl.ts`.
 *
 * States of a turn, and who moves it on:
 *
 * - `waiting` for the thread: another turn of ours goes first, since the server would join the two. Interruption leaves nothing behind.
 * - `starting`: listening, `turn/start` is on its way. Events of the thread are kept, since they can come before the reply. The reply moves it
 *   on, or fails it. Interruption: if the request is not sent, it never is; else the reply is still waited for, to learn the turn's id.
 * - `running`: the turn's events are folded as they come. Interruption of `run`: once `turn/started` was seen (the server refuses before it),
 *   `turn/interrupt` is sent and the end is waited for. All of this takes at most `stopLimit`.
 * - `ended`: by `turn/completed`, by a limit of the turn, or by the end of the connection. The thread is free for the next.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Semaphore from "effect/Semaphore"
import type { CodexClient } from "../CodexClient.ts"
import { CodexError } from "../CodexError.ts"
import type { TurnStartParams } from "../generated/types.ts"
import type { Notification } from "../Notification.ts"
import type { Failure, TurnResult } from "../Turn.ts"
import * as control from "./turnControl.ts"
import * as turnFeed from "./turnFeed.ts"
import * as turnLimits from "./turnLimits.ts"

/** The turns of one connection. */
export interface Turns {
  /** Starts a turn and waits for its end. */
  readonly run: (params: TurnStartParams, limits: turnLimits.Limits) => Effect.Effect<TurnResult, Failure>
  /** Starts a turn; it goes on whatever becomes of the caller. */
  readonly start: (params: TurnStartParams, limits: turnLimits.Limits) => Effect.Effect<turnFeed.TurnFeed, CodexError>
  /** Starts a turn by another request whose reply names it, such as a review. */
  readonly startBy: (
    threadId: string,
    request: (onSent: () => void) => Effect.Effect<string, CodexError>,
    limits: turnLimits.Limits
  ) => Effect.Effect<turnFeed.TurnFeed, CodexError>
  /** Follows a turn that runs already: the same feed for everybody who asks. */
  readonly attach: (threadId: string, turnId: string) => turnFeed.TurnFeed
  /** The turn that is starting or running on a thread, as far as it is known; of ours, or told by the server. */
  readonly current: (threadId: string) => Effect.Effect<turnFeed.TurnFeed | undefined>
}

/** The turns over a client. */
export const make = (client: CodexClient["Service"]): Turns => {
  const routes = client["~router"]
  const locks = makeLocks()
  const feeds = new Map<string, turnFeed.TurnFeed>()
  // Turns of ours that are on their way, by thread.
  const starting = new Map<string, Deferred.Deferred<turnFeed.TurnFeed | undefined>>()

  const follow = (threadId: string, turnId: string, keepEvents: boolean, onEnd: () => void): turnFeed.TurnFeed => {
    const known = feeds.get(turnId)
    if (known !== undefined) {
      // The server joined the two requests into one turn.
      onEnd()
      return known
    }
    const feed = turnFeed.make({
      threadId,
      turnId,
      keepEvents,
      onEnd: () => {
        feeds.delete(turnId)
        leave?.()
        onEnd()
      }
    })
    feeds.set(turnId, feed)
    let leave: (() => void) | undefined
    leave = routes.listen(threadId, {
      onNotification: (notification, id) => {
        if (id === turnId) feed.apply(notification)
      },
      onRequest: (id, change) => {
        if (id === turnId) feed.countRequest(change)
      },
      onEnd: (reason) => feed.fail(new CodexError({ method: "turn/start", reason }))
    })
    if (feed.isEnded()) leave()
    return feed
  }

  // Keeps what comes for a thread until the turn's id is known.
  const listenEarly = (threadId: string) => {
    const kept: Array<() => void> = []
    let feed: turnFeed.TurnFeed | undefined
    const leave = routes.listen(threadId, {
      onNotification: (notification: Notification, id) => {
        kept.push(() => {
          if (feed !== undefined && id === feed.turnId) feed.apply(notification)
        })
      },
      onRequest: (id, change) => {
        kept.push(() => {
          if (feed !== undefined && id === feed.turnId) feed.countRequest(change)
        })
      },
      onEnd: () => {}
    })
    return {
      leave,
      // In one step, so that nothing comes in between.
      handOver: (turnId: string, keepEvents: boolean, onEnd: () => void) => {
        leave()
        const joined = feeds.has(turnId)
        feed = follow(threadId, turnId, keepEvents, onEnd)
        if (!joined) for (const replay of kept) replay()
        return feed
      }
    }
  }

  type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

  const startWith = (
    restore: Restore,
    threadId: string,
    request: (onSent: () => void) => Effect.Effect<string, CodexError>,
    keepEvents: boolean,
    limits: turnLimits.Limits
  ): Effect.Effect<turnFeed.TurnFeed, CodexError> =>
    Effect.flatMap(locks.acquire(restore, threadId), (release) =>
      Effect.suspend(() => {
        const early = listenEarly(threadId)
        const known = Deferred.makeUnsafe<turnFeed.TurnFeed | undefined>()
        starting.set(threadId, known)
        let sent = false
        return Effect.gen(function* () {
          const reply = yield* Effect.forkDetach(
            request(() => {
              sent = true
            })
          )
          const begun = Effect.map(Fiber.join(reply), (turnId) => early.handOver(turnId, keepEvents, release))
          const feed = yield* restore(begun).pipe(
            Effect.onInterrupt(() =>
              sent
                ? control.bounded(Effect.flatMap(begun, (feed) => control.stop(client, feed)))
                : Fiber.interrupt(reply)
            )
          )
          Deferred.doneUnsafe(known, Exit.succeed(feed))
          yield* turnLimits.watch(client, feed, limits)
          return feed
        }).pipe(
          Effect.onExit((exit) =>
            Effect.sync(() => {
              early.leave()
              starting.delete(threadId)
              Deferred.doneUnsafe(known, Exit.succeed(undefined))
              // A turn that was begun holds the thread until its end.
              if (Exit.isFailure(exit)) release()
            })
          )
        )
      })
    )

  const byTurnStart = (params: TurnStartParams) => (onSent: () => void) =>
    Effect.map(client.request("turn/start", params, { onSent }), ({ turn }) => turn.id)

  return {
    run: (params, limits) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(startWith(restore, params.threadId, byTurnStart(params), false, limits), (feed) =>
          restore(feed.result).pipe(Effect.onInterrupt(() => control.bounded(control.stop(client, feed))))
        )
      ),
    start: (params, limits) =>
      Effect.uninterruptibleMask((restore) => startWith(restore, params.threadId, byTurnStart(params), true, limits)),
    startBy: (threadId, request, limits) =>
      Effect.uninterruptibleMask((restore) => startWith(restore, threadId, request, true, limits)),
    attach: (threadId, turnId) => feeds.get(turnId) ?? follow(threadId, turnId, false, () => {}),
    current: (threadId) =>
      Effect.suspend(() => {
        const known = starting.get(threadId)
        if (known !== undefined) return Deferred.await(known)
        const turnId = routes.activeTurn(threadId)
        if (turnId !== undefined) return Effect.succeed(feeds.get(turnId) ?? follow(threadId, turnId, false, () => {}))
        for (const feed of feeds.values()) {
          // Ours, accepted, but not begun yet.
          if (feed.threadId === threadId) return Effect.succeed(feed)
        }
        return Effect.succeed(undefined)
      })
  }
}

// internal

/** One permit for each thread, for as long as somebody holds or wants it. */
const makeLocks = () => {
  const locks = new Map<string, { readonly semaphore: Semaphore.Semaphore; users: number }>()
  return {
    /** Waits for the thread; gives what releases it, which may be called more than once. */
    acquire: (
      restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>,
      threadId: string
    ): Effect.Effect<() => void> =>
      Effect.suspend(() => {
        const lock = locks.get(threadId) ?? { semaphore: Semaphore.makeUnsafe(1), users: 0 }
        locks.set(threadId, lock)
        lock.users++
        const leave = () => {
          lock.users--
          if (lock.users === 0) locks.delete(threadId)
        }
        return restore(Semaphore.take(lock.semaphore, 1)).pipe(
          Effect.onInterrupt(() => Effect.sync(leave)),
          Effect.map(() => {
            let held = true
            return () => {
              if (!held) return
              held = false
              Effect.runSync(Semaphore.release(lock.semaphore, 1))
              leave()
            }
          })
        )
      })
  }
}
