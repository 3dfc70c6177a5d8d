/**
 * The items of a connection that are under way and that an approval can be about. An item is kept in the record of its
 * thread until it or its turn ends; past a bound the oldest of the connection is forgotten, and is as if it had never
 * been told of. What a notification tells of an item is read by `toldItem.ts`.
 */
import type { RawNotification } from "../../JsonRpc.ts"
import * as threadRecord from "./record.ts"
import { read, type ToldItem } from "./toldItem.ts"

/** How many items a connection knows at once. */
export const most = 1024

/** The items of one connection. */
export class ToldItems {
  readonly #places = new Map<ToldItem, { readonly record: threadRecord.ThreadRecord; readonly itemId: string }>()
  readonly #onForgotten: () => void

  /** `onForgotten` is called for each item that is forgotten before its end. */
  constructor(onForgotten: () => void) {
    this.#onForgotten = onForgotten
  }

  /** Notes what a notification of a thread tells of an item. */
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

  /** To be called before a turn of the thread ends, or the thread is closed. */
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
