/**
 * Lists items taken from turns, for threads whose items the server cannot list: those that a runtime before 0.151.0
 * wrote or runs. Their turns can be listed with all their items. A thread without any turn is rejected there too,
 * with the reason.
 *
 * A position in this list is a position in a page of turns, so this package uses its own cursors. A cursor names the
 * page and the number of items to skip in it.
 */
import * as Effect from "effect/Effect"
import type { CodexClient } from "../../CodexClient.ts"
import type { CodexError } from "../../CodexError.ts"
import type {
  SortDirection,
  ThreadItemEntry,
  ThreadItemsListParams,
  ThreadItemsListResponse
} from "../../generated/types.ts"

/** Which items to return. */
export interface Wanted {
  readonly threadId: string
  readonly cursor: ThreadItemsListParams["cursor"]
  /** Without it, a page has the items of one page of turns. */
  readonly pageSize: number | undefined
  readonly sortDirection: SortDirection
  readonly turnId: string | undefined
}

/** Whether a cursor belongs to this list. */
export const isCursor = (cursor: ThreadItemsListParams["cursor"]): boolean =>
  typeof cursor === "string" && format.test(cursor)

/** Returns one page of items. */
export const page = Effect.fnUntraced(function* (
  client: CodexClient,
  { pageSize, sortDirection, threadId, turnId, ...wanted }: Wanted
): Effect.fn.Return<ThreadItemsListResponse, CodexError> {
  // At least one, as on the server.
  const size = pageSize === undefined ? undefined : Math.max(1, pageSize)
  const data: Array<ThreadItemEntry> = []
  let { cursor, skip } = read(wanted.cursor)
  for (;;) {
    const turns = yield* client.request("thread/turns/list", { threadId, cursor, itemsView: "full", sortDirection })
    const entries = turns.data.flatMap((turn) => {
      if (turnId !== undefined && turn.id !== turnId) return []
      const items = turn.items.map((item): ThreadItemEntry => ({ turnId: turn.id, item }))
      return sortDirection === "desc" ? items.toReversed() : items
    })
    const end = size === undefined ? entries.length : Math.min(entries.length, skip + size - data.length)
    data.push(...entries.slice(skip, end))
    if (end < entries.length) return { data, nextCursor: write(cursor, end) }
    const next = turns.nextCursor ?? undefined
    if (next === undefined || next === cursor) return { data, nextCursor: null }
    if (size === undefined || data.length >= size) return { data, nextCursor: write(next, 0) }
    cursor = next
    skip = 0
  }
})

// internal

// The number of items to skip, and the server's cursor of the page of turns; empty for the first page.
const format = /^turns:(\d+):(.*)$/s

const write = (cursor: string | undefined, skip: number): string => `turns:${skip}:${cursor ?? ""}`

const read = (
  cursor: ThreadItemsListParams["cursor"]
): { readonly cursor: string | undefined; readonly skip: number } => {
  const [, skip = "0", ofTurns = ""] = (typeof cursor === "string" ? format.exec(cursor) : null) ?? []
  return { cursor: ofTurns === "" ? undefined : ofTurns, skip: Number(skip) }
}
