/**
 * Determines which turn an input went into. The server may add the input of a `turn/start` to a running turn, and
 * only the order of its items shows that. The item of the input has the key that was sent with it. It comes first in
 * a turn that it started, and after other items in an earlier turn. Synchronous, no effects.
 */
import type { ThreadItem } from "../../generated/types.ts"
import type { Notification } from "../client/notifications.ts"
import type { ItemState } from "../../Turn.ts"
import { isOf } from "./turnKey.ts"

/** The turn that an input went into. */
export interface Taken {
  readonly turnId: string
  /** Whether the turn was already running. */
  readonly isJoined: boolean
}

/** Watches for the item of one input. A class, because there is one for each turn. */
export class InputClaim {
  readonly #key: string | undefined
  #listener: ((taken: Taken) => void) | undefined
  taken: Taken | undefined
  /** The last turn that had an item other than the input. */
  other: string | undefined

  /** Without a key nothing is ever found. */
  constructor(key: string | undefined) {
    this.#key = key
  }

  /** Takes every notification of the thread once, starting before the request. */
  hear(notification: Notification, turnId: string | undefined): void {
    if (this.#key === undefined || this.taken !== undefined || turnId === undefined) return
    if (notification.method !== "item/started" && notification.method !== "item/completed") return
    const { item } = notification.params
    if (isOf(this.#key, item)) {
      this.taken = { turnId, isJoined: this.other === turnId }
      this.#listener?.(this.taken)
      this.#listener = undefined
    } else if (!before.has(item.type)) this.other = turnId
  }

  /** Calls the listener when the turn is known; immediately if it already is. Only the last listener is called. */
  onTaken(listener: (taken: Taken) => void): void {
    if (this.taken === undefined) this.#listener = listener
    else listener(this.taken)
  }
}

/** Whether a model has read an input, judged by the items of its turn: the model's work comes after the input. */
export const isRead = (key: string | undefined, items: ReadonlyArray<ItemState>): boolean => {
  const at = items.findIndex(({ item }) => key !== undefined && isOf(key, item))
  return items.slice(at + 1).some(({ item: { type } }) => type !== "userMessage" && !before.has(type))
}

/**
 * Whether a turn took an input, judged by its items: the input started the turn, or the turn was running and a model
 * read the input there.
 */
export const isTaken = (key: string, items: ReadonlyArray<ThreadItem>): boolean => {
  const at = items.findIndex((item) => isOf(key, item))
  if (at === -1) return false
  const isFirst = items.findIndex(({ type }) => type === "userMessage") === at
  return isFirst || items.slice(at + 1).some(({ type }) => type !== "userMessage" && !before.has(type))
}

// internal

// Items that can come before the input in a turn that it started.
const before: ReadonlySet<string> = new Set<ThreadItem["type"]>(["contextCompaction", "hookPrompt"])
