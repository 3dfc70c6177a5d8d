/**
 * Steers and stops a goal. Both are meant for the turn that runs now, which changes without us: the server may know of a later one than we do,
 * says so (`TurnMismatch`), and is believed once.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type { Client } from "../../CodexClient.ts"
import { CodexError, NoActiveTurn } from "../../CodexError.ts"
import * as Input from "../../Input.ts"
import { insist } from "../client/insisting.ts"
import type { InterruptOptions, InterruptOutcome } from "../../Turn.ts"
import type { GoalRun } from "./goalRun.ts"
import * as control from "../turn/turnControl.ts"
import type { FollowedTurn } from "../turn/followedTurn.ts"
import { shownIds } from "../errors/shownIds.ts"

/** Gives the turn that runs more input; between two turns it waits for the next. */
export const steer = (client: Client, run: GoalRun, input: Input.Input): Effect.Effect<void, CodexError> =>
  Effect.gen(function* () {
    const { threadId } = run
    const parts = yield* Effect.mapError(
      Input.toParts(input),
      (reason) => new CodexError({ method: "turn/steer", reason })
    )
    const send = (expectedTurnId: string) => client.request("turn/steer", { threadId, expectedTurnId, input: parts })
    const ended = new CodexError({ method: "turn/steer", reason: new NoActiveTurn() })

    const target = yield* run.nextTurn(undefined)
    if (target === undefined) return yield* ended
    yield* send(target).pipe(
      Effect.catchReasons("CodexError", {
        TurnMismatch: ({ actual }) => send(actual),
        // It has just ended, and we are about to hear of it.
        NoActiveTurn: () =>
          Effect.flatMap(run.nextTurn(target), (next) => (next === undefined ? Effect.fail(ended) : send(next)))
      })
    )
  })

/**
 * Pauses the goal, so that no further turn begins, ends the turn that runs, and waits for the end of the goal. It is
 * asked for until the limit has passed; the log is told of a goal that goes on then.
 */
export const stop = (
  client: Client,
  run: GoalRun,
  limit: Duration.Duration = control.stopLimit
): Effect.Effect<void, CodexError> =>
  run.keepThread(
    Effect.gen(function* () {
      if (run.isEnded()) return
      const { threadId } = run
      yield* pause(client, threadId).pipe(
        // There is no goal any more: only its turn is left to stop.
        Effect.catchReason("CodexError", "RequestRejected", () => Effect.void),
        // Without an id: whatever runs. Between two turns it is unknown whether the next has begun; the thread is
        // kept, so it can't be another's.
        Effect.andThen(Effect.suspend(() => interruptTurn(client, threadId, run.activeId() ?? ""))),
        Effect.timeoutOrElse({ duration: limit, orElse: () => goesOn(run, `within ${Duration.format(limit)}`) })
      )
      const feed = run.feed()
      if (feed !== undefined) yield* feed.ended
    })
  )

/**
 * Pauses a goal whose turn was interrupted by somebody else: by the reviewer, by an answer that cancels, by another program. Here that is its end,
 * but the server would go on with it, unheard. The thread is kept for so long; gives the wait for it.
 */
export const pauseAtEnd = (
  client: Client,
  run: GoalRun,
  feed: FollowedTurn,
  isLeft: boolean
): Effect.Effect<Effect.Effect<void>> => {
  const settled = Deferred.makeUnsafe<void>()
  const pauseActive = Effect.suspend(() =>
    run.isActivated() && run.goal().status === "active"
      ? pause(client, run.threadId).pipe(
          Effect.map(({ goal }) => run.note(goal)),
          Effect.timeoutOrElse({
            duration: control.stopLimit,
            orElse: () => goesOn(run, `within ${Duration.format(control.stopLimit)}`)
          }),
          Effect.ignore
        )
      : Effect.void
  )
  const watch = Effect.matchEffect(feed.result, {
    onSuccess: () => pauseActive,
    onFailure: ({ _tag }) =>
      _tag === "CodexError" || (isLeft && (_tag === "TurnStalled" || _tag === "TurnTimedOut"))
        ? Effect.void
        : pauseActive
  })
  return Effect.as(
    client["~session"].fork(Effect.ensuring(run.keepThread(watch), Deferred.succeed(settled, undefined)), {
      startImmediately: true
    }),
    Deferred.await(settled)
  )
}

