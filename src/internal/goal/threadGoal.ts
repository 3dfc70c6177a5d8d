/**
 * The goal of a thread as a record: read, set, cleared. Running a thread until its goal is reached is somewhere else.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Client } from "../../CodexClient.ts"
import { CodexError } from "../../CodexError.ts"
import * as paramKeys from "../../generated/paramKeys.ts"
import type {
  ThreadGoal,
  ThreadGoalMutationOrigin,
  ThreadGoalSetParams,
  ThreadGoalStatusParam
} from "../../generated/types.ts"
import * as settings from "../settings.ts"
import { shownIds } from "../errors/shownIds.ts"

/**
 * What to change of a goal. What is left out stays.
 *
 * @category models
 * @since 0.169.0
 */
export interface GoalChange extends Omit<ThreadGoalSetParams, "threadId"> {
  /** What is to be reached; must not be blank. A thread without a goal needs one. */
  readonly objective?: string | undefined
  /** Who sets it. The server takes a goal as authorised by the user only if this says so. Default: not told. */
  readonly origin?: ThreadGoalMutationOrigin | undefined
  /** Default: as it is; a new goal is `active`, and the server begins to work on it. */
  readonly status?: ThreadGoalStatusParam | undefined
  /** How many tokens it may take; `null` takes the limit away. Default: as it is; a new goal has none. */
  readonly tokenBudget?: number | null | undefined
}

const changeNames = settings.without(paramKeys.ThreadGoalSetParams, "threadId")

/**
 * The goal of a thread.
 *
 * @category models
 * @since 0.169.0
 */
export interface Goal {
  /** The goal, if there is one. */
  readonly get: Effect.Effect<Option.Option<ThreadGoal>, CodexError>
  /** Sets or changes the goal, and gives it as it is then. */
  set(options: GoalChange): Effect.Effect<ThreadGoal, CodexError>
  /** Takes the goal away; says whether there was one. */
  readonly clear: Effect.Effect<boolean, CodexError>
}

/** The goal of a thread. */
export const make = (client: Client, threadId: string): Goal => ({
  get: client.request("thread/goal/get", { threadId }).pipe(
    Effect.map(({ goal }) => Option.fromNullishOr(goal)),
    Effect.withSpan("Thread.goal.get")
  ),
  set: Effect.fn("Thread.goal.set")(function* (change) {
    yield* Effect.mapError(
      settings.known(change, changeNames),
      (reason) => new CodexError({ method: "thread/goal/set", reason })
    )
    const { goal } = yield* client.request("thread/goal/set", { ...change, threadId })
    return goal
  }),
  clear: client.request("thread/goal/clear", { threadId }).pipe(
    Effect.map(({ cleared }) => cleared),
    Effect.withSpan("Thread.goal.clear")
  )
})

/**
 * Pauses the active goal of a thread that the server hasn't loaded: with the resume it would go on by itself, turn
 * after turn. On a thread that is loaded it goes on already, and a resume begins nothing.
 */
export const pauseUnloaded = Effect.fnUntraced(function* (client: Client, threadId: string) {
  const look = Effect.gen(function* () {
    const { goal } = yield* client.request("thread/goal/get", { threadId }, quick)
    if (goal?.status !== "active") return false
    const { thread } = yield* client.request("thread/read", { threadId }, quick)
    return thread.status.type === "notLoaded"
  })
  // Goals may be switched off, and the thread may be none: then the resume says so.
  if (!(yield* Effect.catch(look, () => Effect.succeed(false)))) return
  yield* client.request("thread/goal/set", { threadId, status: "paused" })
  yield* Effect.annotateLogs(Effect.logInfo(paused), shownIds({ threadId }))
})

// internal

const quick = { timeout: Duration.seconds(5) }

const paused =
  'The active goal of the thread was paused, so that it does not continue on its own. To let it continue, resume with `goal: "keep"`, or set it to `active` with `thread.goal.set`.'
