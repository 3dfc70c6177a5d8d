/**
 * Reads what a notification tells of an item that an approval can be about: a command, or a change of files. A request
 * for the approval of changes names only the item, so that whatever decides has to have seen the item. How long items
 * are kept is `toldItems.ts`.
 */
import * as Result from "effect/Result"
import { serverNotificationParams, type ServerNotifications } from "../../generated/methods.ts"
import type { FileUpdateChange } from "../../generated/types.ts"
import type { RawNotification } from "../../JsonRpc.ts"
import * as decoding from "../client/decoding.ts"
import { turnIdOf } from "../client/ids.ts"
import * as unknownFields from "../serverRequests/unknownFields.ts"

/** An item that is under way. */
export interface ToldItem {
  readonly turnId: string | undefined
  /** What it would do to files. Empty for a command, and where it can't be read. */
  readonly changes: ReadonlyArray<FileUpdateChange>
  /** Fields of the changes that this version doesn't know. */
  readonly unknownFields: ReadonlyArray<string>
}

/** What is told. Without `item` it is over. */
export interface Told {
  readonly itemId: string
  readonly item: ToldItem | undefined
}

/** What a notification tells, if it is about such an item. */
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
        ? // Nothing may be decided by what was told before: it no longer holds.
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

// Looked at before anything is decoded: most items are others.
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
