/**
 * Reads the history of a thread, as a whole or as pages of turns or items, and reverts it. It does not follow running
 * turns.
 */
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { CodexClient } from "../../CodexClient.ts"
import type { CodexError } from "../../CodexError.ts"
import { failedAt } from "../errors/failedAt.ts"
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
 * How turns are read.
 *
 * @category models
 * @since 0.169.0
 */
export interface HistoryOptions extends Omit<ThreadTurnsListParams, "threadId" | "limit"> {
  /** Where to start: a cursor that the server returned. Default: the first turn, or the last for `desc`. */
  readonly cursor?: string | undefined
  /**
   * Which items of a turn are included: all, the first prompt and last answer (`summary`), or none. Default: `full`.
   */
  readonly itemsView?: TurnItemsViewParam | undefined
  /** The number of turns per page. Default: the server's. */
  readonly pageSize?: number | undefined
  /** Oldest first (`asc`) or newest first (`desc`). Default: `asc`. */
  readonly sortDirection?: SortDirection | undefined
}

/**
 * How items are read.
 *
 * @category models
 * @since 0.169.0
 */
export interface ItemsOptions extends Omit<ThreadItemsListParams, "threadId" | "limit"> {
  /** Where to start: a cursor that the server returned. Default: the first item, or the last for `desc`. */
  readonly cursor?: ThreadItemsListParams["cursor"]
  /** Outputs to omit; `thread/items/read` returns them. Requires `turnId`. Default: none. */
  readonly deferOutput?: ThreadItemsListParams["deferOutput"]
  /** The number of items per page. Default: the server's. */
  readonly pageSize?: number | undefined
  /** Oldest first (`asc`) or newest first (`desc`). Default: `asc`. */
  readonly sortDirection?: SortDirection | undefined
  /** Only the items of this turn. Default: the items of all turns. */
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

type Client = CodexClient

/** Returns one page of turns. */
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

/** Emits all turns, page by page. */
export const turns = (client: Client, threadId: string, options: HistoryOptions): Stream.Stream<Turn, CodexError> =>
  paging.elements((cursor) => turnsPage(client, threadId, { ...options, cursor: cursor ?? undefined }), options.cursor)

/** Returns one page of items. They are taken from the turns if the server cannot list the items of this thread. */
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
      // Only the server can continue from its own cursor.
      if (cursor !== undefined && cursor !== null) return listed
      return Effect.catchReasons(listed, "CodexError", {
        MethodNotSupported: () => ofTurns,
        ThreadNotPaginated: () => ofTurns
      })
    })
  )

/** Emits all items, page by page. */
export const items = (
  client: Client,
  threadId: string,
  options: ItemsOptions
): Stream.Stream<ThreadItemEntry, CodexError> =>
  paging.elements((cursor) => itemsPage(client, threadId, { ...options, cursor: cursor ?? options.cursor }), undefined)

// internal

const known = (method: string, options: unknown, names: { readonly [name: string]: true }) =>
  Effect.mapError(settings.known(options, names), failedAt(method))
