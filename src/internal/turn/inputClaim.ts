/**
 * Finds out which turn an input went into. The server adds the input of a `turn/start` to a turn that runs already, and
 * says so by nothing but the order of its items: the item of the input, which bears the key that was sent with it,
 * comes first in a turn that it began, and behind other items in a turn that was there before. Synchronous, no effects.
 */
import type { ThreadItem } from "../../generated/types.ts"
import type { Notification } from "../../Notification.ts"
import type { ItemState } from "../../Turn.ts"

/** The turn that an input went into. */
export interface Taken {
  readonly turnId: string
  /** Whether the turn was there before. */
  readonly isJoined: boolean
}

/** Watches for the item of one input. A class, since there is one for each turn. */
export class InputClaim {
  readonly #key: string | undefined
  #listener: ((taken: Taken) => void) | undefined
  taken: Taken | undefined
  /** The last turn in which something came that is not the input. */
  other: string | undefined

  /** Without a key nothing is ever found. */
  constructor(key: string | undefined) {
    this.#key = key
  }

  /** To be told of everything on the thread from before the request, once. */
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

  /** Calls back when it is known; at once if it is. Only the last listener is called. */
  onTaken(listener: (taken: Taken) => void): void {
    if (this.taken === undefined) this.#listener = listener
    else listener(this.taken)
  }
}

/**
 * Whether a model has read an input, by the items of the turn that it went into: whatever the model does comes after
 * it.
 */
export const isRead = (key: string | undefined, items: ReadonlyArray<ItemState>): boolean => {
  const at = items.findIndex(({ item }) => key !== undefined && isOf(key, item))
  return items.slice(at + 1).some(({ item: { type } }) => type !== "userMessage" && !before.has(type))
}

// internal

// What can come before the input in a turn that it began.
const before: ReadonlySet<string> = new Set<ThreadItem["type"]>(["contextCompaction", "hookPrompt"])

const isOf = (key: string, item: ThreadItem): boolean => item.type === "userMessage" && item.clientId === key
