/**
 * Starts turns on threads of one connection and follows them: one at a time on each thread, from the request to the end. What a followed turn
 * is to its readers is `followedTurn.ts`; how it is stopped is `turnControl.ts`.
 *
 * States of a turn, and who moves it on:
 *
 * - `waiting` for the thread: another turn of ours goes first, since the server would join the two. Interruption leaves nothing behind.
 * - `starting`: listening, `turn/start` is on its way. Events of the thread are kept, since they can come before the reply. The reply moves it
 *   on, or fails it. Interruption: if the request is not sent, it never is; else the reply is still waited for, to learn the turn's id, and the
 *   thread is not free before that.
 * - `running`: the turn's events are folded as they come. Interruption of `run`: once `turn/started` was seen (the server refuses before it),
 *   `turn/interrupt` is sent and the end is waited for. The caller waits at most `stopLimit` for all of this; it goes on without him.
 * - `ended`: by `turn/completed`, by a limit of the turn, or by the end of the connection. The thread is free for the next.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { CodexClient } from "../../CodexClient.ts"
import { CodexError, ThreadNotFound } from "../../CodexError.ts"
import type { TurnStartParams } from "../../generated/types.ts"
import type { Notification } from "../../Notification.ts"
import type { Failure, TurnResult } from "../../Turn.ts"
import { isOwn } from "./ownEvents.ts"
import * as control from "./turnControl.ts"
import * as followedTurn from "./followedTurn.ts"
import * as turnLimits from "./turnLimits.ts"
import * as turnLocks from "./turnLocks.ts"
import * as turnRetrying from "./turnRetrying.ts"

/** The turns of one connection. */
export interface Turns {
  /** Starts a turn and waits for its end. `onAccepted` is called once the server has taken it. */
  readonly run: (
    params: TurnStartParams,
    limits: turnLimits.Limits,
    onAccepted?: () => void
  ) => Effect.Effect<TurnResult, Failure>
  /** Starts a turn; it goes on whatever becomes of the caller. */
  readonly start: (
    params: TurnStartParams,
    limits: turnLimits.Limits,
    onAccepted?: () => void
  ) => Effect.Effect<followedTurn.FollowedTurn, CodexError>
  /** Starts a turn by another request whose reply names it, such as a review. */
  readonly startBy: (
    threadId: string,
    method: string,
    request: (onSent: () => void) => Effect.Effect<string, CodexError>,
    limits: turnLimits.Limits
  ) => Effect.Effect<followedTurn.FollowedTurn, CodexError>
  /**
   * Takes a thread for something else than a turn of ours, if it is free; what it gives releases the thread. `onUnheard` is called when nothing
   * will be heard of the thread any more.
   */
  readonly reserve: (
    threadId: string,
    onUnheard: (error: CodexError) => void
  ) => Effect.Effect<(() => void) | undefined>
  /** Follows a turn that runs already: the same feed for everybody who asks. */
  readonly attach: (threadId: string, turnId: string) => followedTurn.FollowedTurn
  /** Fails where nothing would be heard of a turn on the thread. */
  readonly requireHeard: (threadId: string, method: string) => Effect.Effect<void, CodexError>
  /** From here on something is heard of the thread. */
  readonly heard: (threadId: string) => void
  /** From here on nothing is heard of the thread: what runs or waits there is given up. */
  readonly unheard: (threadId: string) => Effect.Effect<void>
  /** The turn that is starting or running on a thread, as far as it is known; of ours, or told by the server. */
  readonly current: (threadId: string) => Effect.Effect<followedTurn.FollowedTurn | undefined>
}

