/**
 * Folds the events of one turn into its result. Pure: no fibers, no routing, no time. Told of events in the order in which they came.
 */
import * as Option from "effect/Option"
import type { ThreadItem, ThreadTokenUsage, Turn } from "../generated/types.ts"
import type { Notification } from "../Notification.ts"
import type { TurnResult } from "../Turn.ts"

/** What is known of a turn so far. */
export interface TurnState {
  readonly apply: (notification: Notification) => void
  /** The turn as `turn/completed` told it. */
  readonly completed: () => Turn | undefined
  /** The result so far; final once `completed` tells a turn. */
  readonly result: () => TurnResult
}

/** The state before the first event. */
export const make = (turnId: string): TurnState => {
  const items: Array<ThreadItem> = []
  // By item id; a Map keeps the order of starting.
  const open = new Map<string, ThreadItem>()
  let usage: ThreadTokenUsage | undefined
  let started: Turn | undefined
  let completed: Turn | undefined

  return {
    apply: (notification) => {
      switch (notification.method) {
        case "turn/started":
          started = notification.params.turn
          return
        case "item/started":
          open.set(idOf(notification.params.item), notification.params.item)
          return
        case "item/completed":
          open.delete(idOf(notification.params.item))
          items.push(notification.params.item)
          return
        case "thread/tokenUsage/updated":
          usage = notification.params.tokenUsage
          return
        case "turn/completed":
          completed = notification.params.turn
          return
      }
    },
    completed: () => completed,
    result: () => {
      const turn = completed ?? started
      return {
        id: turnId,
        status: turn?.status ?? "inProgress",
        error: Option.fromNullishOr(turn?.error),
        startedAt: Option.fromNullishOr(turn?.startedAt ?? started?.startedAt),
        completedAt: Option.fromNullishOr(turn?.completedAt),
        durationMs: Option.fromNullishOr(turn?.durationMs),
        finalResponse: finalResponse(items),
        items: [...items],
        usage: Option.fromUndefinedOr(usage),
        unfinishedItems: [...open.values()]
      }
    }
  }
}

/** The answer among a turn's items: the last `final_answer`, or else the last message without a phase. */
export const finalResponse = (items: ReadonlyArray<ThreadItem>): Option.Option<string> => {
  let unphased: string | undefined
  for (const item of items.toReversed()) {
    if (item.type !== "agentMessage") continue
    if (item.phase === "final_answer") return Option.some(item.text)
    if (item.phase === null || item.phase === undefined) unphased ??= item.text
  }
  return Option.fromUndefinedOr(unphased)
}

// internal

const idOf = (item: ThreadItem): string => (item.type === "~unknown" ? String(item.raw["id"]) : item.id)
