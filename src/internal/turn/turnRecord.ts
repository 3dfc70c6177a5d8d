/**
 * Turns the server's record of a turn into the shape of a result, and adds what this program saw of it.
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { ThreadItem, Turn } from "../../generated/types.ts"
import { idOf } from "./items.ts"
import { dateTime, finalResponse, type TurnRecord, type TurnResult } from "./turnResult.ts"

/** Creates the record of a turn. `seen` is what this program saw, if it kept that. */
export const make = (key: string, turn: Turn, seen: TurnResult | undefined): TurnRecord => {
  const saved = turn.items.filter((item) => !isOpen(item))
  // The server may have been killed before it saved an item that it had already reported.
  const items = [...saved, ...without(seen?.items ?? [], saved)]
  return {
    key,
    id: turn.id,
    status: turn.status,
    error: Option.fromNullishOr(turn.error),
    startedAt: dateTime(turn.startedAt),
    completedAt: dateTime(turn.completedAt),
    duration: Option.map(Option.fromNullishOr(turn.durationMs), Duration.millis),
    finalResponse: finalResponse(items),
    items,
    usage: seen?.usage ?? Option.none(),
    unfinishedItems: without([...turn.items.filter(isOpen), ...(seen?.unfinishedItems ?? [])], items),
    warnings: seen?.warnings ?? []
  }
}

// internal

const isOpen = (item: ThreadItem): boolean => "status" in item && item.status === "inProgress"

/** Items that are not among others, each id once. */
const without = (items: ReadonlyArray<ThreadItem>, others: ReadonlyArray<ThreadItem>): ReadonlyArray<ThreadItem> => {
  const known = new Set(others.map(idOf))
  return items.filter((item) => {
    const id = idOf(item)
    return !known.has(id) && known.add(id)
  })
}
