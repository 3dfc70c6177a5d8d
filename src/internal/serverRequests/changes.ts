/**
 * Remembers what the changes of files would do that are under way. A request for their approval names only the item, so whoever decides has to have
 * seen the item. Kept from `item/started` until the item, its turn or its thread ends.
 */
import { serverNotificationParams, type ServerNotifications } from "../../generated/methods.ts"
import type { FileUpdateChange } from "../../generated/types.ts"
import type { RawNotification } from "../../JsonRpc.ts"
import * as Result from "effect/Result"
import * as decoding from "../client/decoding.ts"

/** The changes that are under way. */
export interface Changes {
  readonly onNotification: (raw: RawNotification) => void
  readonly find: (threadId: string | undefined, itemId: string | undefined) => ReadonlyArray<FileUpdateChange>
  readonly size: () => number
}

/** None at first. */
export const make = (): Changes => {
  const threads = new Map<string, Map<string, ReadonlyArray<FileUpdateChange>>>()

  const set = (threadId: string, itemId: string, changes: ReadonlyArray<FileUpdateChange>) => {
    const items = threads.get(threadId) ?? new Map<string, ReadonlyArray<FileUpdateChange>>()
    threads.set(threadId, items)
    items.set(itemId, changes)
  }

  return {
    onNotification: (raw) => {
      switch (raw.method) {
        case "item/started": {
          if (!isFileChange(raw.params)) return
          const params = read("item/started", raw.params)
          if (params?.item.type === "fileChange" && "changes" in params.item && Array.isArray(params.item.changes)) {
            set(params.threadId, params.item.id, params.item.changes)
          }
          return
        }
        case "item/fileChange/patchUpdated": {
          const params = read("item/fileChange/patchUpdated", raw.params)
          if (params !== undefined) set(params.threadId, params.itemId, params.changes)
          return
        }
        case "item/completed": {
          if (!isFileChange(raw.params)) return
          const items = threads.get(String(raw.params.threadId))
          items?.delete(String(raw.params.item.id))
          if (items?.size === 0) threads.delete(String(raw.params.threadId))
          return
        }
        case "turn/completed":
        case "thread/archived":
        case "thread/deleted":
        case "thread/closed":
          if (typeof raw.params === "object" && raw.params !== null && "threadId" in raw.params) {
            threads.delete(String(raw.params.threadId))
          }
      }
    },
    find: (threadId, itemId) =>
      (threadId === undefined || itemId === undefined ? undefined : threads.get(threadId)?.get(itemId)) ?? [],
    size: () => threads.size
  }
}

// internal

interface FileChangeEvent {
  readonly threadId: unknown
  readonly item: { readonly type: "fileChange"; readonly id: unknown }
}

// Looked at before anything is decoded: most items are others.
const isFileChange = (params: unknown): params is FileChangeEvent =>
  typeof params === "object" &&
  params !== null &&
  "item" in params &&
  typeof params.item === "object" &&
  params.item !== null &&
  "type" in params.item &&
  params.item.type === "fileChange"

const read = <M extends "item/started" | "item/fileChange/patchUpdated">(
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
