/**
 * Runs turns on threads of one connection: one at a time on each thread, followed from the request to the end, and interrupted on the server
 * when the caller is. What a turn's events mean is `turnState.ts`.
 *
 * States of a run, and who moves it on:
 *
 * - `waiting` for the thread: another run of ours goes first, since the server would join the two. Interruption leaves nothing behind.
 * - `starting`: listening, `turn/start` is on its way. Events of the thread are kept, since they can come before the reply. The reply moves it
 *   on, or fails it. Interruption: if the request is not sent, it never is; else the reply is still waited for, to learn the turn's id.
 * - `running`: the turn's events are folded as they come. Interruption: once `turn/started` was seen (the server refuses before it),
 *   `turn/interrupt` is sent and the end is waited for. All of this takes at most `stopLimit`.
 * - `ended`: by `turn/completed`, or by the end of the connection.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import type { CodexClient } from "../CodexClient.ts"
import { CodexError } from "../CodexError.ts"
import type { ClientRequests } from "../generated/methods.ts"
import type { TurnStartParams } from "../generated/types.ts"
import type { Notification } from "../Notification.ts"
import type { TurnResult } from "../Turn.ts"
import { TurnFailed, TurnInterrupted } from "../TurnError.ts"
import { classifyTurnError } from "./errors/turnReasons.ts"
import * as turnState from "./turnState.ts"

/** The runs of one connection. */
export interface Turns {
  /** Starts a turn and waits for its end. */
  readonly run: (params: TurnStartParams) => Effect.Effect<TurnResult, CodexError | TurnFailed | TurnInterrupted>
}

/** How long an interrupted caller waits for the server to stop the turn. */
export const stopLimit = Duration.seconds(5)

/** The runs over a client. */
export const make = (client: CodexClient["Service"]): Turns => {
  const locks = makeLocks()

  const runNow = (params: TurnStartParams) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        const turn = follow(client, params.threadId)
        let sent = false
        const start = client.request("turn/start", params, {
          onSent: () => {
            sent = true
          }
        })
        return Effect.gen(function* () {
          const starting = yield* Effect.forkDetach(start)
          const started = Effect.map(Fiber.join(starting), (reply) => turn.claim(reply))
          yield* restore(started).pipe(
            Effect.onInterrupt(() =>
              sent ? bounded(Effect.andThen(started, stop(client, turn))) : Fiber.interrupt(starting)
            )
          )
          const result = yield* restore(turn.result).pipe(Effect.onInterrupt(() => bounded(stop(client, turn))))
          return yield* outcome(params.threadId, result)
        }).pipe(Effect.ensuring(Effect.sync(turn.leave)))
      })
    )

  return { run: (params) => locks.withLock(params.threadId, runNow(params)) }
}

// internal

/** A turn that is being followed. */
interface Followed {
  /** Takes the turn's id from the reply, and catches up with what came before it. */
  readonly claim: (reply: ClientRequests["turn/start"]["result"]) => void
  readonly threadId: string
  readonly turnId: () => string | undefined
  /** Waits for `turn/started`, or for the end. */
  readonly started: Effect.Effect<unknown, CodexError>
  /** Waits for the end. */
  readonly result: Effect.Effect<TurnResult, CodexError>
  readonly leave: () => void
}

const follow = (client: CodexClient["Service"], threadId: string): Followed => {
  let early: Array<readonly [Notification, string | undefined]> = []
  let state: turnState.TurnState | undefined
  let id: string | undefined
  const started = Deferred.makeUnsafe<void, CodexError>()
  const result = Deferred.makeUnsafe<TurnResult, CodexError>()

  const settle = (exit: Exit.Exit<TurnResult, CodexError>) => {
    Deferred.doneUnsafe(result, exit)
    Deferred.doneUnsafe(started, Exit.asVoid(exit))
    leave()
  }

  const apply = (notification: Notification, turnId: string | undefined): void => {
    if (state === undefined) {
      early.push([notification, turnId])
      return
    }
    if (turnId !== id) return
    state.apply(notification)
    if (notification.method === "turn/started") Deferred.doneUnsafe(started, Exit.void)
    else if (notification.method === "turn/completed") settle(Exit.succeed(state.result()))
    else if (notification.method === "~unknown" && notification.raw["method"] === "turn/completed") {
      // The end has come, but it can't be read: better to say so than to wait for another.
      const reason = Option.getOrUndefined(notification.error)
      if (reason !== undefined) settle(Exit.fail(new CodexError({ method: "turn/completed", reason })))
    }
  }

  const leave = client["~router"].listen(threadId, {
    onNotification: apply,
    onEnd: (reason) => settle(Exit.fail(new CodexError({ method: "turn/start", reason })))
  })

  return {
    threadId,
    claim: ({ turn }) => {
      id = turn.id
      state = turnState.make(turn.id)
      const kept = early
      early = []
      for (const [notification, turnId] of kept) apply(notification, turnId)
    },
    turnId: () => id,
    started: Deferred.await(started),
    result: Deferred.await(result),
    leave
  }
}

const stop = (client: CodexClient["Service"], turn: Followed): Effect.Effect<void, CodexError> =>
  Effect.gen(function* () {
    yield* turn.started
    const turnId = turn.turnId()
    if (turnId === undefined) return
    yield* client.request("turn/interrupt", { threadId: turn.threadId, turnId }).pipe(
      // It ended in the meantime.
      Effect.catchReason("CodexError", "NoActiveTurn", () => Effect.void)
    )
    yield* turn.result
  })

// Runs in a fiber of its own, so that it can be given up: the caller is being interrupted, and can't be interrupted again.
const bounded = (effect: Effect.Effect<void, CodexError>): Effect.Effect<void> =>
  Effect.flatMap(Effect.forkDetach(Effect.interruptible(effect)), (fiber) =>
    Effect.raceFirst(Effect.asVoid(Fiber.await(fiber)), Effect.andThen(Effect.sleep(stopLimit), Fiber.interrupt(fiber)))
  )

const outcome = (threadId: string, result: TurnResult): Effect.Effect<TurnResult, TurnFailed | TurnInterrupted> => {
  switch (result.status) {
    case "completed":
      return Effect.succeed(result)
    case "interrupted":
      return Effect.fail(new TurnInterrupted({ threadId, turnId: result.id, result }))
    default:
      // An unknown status is no success.
      return Effect.fail(
        new TurnFailed({
          threadId,
          turnId: result.id,
          reason: classifyTurnError(Option.getOrUndefined(result.error)),
          result
        })
      )
  }
}

const makeLocks = () => {
  const locks = new Map<string, { readonly semaphore: Semaphore.Semaphore; users: number }>()
  return {
    withLock: <A, E, R>(threadId: string, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.suspend(() => {
        const lock = locks.get(threadId) ?? { semaphore: Semaphore.makeUnsafe(1), users: 0 }
        locks.set(threadId, lock)
        lock.users++
        return Semaphore.withPermit(lock.semaphore, effect).pipe(
          Effect.ensuring(
            Effect.sync(() => {
              lock.users--
              if (lock.users === 0) locks.delete(threadId)
            })
          )
        )
      })
  }
}
