/**
 * Finds out which turn an input went into. The server adds the input of a `turn/start` to a turn that runs already, and says so by nothing but the
 * order of its items: the item of the input, which bears the key that was sent with it, comes first in a turn that it began, and behind other items in
 * a turn that was there before. Synchronous, no effects.
 */
import type { ThreadItem } from "../../generated/types.ts"
import type { Notification } from "../../Notification.ts"

/** The turn that an input went into. */
export interface Taken {
  readonly turnId: string
  /** Whether the turn was there before. */
  readonly isJoined: boolean
}

/** Watches for the item of one input. */
export interface InputClaim {
  /** To be told of everything on the thread from before the request, once. */
  readonly hear: (notification: Notification, turnId: string | undefined) => void
  readonly taken: () => Taken | undefined
  /** The last turn in which something came that is not the input. */
  readonly other: () => string | undefined
  /** Calls back when it is known; at once if it is. Only the last who asks is called. */
  readonly onTaken: (listener: (taken: Taken) => void) => void
}

/** A claim on the item with this key; none is ever found without one. */
export const make = (key: string | undefined): InputClaim => {
  let taken: Taken | undefined
  let other: string | undefined
  let listener: ((taken: Taken) => void) | undefined
  return {
    hear: (notification, turnId) => {
      if (key === undefined || taken !== undefined || turnId === undefined) return
      if (notification.method !== "item/started" && notification.method !== "item/completed") return
      const { item } = notification.params
      if (isOf(key, item)) {
        taken = { turnId, isJoined: other === turnId }
        listener?.(taken)
      } else if (!before.has(item.type)) other = turnId
    },
    taken: () => taken,
    other: () => other,
    onTaken: (given) => {
      listener = given
      if (taken !== undefined) given(taken)
    }
  }
}

/** Whether a model has read an input, by the items of the turn that it went into: whatever the model does comes after it. */
export const isRead = (key: string | undefined, items: ReadonlyArray<ThreadItem>): boolean => {
  const at = items.findIndex((item) => key !== undefined && isOf(key, item))
  return items.slice(at + 1).some(({ type }) => type !== "userMessage" && !before.has(type))
}

// internal

// What can come before the input in a turn that it began.
const before: ReadonlySet<string> = new Set<ThreadItem["type"]>(["contextCompaction", "hookPrompt"])

const isOf = (key: string, item: ThreadItem): boolean => item.type === "userMessage" && item.clientId === key
