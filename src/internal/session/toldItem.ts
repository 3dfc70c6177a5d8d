/**
 * Reads items that an approval can be about from notifications: commands and file changes. A request to approve
 * changes names only the item, so whatever decides must have seen the item. `toldItems.ts` defines how long items are
 * kept.
 */
import * as Result from "effect/Result"
import { serverNotificationParams, type ServerNotifications } from "../../generated/methods.ts"
import type { FileUpdateChange } from "../../generated/types.ts"
import type { RawNotification } from "../connection/jsonRpc.ts"
import * as decoding from "../client/decoding.ts"
import { turnIdOf } from "../client/ids.ts"
import * as unknownFields from "../serverRequests/unknownFields.ts"

/** An item in progress. */
export interface ToldItem {
  readonly turnId: string | undefined
  /** The changes that it would make to files. Empty for a command, and if they cannot be decoded. */
  readonly changes: ReadonlyArray<FileUpdateChange>
  /** Fields of the changes that are unknown to this version. */
  readonly unknownFields: ReadonlyArray<string>
}

/** What a notification reports. Without `item`, the item is over. */
export interface Told {
  readonly itemId: string
  readonly item: ToldItem | undefined
}

/** Reads what a notification reports, if it is about such an item. */
export const read = (raw: RawNotification): Told | undefined => {
  switch (raw.method) {
    case "item/started": {
      const { params } = raw
      if (!isAskedAbout(params)) return undefined
      const decoded = params.item.type === "fileChange" ? decode("item/started", params)?.item : undefined
      return decoded?.type === "fileChange" && "changes" in decoded && Array.isArray(decoded.changes)
        ? changing(params, decoded.id, params.item.changes, decoded.changes)
        : changing(params, params.item.id, undefined, [])
    }
    case "item/fileChange/patchUpdated": {
      const params = decode("item/fileChange/patchUpdated", raw.params)
      return params === undefined
        ? // The earlier content must not decide anything: it no longer holds.
          changing(raw.params, fieldOf(raw.params, "itemId"), undefined, [])
        : changing(raw.params, params.itemId, fieldOf(raw.params, "changes"), params.changes)
    }
    case "item/completed":
      return isAskedAbout(raw.params) ? { itemId: String(raw.params.item.id), item: undefined } : undefined
    default:
      return undefined
  }
}

// internal

const changing = (params: unknown, itemId: unknown, raw: unknown, changes: ReadonlyArray<FileUpdateChange>): Told => ({
  itemId: String(itemId),
  item: { turnId: turnIdOf(params), changes, unknownFields: unknownFields.find(raw, changes, "changes") }
})

const fieldOf = (params: unknown, name: string): unknown =>
  typeof params === "object" && params !== null ? new Map<string, unknown>(Object.entries(params)).get(name) : undefined

interface AskedAbout {
  readonly item: { readonly id: unknown; readonly type: unknown; readonly changes?: unknown }
}

// Checked before anything is decoded, because most items are of other kinds.
const isAskedAbout = (params: unknown): params is AskedAbout =>
  typeof params === "object" &&
  params !== null &&
  "item" in params &&
  typeof params.item === "object" &&
  params.item !== null &&
  "type" in params.item &&
  (params.item.type === "fileChange" || params.item.type === "commandExecution")

const decode = <M extends "item/started" | "item/fileChange/patchUpdated">(
  method: M,
  params: unknown
): ServerNotifications[M]["params"] | undefined => {
  const codec = serverNotificationParams.get(method)
  const result = codec === undefined ? undefined : decoding.decode(codec, params)
  return result !== undefined && Result.isSuccess(result)
    ? // Type boundary: the table pairs each method with the codec of its params.
      (result.success as ServerNotifications[M]["params"])
    : undefined
}
