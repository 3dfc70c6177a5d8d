/**
 * Reads, sets and clears the goal of a thread. `goals.ts` runs a thread until its goal is reached.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Client } from "../../CodexClient.ts"
import type { CodexError } from "../../CodexError.ts"
import { failedAt } from "../errors/failedAt.ts"
import * as paramKeys from "../../generated/paramKeys.ts"
import type {
  ThreadGoal,
  ThreadGoalMutationOrigin,
  ThreadGoalSetParams,
  ThreadGoalStatusParam
} from "../../generated/types.ts"
import * as settings from "../settings.ts"

/**
 * Changes to a goal. Omitted fields stay unchanged.
 *
 * @category models
 * @since 0.169.0
 */
export interface Change extends Omit<ThreadGoalSetParams, "threadId"> {
  /** What to achieve; must not be blank. Required if the thread has no goal. */
  readonly objective?: string | undefined
  /** The origin of the goal. The server treats it as authorized by the user only if this says so. Default: not sent. */
  readonly origin?: ThreadGoalMutationOrigin | undefined
  /** Default: unchanged. A new goal is `active`, and the server starts to work on it. */
  readonly status?: ThreadGoalStatusParam | undefined
  /** Maximum number of tokens; `null` removes the limit. Default: unchanged; a new goal has no limit. */
  readonly tokenBudget?: number | null | undefined
}

const changeNames = settings.without(paramKeys.ThreadGoalSetParams, "threadId")

/**
 * The goal of a thread.
 *
 * @category models
 * @since 0.169.0
 */
export interface Record {
  /** The goal, if there is one. */
  readonly get: Effect.Effect<Option.Option<ThreadGoal>, CodexError>
  /** Sets or changes the goal, and returns the updated goal. */
  set(options: Change): Effect.Effect<ThreadGoal, CodexError>
  /** Removes the goal, and returns whether there was one. */
  readonly clear: Effect.Effect<boolean, CodexError>
}

/** Creates the operations on the goal of a thread. */
export const make = (client: Client, threadId: string): Record => ({
  get: client.request("thread/goal/get", { threadId }).pipe(
    Effect.map(({ goal }) => Option.fromNullishOr(goal)),
    Effect.withSpan("Thread.goal.get")
  ),
  set: Effect.fn("Thread.goal.set")(function* (change) {
    yield* Effect.mapError(settings.known(change, changeNames), failedAt("thread/goal/set"))
    const { goal } = yield* client.request("thread/goal/set", { ...change, threadId })
    return goal
  }),
  clear: client.request("thread/goal/clear", { threadId }).pipe(
    Effect.map(({ cleared }) => cleared),
    Effect.withSpan("Thread.goal.clear")
  )
})
