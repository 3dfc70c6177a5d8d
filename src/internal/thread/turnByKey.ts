/**
 * Searches the history of a thread for the newest turn whose input has a key. It starts nothing and follows nothing.
 *
 * The newest 8 turns are read with all their items, because a retry mostly looks for one of them. Older ones are read
 * in pages of 100 with their first input only, which is a few hundred bytes for each turn. So an input that joined a
 * running turn is found among the newest 8 only. The turn that was found is then read as a whole.
 */
import * as Effect from "effect/Effect"
import type { CodexClient } from "../../CodexClient.ts"
import type { CodexError } from "../../CodexError.ts"
import type { Turn } from "../../generated/types.ts"
import * as inputClaim from "../turn/inputClaim.ts"

/**
 * How a turn is searched for.
 *
 * @category models
 * @since 0.171.0
 */
export interface TurnByKeyOptions {
  /**
   * How many of the latest turns are searched: an integer of 1 or more, or `Infinity`. Default: 200, which takes at
   * most three requests. A turn with the key that is older counts as none.
   */
  readonly searchTurns?: number | undefined
}

/** The default of `searchTurns`. */
export const defaultTurns = 200

/** Returns the newest turn with the key, with all its items; `undefined` if there is none among the latest turns. */
export const find = (
  client: CodexClient,
  threadId: string,
  key: string,
  searchTurns: number
): Effect.Effect<Turn | undefined, CodexError> =>
  Effect.catchReason(search(client, threadId, key, searchTurns), "CodexError", "NoTurnsYet", () =>
    Effect.succeed(undefined)
  )

// internal

const wholeTurns = 8

/** The server returns no more on one page. */
const mostPerPage = 100

const search = Effect.fnUntraced(function* (
  client: CodexClient,
  threadId: string,
  key: string,
  searchTurns: number
): Effect.fn.Return<Turn | undefined, CodexError> {
  const first = yield* page(client, threadId, undefined, Math.min(wholeTurns, searchTurns), "full")
  const recent = first.data.find(({ items }) => inputClaim.isTaken(key, items))
  if (recent !== undefined) return recent
  let left = searchTurns - first.data.length
  let cursor = first.nextCursor
  const seen = new Set<string>()
  // A repeated cursor leads to no new page.
  while (left > 0 && typeof cursor === "string" && !seen.has(cursor)) {
    seen.add(cursor)
    const { data, nextCursor } = yield* page(client, threadId, cursor, Math.min(mostPerPage, left), "summary")
    const at = data.findIndex(({ items }) => inputClaim.isTaken(key, items))
    if (at !== -1) return yield* whole(client, threadId, cursor, at)
    left -= data.length
    cursor = nextCursor
  }
  return undefined
})

/** The turn at this position after a cursor. The cursor is fixed to a turn, so later turns do not move it. */
const whole = Effect.fnUntraced(function* (
  client: CodexClient,
  threadId: string,
  cursor: string,
  at: number
): Effect.fn.Return<Turn | undefined, CodexError> {
  const from = at === 0 ? cursor : (yield* page(client, threadId, cursor, at, "notLoaded")).nextCursor
  return (yield* page(client, threadId, from ?? cursor, 1, "full")).data[0]
})

const page = (
  client: CodexClient,
  threadId: string,
  cursor: string | undefined,
  limit: number,
  itemsView: "full" | "summary" | "notLoaded"
) => client.request("thread/turns/list", { threadId, cursor, limit, itemsView, sortDirection: "desc" })
