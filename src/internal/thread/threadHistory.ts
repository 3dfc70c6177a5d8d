/**
 * What was said on a thread, read back: as one record, as pages of turns or items, and cut. Nothing here follows a turn that runs.
 */
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { CodexClient } from "../../CodexClient.ts"
import { CodexError } from "../../CodexError.ts"
import * as paramKeys from "../../generated/paramKeys.ts"
import type {
  SortDirection,
  ThreadItemEntry,
  ThreadItemsListParams,
  ThreadItemsListResponse,
  ThreadTurnsListParams,
  ThreadTurnsListResponse,
  Turn,
  TurnItemsViewParam
} from "../../generated/types.ts"
import * as settings from "../settings.ts"
import * as paging from "../client/paging.ts"
import * as turnItems from "./turnItems.ts"

/**
 * How turns are read back.
 *
 * @category models
 * @since 0.169.0
 */
export interface HistoryOptions extends Omit<ThreadTurnsListParams, "threadId" | "limit"> {
  /** Where to begin: a cursor that the server gave. Default: at the first turn, or at the last for `desc`. */
  readonly cursor?: string | undefined
  /** How much of a turn's items comes: all, the first prompt and the last answer (`summary`), or nothing. Default: `full`. */
  readonly itemsView?: TurnItemsViewParam | undefined
  /** How many turns a page has. Default: the server's. */
  readonly pageSize?: number | undefined
  /** Oldest first (`asc`) or newest first (`desc`). Default: `asc`. */
  readonly sortDirection?: SortDirection | undefined
}

/**
 * How items are read back.
 *
 * @category models
 * @since 0.169.0
 */
export interface ItemsOptions extends Omit<ThreadItemsListParams, "threadId" | "limit"> {
  /** Where to begin: a cursor that the server gave. Default: at the first item, or at the last for `desc`. */
  readonly cursor?: ThreadItemsListParams["cursor"]
  /** Outputs to leave out; `thread/items/read` gives them. Needs `turnId`. Default: none. */
  readonly deferOutput?: ThreadItemsListParams["deferOutput"]
  /** How many items a page has. Default: the server's. */
  readonly pageSize?: number | undefined
  /** Oldest first (`asc`) or newest first (`desc`). Default: `asc`. */
  readonly sortDirection?: SortDirection | undefined
  /** The items of this turn only. Default: of all turns. */
  readonly turnId?: string | undefined
}

const historyNames: settings.Names<HistoryOptions> = {
  ...settings.without(paramKeys.ThreadTurnsListParams, "threadId", "limit"),
  pageSize: true
}

const itemsNames: settings.Names<ItemsOptions> = {
  ...settings.without(paramKeys.ThreadItemsListParams, "threadId", "limit"),
  pageSize: true
}

type Client = CodexClient["Service"]

/** One page of turns. */
export const turnsPage = (
  client: Client,
  threadId: string,
  options: HistoryOptions
): Effect.Effect<ThreadTurnsListResponse, CodexError> =>
  Effect.andThen(
    known("thread/turns/list", options, historyNames),
    Effect.suspend(() => {
      const { itemsView = "full", pageSize, sortDirection = "asc", ...others } = options
      return client.request("thread/turns/list", { ...others, threadId, itemsView, limit: pageSize, sortDirection })
    })
  )

/** All turns, page by page. */
export const turns = (client: Client, threadId: string, options: HistoryOptions): Stream.Stream<Turn, CodexError> =>
  paging.elements((cursor) => turnsPage(client, threadId, { ...options, cursor: cursor ?? undefined }), options.cursor)

/** One page of items, taken from the turns if the server can't list those of this thread. */
export const itemsPage = (
  client: Client,
  threadId: string,
  options: ItemsOptions
): Effect.Effect<ThreadItemsListResponse, CodexError> =>
  Effect.andThen(
    known("thread/items/list", options, itemsNames),
    Effect.suspend(() => {
      const { pageSize, sortDirection = "asc", ...others } = options
      const { cursor, turnId } = others
      const ofTurns = turnItems.page(client, { threadId, cursor, pageSize, sortDirection, turnId })
      if (turnItems.isCursor(cursor)) return ofTurns
      const params = { ...others, threadId, limit: pageSize, sortDirection }
      const listed = client.request("thread/items/list", params)
      // From a cursor of its own the server can go on only itself.
      if (cursor !== undefined && cursor !== null) return listed
      return Effect.catchReasons(listed, "CodexError", {
        MethodNotSupported: () => ofTurns,
        ThreadNotPaginated: () => ofTurns
      })
    })
  )

/** All items, page by page. */
export const items = (
  client: Client,
  threadId: string,
  options: ItemsOptions
): Stream.Stream<ThreadItemEntry, CodexError> =>
  paging.elements((cursor) => itemsPage(client, threadId, { ...options, cursor: cursor ?? options.cursor }), undefined)

// internal

const known = (method: string, options: unknown, names: { readonly [name: string]: true }) =>
  Effect.mapError(settings.known(options, names), (reason) => new CodexError({ method, reason }))
