/**
 * Starts goals on threads of one connection. `goalRun.ts` follows a goal that has started; `goalControl.ts` steers
 * and stops it.
 *
 * States of a start:
 *
 * - `reserving`: the thread must be free, on this connection and on the server, and saved. Otherwise the start fails,
 *   and nothing was changed. If the connection limits turns, the goal also waits for its admission here.
 * - `clearing`: the earlier goal of the thread is removed. Interruption leaves the thread without a goal.
 * - `setting`: from here on the goal may be active. Left when the reply arrives; an error reply fails the start.
 * - `waiting`: for the server to start the first turn, at most `startTimeout`. The start is done when that turn
 *   starts, and the goal holds the thread.
 *
 * A failure or interruption in the last two states pauses the goal, ends its turn if there is one, and waits for that
 * at most `stopLimit`.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Client } from "../../CodexClient.ts"
import { CodexError, InvalidInput, ThreadBusy, ThreadNotFound } from "../../CodexError.ts"
import { failedAt } from "../errors/failedAt.ts"
import type { ThreadGoalSetParams } from "../../generated/types.ts"
import {
  GoalError,
  GoalNotStarted,
  type Options,
  type GoalResult,
  GoalsDisabled,
  type GoalTurn,
  ThreadNotPersisted
} from "../../Goal.ts"
import type { Failure } from "../../Turn.ts"
import { current } from "../client/onConnection.ts"
import * as control from "./goalControl.ts"
import * as goalHandle from "./goalHandle.ts"
import * as goalRun from "./goalRun.ts"
import * as threadRecord from "../session/record.ts"
import * as settings from "../settings.ts"
import * as limitOptions from "../turn/limitOptions.ts"
import type { FollowedTurn } from "../turn/followedTurn.ts"
import * as turnLimits from "../turn/turnLimits.ts"
import * as turnRetrying from "../turn/turnRetrying.ts"
import * as following from "../turn/following.ts"
import * as holding from "../turn/holding.ts"

/** Pursues a goal and waits for its end. Interruption pauses it. */
export const runGoal = (
  client: Client,
  threadId: string,
  objective: string,
  options: Options = {}
): Effect.Effect<GoalResult, Failure | GoalError> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(start(restore, client, threadId, objective, options, false), ({ feed, run, paused }) =>
      restore(goalHandle.result(run, feed, paused)).pipe(Effect.onInterrupt(() => control.abandon(client, run)))
    )
  )

/**
 * Starts a goal, and returns its handle when its first turn has started. The goal keeps running if the caller is
 * interrupted.
 */
export const startGoal = (
  client: Client,
  threadId: string,
  objective: string,
  options: Options = {}
): Effect.Effect<GoalTurn, CodexError | GoalError> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.map(start(restore, client, threadId, objective, options, true), ({ feed, run, paused }) =>
      goalHandle.make(client, run, feed, paused)
    )
  )

/** Returns a handle on the active goal, whichever program set it; none if there is none, or if it starts no turn. */
export const currentGoal = Effect.fnUntraced(function* (
  given: Client,
  threadId: string
): Effect.fn.Return<Option.Option<GoalTurn>, CodexError> {
  const client = yield* current(given, "thread/goal/get", threadId)
  const record = yield* following.subscribed(client, threadId, "thread/goal/get")
  const { goal } = yield* client
    .request("thread/goal/get", { threadId })
    // Goals are disabled.
    .pipe(Effect.catchReason("CodexError", "RequestRejected", () => Effect.succeed({ goal: null })))
  // The record knows whether the goal has ended since.
  if (goal?.status !== "active" || !record.goalIsActive) return Option.none()
  const run = goalRun.open({
    record,
    objective: goal.objective,
    tokenBudget: goal.tokenBudget ?? undefined,
    keepEvents: true,
    goesOn: goal,
    release: () => {}
  })
  const feed = yield* Effect.timeoutOption(run.started, pauseLimit).pipe(Effect.onExit(() => Effect.sync(run.close)))
  if (Option.isNone(feed)) return Option.none()
  const told = yield* following.latest(client, threadId)
  if (told?.id === feed.value.turnId) feed.value.seed(told)
  return Option.some(goalHandle.make(client, run, feed.value, Effect.void))
})

// internal

/** The maximum pause between two turns of a goal. It usually takes some milliseconds. */
const pauseLimit = Duration.seconds(3)

const names: settings.Names<Options> = {
  ...limitOptions.limitNames,
  tokenBudget: true,
  startTimeout: true,
  origin: true
}

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

interface Started {
  readonly run: goalRun.GoalRun
  readonly feed: FollowedTurn
  /** Waits until the goal no longer continues on the server either. */
  readonly paused: Effect.Effect<void>
}