/** The turns over a client. */
export const make = (client: CodexClient["Service"]): Turns => {
  const routes = client["~router"]
  const locks = turnLocks.make()
  const feeds = new Map<string, followedTurn.FollowedTurn>()
  // Turns of ours that are on their way, by thread.
  const starting = new Map<string, Deferred.Deferred<followedTurn.FollowedTurn | undefined>>()
  // Who holds a thread for something else, to be told when nothing is heard of it any more.
  const reserved = new Map<string, (error: CodexError) => void>()
  const deaf = new Set<string>()

  const requireHeard = (threadId: string, method: string): Effect.Effect<void, CodexError> =>
    Effect.suspend(() =>
      deaf.has(threadId) ? Effect.fail(new CodexError({ method, reason: new ThreadNotFound() })) : Effect.void
    )

  const follow = (threadId: string, turnId: string, options: FollowOptions = {}): followedTurn.FollowedTurn => {
    const { onEnd = () => {}, kept = [], keepEvents = false } = options
    const known = feeds.get(turnId)
    if (known !== undefined) {
      // The server joined the two requests into one turn.
      onEnd()
      return known
    }
    let leave: (() => void) | undefined
    const feed = followedTurn.make({
      threadId,
      turnId,
      keepEvents,
      // Who comes late has missed `turn/started`.
      begun: routes.activeTurn(threadId) === turnId,
      onEnd: () => {
        feeds.delete(turnId)
        leave?.()
        onEnd()
      }
    })
    feeds.set(turnId, feed)
    const tell = tellerOf(feed)
    // Before listening, which may tell of the end of the connection at once.
    for (const event of kept) tell(event)
    feed.startKeeping()
    if (feed.isEnded()) return feed
    leave = routes.listen(threadId, {
      onNotification: (notification, turnId) => tell({ turnId, notification }),
      onRequest: (turnId, change) => tell({ turnId, change }),
      onEnd: (reason) => feed.fail(new CodexError({ method: "turn/start", reason }))
    })
    if (feed.isEnded()) leave()
    return feed
  }

  // Keeps what comes for a thread until the turn's id is known.
  const listenEarly = (threadId: string) => {
    const kept: Array<Heard> = []
    const leave = routes.listen(threadId, {
      onNotification: (notification, turnId) => kept.push({ turnId, notification }),
      onRequest: (turnId, change) => kept.push({ turnId, change }),
      onEnd: () => {}
    })
    return { kept, leave }
  }

  const startWith = (
    restore: turnLocks.Restore,
    threadId: string,
    method: string,
    request: (onSent: () => void) => Effect.Effect<string, CodexError>,
    keepEvents: boolean,
    limits: turnLimits.Limits
  ): Effect.Effect<followedTurn.FollowedTurn, CodexError> =>
    Effect.flatMap(locks.acquire(restore, threadId), (release) =>
      Effect.suspend(() => {
        const early = listenEarly(threadId)
        const known = Deferred.makeUnsafe<followedTurn.FollowedTurn | undefined>()
        starting.set(threadId, known)
        let sent = false
        // Looked at here, since the wait for the thread may have been long.
        const begin = Effect.interruptible(
          Effect.andThen(
            requireHeard(threadId, method),
            Effect.suspend(() =>
              request(() => {
                sent = true
              })
            )
          )
        ).pipe(
          // In one step, so that nothing comes in between.
          Effect.map((turnId) => {
            early.leave()
            return follow(threadId, turnId, { kept: early.kept, keepEvents, onEnd: release })
          }),
          Effect.tap(turnRetrying.warn),
          Effect.tap((feed) => turnLimits.watch(turnLimits.ofTurn(client, feed), limits)),
          Effect.onExit((exit) =>
            Effect.sync(() => {
              early.leave()
              starting.delete(threadId)
              Deferred.doneUnsafe(known, Exit.succeed(Exit.isSuccess(exit) ? exit.value : undefined))
              // A turn that was begun holds the thread until its end.
              if (Exit.isFailure(exit)) release()
            })
          )
        )
        // In a fiber of its own, since the reply is waited for even if the caller goes. Uninterruptible, so that it always gets to its `onExit`.
        return Effect.flatMap(Effect.forkDetach(begin, { startImmediately: true, uninterruptible: true }), (reply) =>
          restore(Fiber.join(reply)).pipe(
            Effect.onInterrupt(() =>
              Effect.suspend(() =>
                sent
                  ? control.bounded(Effect.flatMap(Fiber.join(reply), (feed) => control.stop(client, feed)))
                  : Fiber.interrupt(reply)
              )
            )
          )
        )
      })
    )

  const byTurnStart = (params: TurnStartParams, onAccepted?: () => void) => (onSent: () => void) =>
    Effect.map(client.request("turn/start", params, { onSent }), ({ turn }) => {
      onAccepted?.()
      return turn.id
    })

  return {
    run: (params, limits, onAccepted) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(
          startWith(restore, params.threadId, "turn/start", byTurnStart(params, onAccepted), false, limits),
          (feed) => restore(feed.result).pipe(Effect.onInterrupt(() => control.bounded(control.stop(client, feed))))
        )
      ),
    start: (params, limits, onAccepted) =>
      Effect.uninterruptibleMask((restore) =>
        startWith(restore, params.threadId, "turn/start", byTurnStart(params, onAccepted), true, limits)
      ),
    startBy: (threadId, method, request, limits) =>
      Effect.uninterruptibleMask((restore) => startWith(restore, threadId, method, request, true, limits)),
    reserve: (threadId, onUnheard) =>
      Effect.sync(() => {
        const release = locks.tryAcquire(threadId)
        if (release === undefined) return undefined
        reserved.set(threadId, onUnheard)
        return () => {
          if (reserved.get(threadId) === onUnheard) reserved.delete(threadId)
          release()
        }
      }),
    requireHeard,
    heard: (threadId) => {
      deaf.delete(threadId)
    },
    unheard: (threadId) =>
      Effect.suspend(() => {
        const error = new CodexError({ method: "thread/unsubscribe", reason: new ThreadNotFound() })
        deaf.add(threadId)
        if (deaf.size > maxDeaf)
          for (const oldest of deaf) {
            deaf.delete(oldest)
            break
          }
        reserved.get(threadId)?.(error)
        const known = starting.get(threadId)
        const begun = known === undefined ? Effect.void : Deferred.await(known)
        return Effect.map(begun, () => {
          for (const feed of Array.from(feeds.values())) if (feed.threadId === threadId) feed.fail(error)
        })
      }),
    attach: (threadId, turnId) => feeds.get(turnId) ?? follow(threadId, turnId),
    current: (threadId) =>
      Effect.suspend(() => {
        const known = starting.get(threadId)
        if (known !== undefined) return Deferred.await(known)
        for (const feed of feeds.values()) {
          // Perhaps accepted, but not begun yet; perhaps a review, which runs under another id.
          if (feed.threadId === threadId) return Effect.succeed(feed)
        }
        const turnId = routes.activeTurn(threadId)
        return Effect.succeed(turnId === undefined ? undefined : follow(threadId, turnId))
      })
  }
}

// internal

// Programs that run for weeks leave many threads, and turns are begun on none of those of long ago.
const maxDeaf = 65_536

/** What is heard on a thread: a notification, or a change in the number of the server's open requests. */
type Heard = { readonly turnId: string | undefined } & (
  | { readonly notification: Notification }
  | { readonly change: 1 | -1 }
)

interface FollowOptions {
  /** What came before the turn's id was known. */
  readonly kept?: ReadonlyArray<Heard>
  readonly keepEvents?: boolean
  readonly onEnd?: () => void
}

/** Tells a turn what is its own. */
const tellerOf =
  (feed: followedTurn.FollowedTurn) =>
  (heard: Heard): void => {
    if ("change" in heard) {
      // Some requests name no turn; then it is the one that runs on the thread.
      if (heard.turnId === feed.turnId || heard.turnId === undefined) feed.countRequest(heard.change)
    } else if (isOwn(feed.turnId, heard.notification, heard.turnId)) feed.apply(heard.notification)
  }