/** Stops a goal whose caller is being interrupted, with the commands that it left running; bounded. */
export const abandon = (client: Client, run: GoalRun): Effect.Effect<void> =>
  control.bounded(client, stopWhole(client, run))

/** The same for a goal that is still being set: it can be paused once that has been answered. */
export const abandonAfter = (
  reply: Fiber.Fiber<unknown, CodexError>,
  client: Client,
  run: GoalRun
): Effect.Effect<void> =>
  control.bounded(
    client,
    run.keepThread(
      Effect.flatMap(Fiber.await(reply), (exit) => (mayBeActive(exit) ? stopWhole(client, run) : Effect.void))
    )
  )

/** Stops a goal as its handle promises. */
export const interruptWith = (
  client: Client,
  run: GoalRun,
  options: InterruptOptions = {}
): Effect.Effect<InterruptOutcome, CodexError> =>
  Effect.gen(function* () {
    const { terminals, timeout } = yield* control.check(options)
    // Beside the caller, so that it is repeated also for one that does not wait.
    const stopping = yield* client["~session"].fork(
      Effect.interruptible(stop(client, run, Duration.max(timeout, control.stopLimit))),
      { startImmediately: true }
    )
    const ended = yield* Effect.as(Fiber.join(stopping), true).pipe(
      Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.succeed(false) })
    )
    const terminalsEnded = terminals === "ofTurn" ? yield* endTerminals(client, run) : 0
    return { ended, terminalsEnded }
  })

// internal

/** Whether the goal can be active after this answer: it is refused, or we don't know. */
const mayBeActive = (exit: Exit.Exit<unknown, CodexError>): boolean => {
  if (Exit.isSuccess(exit)) return true
  return Option.exists(
    Exit.findErrorOption(exit),
    ({ reason }) => reason._tag === "DecodeFailed" || (reason._tag === "RequestTimeout" && reason.sent)
  )
}

/** Stops it for a caller that is gone: what goes wrong is told to the log. */
const stopWhole = (client: Client, run: GoalRun): Effect.Effect<unknown, CodexError> =>
  stop(client, run).pipe(
    Effect.tapError(({ reason }) => (run.isEnded() ? Effect.void : goesOn(run, `(${reason._tag})`))),
    Effect.andThen(endTerminals(client, run))
  )

const pause = (client: Client, threadId: string) =>
  insist((patience) => client.request("thread/goal/set", { threadId, status: "paused" }, patience))

const goesOn = ({ threadId }: GoalRun, how: string): Effect.Effect<void> =>
  Effect.annotateLogs(
    Effect.logWarning(
      `The goal keeps running: the server did not pause it ${how}. To pause it, call \`thread.goal.set({ status: "paused" })\`.`
    ),
    shownIds({ threadId })
  )

const interruptTurn = (client: Client, threadId: string, turnId: string): Effect.Effect<void, CodexError> => {
  const send = (turnId: string) =>
    insist((patience) => client.request("turn/interrupt", { threadId, turnId }, patience))
  return send(turnId).pipe(
    Effect.catchReason("CodexError", "TurnMismatch", ({ actual }) => send(actual)),
    // It ended in the meantime.
    Effect.catchReasons("CodexError", { NoActiveTurn: () => Effect.void, TurnMismatch: () => Effect.void }),
    Effect.asVoid
  )
}

// Of a feed that has ended, only its commands are left to be ended; one that hasn't would be interrupted by an id that isn't the running turn's.
const endTerminals = (client: Client, run: GoalRun): Effect.Effect<number, CodexError> =>
  Effect.suspend(() => {
    const feed = run.feed()
    return feed === undefined || !feed.isEnded()
      ? Effect.succeed(0)
      : Effect.map(control.interruptWith(client, feed, { terminals: "ofTurn" }), ({ terminalsEnded }) => terminalsEnded)
  })
