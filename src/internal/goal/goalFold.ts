/**
 * Folds the server's turns of one goal into one logical turn. Synchronous, no effects: it takes each notification of
 * the thread in order, and returns what to show for it. `followedTurn.ts` handles what is shown.
 *
 * States:
 *
 * - `waiting`: for the first turn; nothing is shown. Left when `turn/started` arrives; the id of that turn becomes
 *   the logical id.
 * - `running`: a turn is active. Its events are shown under the logical id, and its `turn/completed` is held back.
 * - `between`: no turn is active and the goal has not ended. The next `turn/started` leads back to `running`. Neither
 *   that event nor the `turn/completed` before it is ever shown.
 * - `ended`: entered when no turn is active and the goal was cleared or has a final status, in either order. Also
 *   entered after an interrupted turn, a turn that completes without any report of the goal, or a completion that
 *   cannot be decoded. The completion that was held back is shown last. If this program has stopped the goal, it is
 *   shown as interrupted: the server can report the pause before the start of the turn that it then interrupts.
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { ThreadGoal, Turn } from "../../generated/types.ts"
import type { GoalState } from "../../Goal.ts"
import type { KnownNotification, Notification } from "../client/notifications.ts"
import { isWarning } from "../turn/turnState.ts"

/** The logical turn so far. */
export interface GoalFold {
  /** Takes a notification of the thread. Returns what to show for it, if anything. */
  readonly apply: (notification: Notification, turnId: string | undefined) => Notification | undefined
  /** The id of the first turn, after it has started. */
  readonly logicalId: () => string | undefined
  /** The server's id of the running turn. */
  readonly activeId: () => string | undefined
  /** Whether a turn belongs to the goal. */
  readonly owns: (turnId: string) => boolean
  readonly isEnded: () => boolean
  /** Adopts a goal that is already active, with its running turn, if there is one. */
  readonly attach: (goal: ThreadGoal, turnId: string | undefined) => void
  /** Takes the goal from a reply of the server. */
  readonly note: (goal: ThreadGoal) => void
  /** Called before this program asks the server to pause the goal. */
  readonly stop: () => void
  /** Whether the server has ever reported the goal. */
  readonly isActivated: () => boolean
  readonly goal: () => GoalState
}

/**
 * Creates the state before the goal is set. Notifications of an earlier goal or turn of the thread must not be passed
 * to it.
 */
export const make = (objective: string, tokenBudget: number | undefined): GoalFold => {
  const owned = new Set<string>()
  const durations: Array<number | null | undefined> = []
  let first: Turn | undefined
  let logicalId: string | undefined
  let activeId: string | undefined
  let held: KnownNotification<"turn/completed"> | undefined
  let told: ThreadGoal | undefined
  let isCleared = false
  let isStopped = false
  let isEnded = false

  // While a turn is active, no completion is held back.
  const end = (): Notification | undefined => {
    if (held === undefined || logicalId === undefined) return undefined
    isEnded = true
    const { turn } = held.params
    const startedAt = first?.startedAt ?? turn.startedAt
    const durationMs = duration(startedAt, turn.completedAt, durations)
    const changes = isStopped && told?.status === "paused" ? { status: "interrupted" } : undefined
    return renamed(held, turn.id, logicalId, { startedAt, durationMs, ...changes })
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
    // The completion of an earlier turn, or a repeated one.
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
        // If the earlier goal was cleared, the server reports this goal next.
        isCleared = true
        return endIfDone()
      }
      const method = notification.method === "~unknown" ? notification.raw["method"] : notification.method
      // A completion that cannot be decoded can only belong to the one running turn.
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
    stop: () => {
      isStopped = true
    },
    isActivated: () => told !== undefined,
    goal: () => ({
      objective: told?.objective ?? objective,
      status: isCleared ? "cleared" : (told?.status ?? "active"),
      tokenBudget: Option.fromNullishOr(told === undefined ? tokenBudget : told.tokenBudget),
      tokensUsed: told?.tokensUsed ?? 0,
      timeUsed: Duration.seconds(told?.timeUsedSeconds ?? 0)
    })
  }
}

// internal

const finalStatuses: ReadonlySet<string> = new Set(["paused", "blocked", "usageLimited", "budgetLimited", "complete"])

/**
 * The time from the first start to the last completion. The server reports these in whole seconds, but the durations
 * of turns in milliseconds. The sum of the durations is used if it agrees with the seconds, because the turns
 * followed each other closely.
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

/**
 * Returns the notification with one turn id replaced by another, in `params` and `raw`, and with changes to its turn.
 */
const renamed = (notification: Notification, from: string, to: string, changes: object = {}): Notification => {
  const rename = (params: unknown): unknown => {
    if (!Predicate.isReadonlyObject(params)) return params
    const { turn, turnId } = params
    return {
      ...params,
      ...(turnId === from ? { turnId: to } : undefined),
      ...(Predicate.isReadonlyObject(turn) && turn["id"] === from
        ? { turn: { ...turn, id: to, ...(turn["rootTurnId"] === from ? { rootTurnId: to } : undefined), ...changes } }
        : undefined)
    }
  }
  const raw = { ...notification.raw, params: rename(notification.raw["params"]) }
  return notification.method === "~unknown"
    ? { ...notification, raw }
    : // Type boundary: ids replace ids, and the changes are the turn's own fields, so the params keep their type.
      ({ ...notification, params: rename(notification.params), raw } as Notification)
}
