/**
 * Remembers ends that were told before their requests began. Notifications are taken up while a batch of messages is read, and requests are run after
 * it, so a request can be over before its handler could start. A bounded number is kept: one batch would have to hold more to do harm.
 */
import type { Withdrawal } from "./types.ts"

type Id = string | number

/** What is known of ends. */
export interface Ends {
  /** A request is closed on our side, and the server will still resolve it. */
  readonly closed: (id: Id) => void
  /** The server resolved a request that isn't open. */
  readonly resolved: (id: Id) => void
  readonly turnEnded: (threadId: string, turnId: string) => void
  /** The end of a request that begins now, if it has ended already. To be asked once. */
  readonly take: (id: Id, threadId: string | undefined, turnId: string | undefined) => Withdrawal | undefined
}

const remembered = 1024

/** Nothing at first. */
export const make = (): Ends => {
  const unresolved = new Set<Id>()
  const early = new Set<Id>()
  const turns = new Set<string>()
  return {
    closed: (id) => remember(unresolved, id),
    resolved: (id) => {
      if (!unresolved.delete(id)) remember(early, id)
    },
    turnEnded: (threadId, turnId) => remember(turns, `${threadId} ${turnId}`),
    take: (id, threadId, turnId) => {
      unresolved.delete(id)
      return early.delete(id) ? "resolved" : turns.has(`${threadId} ${turnId}`) ? "turnEnded" : undefined
    }
  }
}

// internal

const remember = <A>(set: Set<A>, element: A): void => {
  set.add(element)
  if (set.size <= remembered) return
  for (const oldest of set) {
    set.delete(oldest)
    break
  }
}