// A goal belongs to one connection, like its turns.
const start = Effect.fnUntraced(function* (
  restore: Restore,
  given: Client,
  threadId: string,
  objective: string,
  options: Options,
  keepEvents: boolean
): Effect.fn.Return<Started, CodexError | GoalError> {
  const { limits, params, startTimeout } = yield* check(threadId, objective, options)
  const client = yield* restore(current(given, "thread/goal/set", threadId))
  // Yield first: a caller that is resumed by the end of a turn runs before that turn has released the thread.
  yield* Effect.yieldNow
  const record = yield* following.subscribed(client, threadId, "thread/goal/set")
  if (threadRecord.stateOf(record)._tag !== "Free") return yield* busy(record)
  const own = holding.call((error) => run.fail(error))
  // The server starts the turns of a goal.
  Deferred.doneUnsafe(own.accepted, Exit.succeed(undefined))
  const run = goalRun.open({
    record,
    objective: params.objective,
    tokenBudget: options.tokenBudget,
    keepEvents,
    release: () => threadRecord.change(record, { _tag: "Left", call: own })
  })
  // The thread is free, so this call takes it.
  threadRecord.change(record, { _tag: "Asked", call: own })
  const admission = () => ({ method: "thread/goal/set", stop: control.abandon(client, run) })
  const feed = yield* holding.admit(restore, client, record, own, admission).pipe(
    Effect.andThen(restore(prepare(client, record))),
    Effect.andThen(activate(restore, client, run, params, startTimeout)),
    Effect.onExit((exit) => (Exit.isSuccess(exit) ? Effect.void : Effect.sync(run.close)))
  )
  const paused = yield* control.pauseAtEnd(client, run, feed, limits.whenExceeded === "leave")
  const limited: turnLimits.Limited = {
    feed,
    stop: control.abandon(client, run),
    // The server controls the turns and the pauses between them: no single turn tells whether the goal still runs.
    isRunning: Effect.succeed(true)
  }
  yield* turnRetrying.watch(client, feed, () => limited)
  yield* turnLimits.watch(client, limited, limits)
  return { run, feed, paused }
})

// Counted in code points, as the server does.
const maxLength = 4000

const invalid = (description: string) => Effect.fail(new InvalidInput({ argument: "objective", description }))

const check = Effect.fnUntraced(
  function* (threadId: string, objective: string, options: Options) {
    yield* settings.known(options, names)
    if (typeof objective !== "string") return yield* invalid("expected a string")
    const trimmed = objective.trim().toWellFormed()
    if (trimmed === "") return yield* invalid("must not be empty")
    const length = Array.from(trimmed).length
    if (length > maxLength) {
      return yield* invalid(`${length} characters, limit ${maxLength}; put the details in a file`)
    }
    if (options.tokenBudget !== undefined) yield* settings.count("tokenBudget", options.tokenBudget, 1)
    const limits = yield* limitOptions.limits(options)
    const startTimeout = yield* settings.duration("startTimeout", options.startTimeout, Duration.seconds(30))
    const params = {
      threadId,
      objective: trimmed,
      status: "active",
      tokenBudget: options.tokenBudget,
      origin: options.origin
    } as const satisfies ThreadGoalSetParams
    return { limits, params, startTimeout }
  },
  Effect.mapError(failedAt("thread/goal/set"))
)

const busy = ({ running }: threadRecord.ThreadRecord) =>
  Effect.fail(new CodexError({ method: "thread/goal/set", reason: new ThreadBusy({ turnId: running ?? null }) }))

/** Checks that the thread is idle and saved, and removes its earlier goal. */
const prepare = Effect.fnUntraced(function* (
  client: Client,
  record: threadRecord.ThreadRecord
): Effect.fn.Return<void, CodexError | GoalError> {
  const { threadId } = record
  const { thread } = yield* client.request("thread/read", { threadId })
  if (thread.ephemeral || typeof thread.path !== "string") {
    return yield* new GoalError({ threadId, reason: new ThreadNotPersisted() })
  }
  // `systemError` only means that the last turn failed. Such a thread accepts the next turn.
  if (thread.status.type === "active") return yield* busy(record)
  if (thread.status.type === "notLoaded") {
    return yield* new CodexError({ method: "thread/goal/set", reason: new ThreadNotFound() })
  }
  yield* client.request("thread/goal/clear", { threadId }).pipe(
    Effect.catchReason(
      "CodexError",
      "RequestRejected",
      ({ serverMessage }, error): Effect.Effect<never, CodexError | GoalError> =>
        // The only place besides `classify.ts` that depends on a text of the server: no other call can be rejected
        // this way.
        /^goals feature is disabled/i.test(Redacted.value(serverMessage))
          ? Effect.fail(new GoalError({ threadId, reason: new GoalsDisabled() }))
          : Effect.fail(error)
    )
  )
})

/** Sets the goal and waits for its first turn. */
const activate = (
  restore: Restore,
  client: Client,
  run: goalRun.GoalRun,
  params: ThreadGoalSetParams,
  startTimeout: Duration.Duration
): Effect.Effect<FollowedTurn, CodexError | GoalError> =>
  Effect.suspend(() => {
    const { threadId } = params
    let isSent = false
    const onSent = () => {
      isSent = true
      run.arm()
    }
    const set = client.request("thread/goal/set", params, { "~hooks": { onSent } })
    // In a separate fiber: once the request is sent, the goal can be paused only after the reply.
    return Effect.flatMap(client["~session"].fork(Effect.interruptible(set)), (reply) =>
      restore(
        Fiber.join(reply).pipe(
          Effect.andThen(
            Effect.timeoutOrElse(run.started, {
              duration: startTimeout,
              orElse: () => {
                return Effect.fail(new GoalError({ threadId, reason: new GoalNotStarted({ timeout: startTimeout }) }))
              }
            })
          )
        )
      ).pipe(
        Effect.onExit((exit) => {
          if (Exit.isSuccess(exit)) return Effect.void
          return isSent ? control.abandonAfter(reply, client, run) : Fiber.interrupt(reply)
        })
      )
    )
  })
