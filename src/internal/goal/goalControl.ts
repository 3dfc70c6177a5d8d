/**
 * Steers and stops a goal. Both apply to the running turn, which the server can change at any time. If the server
 * reports a later turn (`TurnMismatch`), the request is sent once more, for that turn.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type { Client } from "../../CodexClient.ts"
import { CodexError, NoActiveTurn } from "../../CodexError.ts"
import { failedAt } from "../errors/failedAt.ts"
import type * as Input from "../../Input.ts"
import { insist } from "../client/insisting.ts"
import type { InterruptOptions, InterruptOutcome } from "../../Turn.ts"
import * as inputParts from "../input/parts.ts"
import type { GoalRun } from "./goalRun.ts"
import * as control from "../turn/turnControl.ts"
import type { FollowedTurn } from "../turn/followedTurn.ts"
import { shownIds } from "../errors/shownIds.ts"

/** Sends more input to the running turn. Between two turns it waits for the next one. */
export const steer = (client: Client, run: GoalRun, input: Input.Input): Effect.Effect<void, CodexError> =>
  Effect.gen(function* () {
    const { threadId } = run
    const parts = yield* Effect.mapError(inputParts.toParts(input), failedAt("turn/steer"))
    const send = (expectedTurnId: string) => client.request("turn/steer", { threadId, expectedTurnId, input: parts })
    const ended = new CodexError({ method: "turn/steer", reason: new NoActiveTurn() })

    const target = yield* run.nextTurn(undefined)
    if (target === undefined) return yield* ended
    yield* send(target).pipe(
      Effect.catchReasons("CodexError", {
        TurnMismatch: ({ actual }) => send(actual),
        // The turn has just ended, and its end is about to be received.
        NoActiveTurn: () =>
          Effect.flatMap(run.nextTurn(target), (next) => (next === undefined ? Effect.fail(ended) : send(next)))
      })
    )
  })

/**
 * Pauses the goal so that no further turn starts, interrupts the running turn, and waits for the end of the goal. The
 * requests are repeated until the limit passes. If the goal is still running then, this is logged.
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
      run.stop()
      yield* pause(client, threadId).pipe(
        // The goal no longer exists. Only its turn is left to stop.
        Effect.catchReason("CodexError", "RequestRejected", () => Effect.void),
        // Without an id, whatever turn runs is interrupted. Between two turns it is unknown whether the next has
        // started. The goal still holds the thread, so the turn cannot be another's.
        Effect.andThen(Effect.suspend(() => interruptTurn(client, threadId, run.activeId() ?? ""))),
        Effect.timeoutOrElse({ duration: limit, orElse: () => goesOn(run, `within ${Duration.format(limit)}`) })
      )
      const feed = run.feed()
      if (feed !== undefined) yield* feed.ended
    })
  )

/**
 * Pauses a goal whose turn was interrupted from elsewhere: by the reviewer, by an answer that cancels, by another
 * program. In this package the goal has ended, but the server would continue it, unfollowed. The goal holds the
 * thread until the pause completes. Returns an effect that waits for that.
 */
export const pauseAtEnd = (
  client: Client,
  run: GoalRun,
  feed: FollowedTurn,
  isLeft: boolean
): Effect.Effect<Effect.Effect<void>> => {
  const paused = Deferred.makeUnsafe<void>()
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
    client["~session"].fork(Effect.ensuring(run.keepThread(watch), Deferred.succeed(paused, undefined)), {
      startImmediately: true
    }),
    Deferred.await(paused)
  )
}

/** Stops a goal and the commands that it left running, for an interrupted caller. Bounded by `stopLimit`. */
export const abandon = (client: Client, run: GoalRun): Effect.Effect<void> =>
  control.bounded(client, stopWhole(client, run))

/** The same for a goal that is still being set: it can be paused after the reply. */
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

/** Stops a goal as the `interrupt` of its handle specifies. */
export const interruptWith = (
  client: Client,
  run: GoalRun,
  options: InterruptOptions = {}
): Effect.Effect<InterruptOutcome, CodexError> =>
  Effect.gen(function* () {
    const { terminals, timeout } = yield* control.check(options)
    // Run in a separate fiber, so that the requests are also repeated for a caller that does not wait.
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

/** Whether the goal can be active after this reply: it was set, or the outcome is unknown. */
const mayBeActive = (exit: Exit.Exit<unknown, CodexError>): boolean => {
  if (Exit.isSuccess(exit)) return true
  return Option.exists(
    Exit.findErrorOption(exit),
    ({ reason }) => reason._tag === "DecodeFailed" || (reason._tag === "RequestTimeout" && reason.sent)
  )
}

/** Stops the goal after its caller was interrupted. Failures are logged. */
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
    // The turn ended in the meantime.
    Effect.catchReasons("CodexError", { NoActiveTurn: () => Effect.void, TurnMismatch: () => Effect.void }),
    Effect.asVoid
  )
}

// If the followed turn has ended, only its commands must be ended. Otherwise this would interrupt it with an id that
// is not that of the running turn.
const endTerminals = (client: Client, run: GoalRun): Effect.Effect<number, CodexError> =>
  Effect.suspend(() => {
    const feed = run.feed()
    return feed === undefined || !feed.isEnded()
      ? Effect.succeed(0)
      : Effect.map(control.interruptWith(client, feed, { terminals: "ofTurn" }), ({ terminalsEnded }) => terminalsEnded)
  })
