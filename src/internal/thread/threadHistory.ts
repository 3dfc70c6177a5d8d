/**
 * What was said on a thread, read back: as one record, as pages of turns or items, and cut. Nothing here follows a turn that runs.
 */
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { CodexClient } from "../../CodexClient.ts"
import { CodexError } from "../../CodexError.ts"
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

/**
 * How turns are read back.
 *
 * @category models
 * @since 0.169.0
 */
export interface HistoryOptions {
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
export interface ItemsOptions {
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
  cursor: true,
  itemsView: true,
  pageSize: true,
  sortDirection: true
}

const itemsNames: settings.Names<ItemsOptions> = {
  cursor: true,
  deferOutput: true,
  pageSize: true,
  sortDirection: true,
  turnId: true
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
      const { cursor, itemsView = "full", pageSize, sortDirection = "asc" } = options
      const params: ThreadTurnsListParams = { threadId, cursor, itemsView, limit: pageSize, sortDirection }
      return client.request("thread/turns/list", params)
    })
  )

/** All turns, page by page. */
export const turns = (client: Client, threadId: string, options: HistoryOptions): Stream.Stream<Turn, CodexError> =>
  paging.elements((cursor) => turnsPage(client, threadId, { ...options, cursor: cursor ?? undefined }), options.cursor)

/** One page of items. */
export const itemsPage = (
  client: Client,
  threadId: string,
  options: ItemsOptions
): Effect.Effect<ThreadItemsListResponse, CodexError> =>
  Effect.andThen(
    known("thread/items/list", options, itemsNames),
    Effect.suspend(() => {
      const { cursor, deferOutput, pageSize, sortDirection = "asc", turnId } = options
      return client.request("thread/items/list", {
        threadId,
        cursor,
        deferOutput,
        limit: pageSize,
        sortDirection,
        turnId
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
