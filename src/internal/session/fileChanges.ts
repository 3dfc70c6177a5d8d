/**
 * Reads what a notification tells of a change of files: a request for its approval names only the item, so that
 * whatever decides has to have seen the item. What is told is kept in the record of the thread until the item or its
 * turn ends.
 */
import * as Result from "effect/Result"
import { serverNotificationParams, type ServerNotifications } from "../../generated/methods.ts"
import type { FileUpdateChange } from "../../generated/types.ts"
import type { RawNotification } from "../../JsonRpc.ts"
import * as decoding from "../client/decoding.ts"

/** A change of files that began or went on; without `changes` it is over, or what it would do now cannot be read. */
export interface Told {
  readonly itemId: string
  readonly changes: ReadonlyArray<FileUpdateChange> | undefined
}

/** What a notification tells, if it is about a change of files. */
export const read = (raw: RawNotification): Told | undefined => {
  switch (raw.method) {
    case "item/started": {
      if (!isFileChange(raw.params)) return undefined
      const item = decode("item/started", raw.params)?.item
      return item?.type === "fileChange" && "changes" in item && Array.isArray(item.changes)
        ? { itemId: item.id, changes: item.changes }
        : unreadable(raw.params.item.id)
    }
    case "item/fileChange/patchUpdated": {
      const params = decode("item/fileChange/patchUpdated", raw.params)
      return params === undefined
        ? unreadable(itemIdOf(raw.params))
        : { itemId: params.itemId, changes: params.changes }
    }
    case "item/completed":
      return isFileChange(raw.params) ? { itemId: String(raw.params.item.id), changes: undefined } : undefined
    default:
      return undefined
  }
}

// internal

// Nothing may be decided by what was told before: it no longer holds.
const unreadable = (itemId: unknown): Told => ({ itemId: String(itemId), changes: undefined })

const itemIdOf = (params: unknown): unknown =>
  typeof params === "object" && params !== null && "itemId" in params ? params.itemId : undefined

// Looked at before anything is decoded: most items are others.
const isFileChange = (params: unknown): params is { readonly item: { readonly id: unknown } } =>
  typeof params === "object" &&
  params !== null &&
  "item" in params &&
  typeof params.item === "object" &&
  params.item !== null &&
  "type" in params.item &&
  params.item.type === "fileChange"

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
