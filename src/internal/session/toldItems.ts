/**
 * The items of a connection that are in progress and that an approval can be about. The record of a thread keeps an
 * item until the item or its turn ends. Above the limit, the oldest item of the connection is forgotten, as if it had
 * never been reported. `toldItem.ts` reads items from notifications.
 */
import type { RawNotification } from "../connection/jsonRpc.ts"
import * as threadRecord from "./record.ts"
import { read, type ToldItem } from "./toldItem.ts"

/** The maximum number of items that a connection keeps. */
export const most = 1024

/** The items of one connection. */
export class ToldItems {
  readonly #places = new Map<ToldItem, { readonly record: threadRecord.ThreadRecord; readonly itemId: string }>()
  readonly #onForgotten: () => void

  /** `onForgotten` is called for each item that is forgotten before its end. */
  constructor(onForgotten: () => void) {
    this.#onForgotten = onForgotten
  }

  /** Records what a notification of a thread reports about an item. */
  note(record: threadRecord.ThreadRecord, raw: RawNotification): void {
    const told = read(raw)
    if (told === undefined) return
    const { item, itemId } = told
    const before = record.items.get(itemId)
    if (before !== undefined) this.#places.delete(before)
    if (item === undefined && before === undefined) return
    threadRecord.change(record, { _tag: "ItemTold", itemId, item })
    if (item === undefined) return
    this.#places.set(item, { record, itemId })
    if (this.#places.size > most) this.#forgetOldest()
  }

  /** Must be called before a turn of the thread ends, or the thread is closed. */
  endAll(record: threadRecord.ThreadRecord): void {
    for (const item of record.items.values()) this.#places.delete(item)
  }

  #forgetOldest(): void {
    for (const [item, { itemId, record }] of this.#places) {
      this.#places.delete(item)
      if (record.items.get(itemId) !== item) return
      threadRecord.change(record, { _tag: "ItemTold", itemId, item: undefined })
      this.#onForgotten()
      return
    }
  }
}
