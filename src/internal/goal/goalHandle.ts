/**
 * The public handle of a goal, and its result. It only combines what other modules do.
 */
import * as Effect from "effect/Effect"
import type { Client } from "../../CodexClient.ts"
import { GoalError, GoalNotActivated, type GoalResult, type GoalTurn } from "../../Goal.ts"
import type { Failure, TurnResult } from "../../Turn.ts"
import { TurnFailed, TurnInterrupted, TurnStalled, TurnTimedOut } from "../turn/turnErrors.ts"
import * as control from "./goalControl.ts"
import type { GoalRun } from "./goalRun.ts"
import type { Session } from "../session/session.ts"
import type { FollowedTurn } from "../turn/followedTurn.ts"
import * as turnHandle from "../turn/turnHandle.ts"
import * as turnTree from "../turn/turnTree.ts"
import * as typeIds from "../typeIds.ts"

/** Creates the handle of a goal that has started. */
export const make = (client: Client, run: GoalRun, feed: FollowedTurn, settled: Effect.Effect<void>): GoalTurn => {
  const outcome = result(run, feed, settled)
  return {
    [typeIds.turn]: typeIds.turn,
    id: feed.turnId,
    threadId: feed.threadId,
    eventsUntilEnd: feed.events,
    events: turnHandle.orFail(feed.events, outcome),
    eventsWith: turnHandle.eventsWith(feed, outcome),
    tree: turnTree.make(shownOnly(client["~session"], run, feed.turnId), feed),
    state: Effect.sync(() => feed.state()),
    stateChanges: feed.stateChanges,
    result: outcome,
    goal: Effect.sync(run.goal),
    steer: Effect.fn("GoalTurn.steer")(function* (input) {
      yield* control.steer(client, run, input)
    }),
    interrupt: Effect.fn("GoalTurn.interrupt")((options) => control.interruptWith(client, run, options))
  }
}

/** Waits for the end of a goal, and adds the state of the goal to the outcome of the turn. */
export const result = (
  run: GoalRun,
  feed: FollowedTurn,
  settled: Effect.Effect<void>
): Effect.Effect<GoalResult, Failure | GoalError> => {
  // Every run returns the same value.
  let known: GoalResult | undefined
  let failure: Failure | undefined
  const withGoal = (result: TurnResult): GoalResult => (known ??= { ...result, goal: run.goal() })
  return Effect.matchEffect(feed.result, {
    onSuccess: (result): Effect.Effect<GoalResult, GoalError> =>
      Effect.flatMap(settled, () =>
        run.isActivated()
          ? Effect.succeed(withGoal(result))
          : Effect.fail(new GoalError({ threadId: run.threadId, reason: new GoalNotActivated() }))
      ),
    onFailure: (error) => Effect.flatMap(settled, () => Effect.fail((failure ??= failureWith(error, withGoal))))
  })
}

// internal

const failureWith = (error: Failure, withGoal: (result: TurnResult) => GoalResult): Failure => {
  switch (error._tag) {
    case "TurnFailed": {
      const { reason, threadId, turnId } = error
      return new TurnFailed({ threadId, turnId, reason, result: withGoal(error.result) })
    }
    case "TurnInterrupted": {
      const { threadId, turnId } = error
      return new TurnInterrupted({ threadId, turnId, result: withGoal(error.result) })
    }
    case "TurnStalled": {
      const { idleTimeout, retrying, threadId, turnId } = error
      return new TurnStalled({ threadId, turnId, idleTimeout, retrying, result: withGoal(error.result) })
    }
    case "TurnTimedOut": {
      const { maxDuration, retrying, threadId, turnId } = error
      return new TurnTimedOut({ threadId, turnId, maxDuration, retrying, result: withGoal(error.result) })
    }
    case "CodexError":
      return error
  }
}

/** Listens to all notifications, with those of the goal's thread as they are shown: one turn, under one id. */
const shownOnly =
  (session: Session, run: GoalRun, turnId: string): Session["listen"] =>
  (listener) => {
    const leave = session.listen({
      ...listener,
      onNotification: (notification, threadId, id) => {
        if (threadId !== run.threadId) listener.onNotification(notification, threadId, id)
      }
    })
    const untap = run.tap((notification) => listener.onNotification(notification, run.threadId, turnId))
    return () => {
      leave()
      untap()
    }
  }
