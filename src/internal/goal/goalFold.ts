/**
 * Folds the server's turns of one goal into one logical turn. Pure: told of every notification of the thread in order, it gives what is to be
 * shown of it. What becomes of what is shown is `followedTurn.ts`'s.
 *
 * States, and who moves it on:
 *
 * - `waiting` for the first turn; nothing is shown. `turn/started` moves it on, and its id becomes the logical one.
 * - `running`: a turn is active. Its events are shown under the logical id. Its `turn/completed` is held back.
 * - `between` two turns. The next `turn/started` leads back to `running`, and neither it nor the completion before it is ever shown.
 * - `ended`, once no turn is active and the goal was cleared or has a final status, in whatever order these come; or by an interrupted turn; or by
 *   a turn that completes without a word about the goal; or by a completion that can't be read. The completion that was held is shown last.
 */
import * as Option from "effect/Option"
import type { ThreadGoal, Turn } from "../../generated/types.ts"
import type { GoalState } from "../../Goal.ts"
import type { Known, Notification } from "../../Notification.ts"
import { isWarning } from "../turn/turnState.ts"

/** The logical turn so far. */
export interface GoalFold {
  /** Takes a notification of the thread. Gives what is to be shown of it, if anything. */
  readonly apply: (notification: Notification, turnId: string | undefined) => Notification | undefined
  /** The id of the first turn, once that has begun. */
  readonly logicalId: () => string | undefined
  /** The turn that runs now, by the server's id. */
  readonly activeId: () => string | undefined
  /** Whether a turn belongs to the goal. */
  readonly owns: (turnId: string) => boolean
  readonly isEnded: () => boolean
  /** Takes a goal that goes on already, with the turn that runs, if one does. */
  readonly attach: (goal: ThreadGoal, turnId: string | undefined) => void
  /** Takes what the server said of the goal when it was asked. */
  readonly note: (goal: ThreadGoal) => void
  /** Whether the server has ever told of the goal. */
  readonly isActivated: () => boolean
  readonly goal: () => GoalState
}

/** The state before the goal is set. What belongs to an earlier goal or turn of the thread is not to be told here. */
export const make = (objective: string, tokenBudget: number | undefined): GoalFold => {
  const owned = new Set<string>()
  const durations: Array<number | null | undefined> = []
  let first: Turn | undefined
  let logicalId: string | undefined
  let activeId: string | undefined
  let held: Known<"turn/completed"> | undefined
  let told: ThreadGoal | undefined
  let isCleared = false
  let isEnded = false

  // While a turn is active, nothing is held.
  const end = (): Notification | undefined => {
    if (held === undefined || logicalId === undefined) return undefined
    isEnded = true
    const { turn } = held.params
    const startedAt = first?.startedAt ?? turn.startedAt
    const durationMs = duration(startedAt, turn.completedAt, durations)
    return renamed(held, turn.id, logicalId, { startedAt, durationMs })
  }

  const endIfDone = (): Notification | undefined => {
    const isOver = isCleared || (told !== undefined && finalStatuses.has(told.status))
    return isOver ? end() : undefined
  }

  const begin = (notification: Notification, turnId: string): Notification | undefined => {
    activeId = turnId
    held = undefined
    owned.add(turnId)
    if (logicalId !== undefined) return undefined
    logicalId = turnId
    if (notification.method === "turn/started") first = notification.params.turn
    return notification
  }

  const complete = (notification: Notification, turnId: string | undefined): Notification | undefined => {
    // One that was running before, or is told again.
    if (turnId === undefined || turnId !== activeId || logicalId === undefined) return undefined
    activeId = undefined
    if (notification.method !== "turn/completed") {
      isEnded = true
      return renamed(notification, turnId, logicalId)
    }
    held = notification
    const { durationMs, status } = notification.params.turn
    durations.push(durationMs)
    return told === undefined || status === "interrupted" ? end() : endIfDone()
  }

  return {
    apply: (notification, turnId) => {
      if (isEnded) return undefined
      if (notification.method === "thread/goal/updated") {
        told = notification.params.goal
        isCleared = false
        return endIfDone()
      }
      if (notification.method === "thread/goal/cleared") {
        // If it is the one before that was cleared, this goal is told of next.
        isCleared = true
        return endIfDone()
      }
      const method = notification.method === "~unknown" ? notification.raw["method"] : notification.method
      // An end that can't be read can only be that of the one turn that runs.
      if (method === "turn/completed") return complete(notification, turnId ?? activeId)
      if (isWarning(notification)) return activeId === undefined || logicalId === undefined ? undefined : notification
      if (turnId === undefined || (typeof method === "string" && method.startsWith("thread/goal/"))) return undefined
      if (method === "turn/started") return begin(notification, turnId)
      return logicalId !== undefined && owned.has(turnId) ? renamed(notification, turnId, logicalId) : undefined
    },
    logicalId: () => logicalId,
    activeId: () => activeId,
    owns: (turnId) => owned.has(turnId),
    isEnded: () => isEnded,
    attach: (goal, turnId) => {
      told = goal
      activeId = turnId
      logicalId = turnId
      if (turnId !== undefined) owned.add(turnId)
    },
    note: (goal) => {
      told = goal
    },
    isActivated: () => told !== undefined,
    goal: () => ({
      objective: told?.objective ?? objective,
      status: isCleared ? "cleared" : (told?.status ?? "active"),
      tokenBudget: Option.fromNullishOr(told === undefined ? tokenBudget : told.tokenBudget),
      tokensUsed: told?.tokensUsed ?? 0,
      timeUsedSeconds: told?.timeUsedSeconds ?? 0
    })
  }
}

// internal

const finalStatuses: ReadonlySet<string> = new Set(["paused", "blocked", "usageLimited", "budgetLimited", "complete"])

/**
 * From the first start to the last completion. The server tells these in whole seconds, but the turns' own lengths in milliseconds: those are
 * taken where the turns follow one another so closely that the seconds don't contradict them.
 */
const duration = (
  startedAt: number | null | undefined,
  completedAt: number | null | undefined,
  durations: ReadonlyArray<number | null | undefined>
): number | null => {
  let sum: number | undefined = 0
  for (const each of durations) sum = typeof each === "number" && sum !== undefined ? sum + each : undefined
  if (typeof startedAt !== "number" || typeof completedAt !== "number") return sum ?? null
  const span = Math.max(0, completedAt - startedAt) * 1000
  return sum !== undefined && span - sum <= 1000 ? sum : span
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

/** The notification with one turn's id put in the place of another's, in `params` and in `raw`, and with changes to the turn that it holds. */
const renamed = (notification: Notification, from: string, to: string, changes: object = {}): Notification => {
  const rename = (params: unknown): unknown => {
    if (!isRecord(params)) return params
    const { turn, turnId } = params
    return {
      ...params,
      ...(turnId === from ? { turnId: to } : undefined),
      ...(isRecord(turn) && turn["id"] === from
        ? { turn: { ...turn, id: to, ...(turn["rootTurnId"] === from ? { rootTurnId: to } : undefined), ...changes } }
        : undefined)
    }
  }
  const raw = { ...notification.raw, params: rename(notification.raw["params"]) }
  return notification.method === "~unknown"
    ? { ...notification, raw }
    : // Type boundary: ids are replaced by ids, and the changes are the turn's own fields, so the params keep their type.
      ({ ...notification, params: rename(notification.params), raw } as Notification)
}
