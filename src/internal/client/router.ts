/**
 * Which listener gets which notification: all of them, or those of one thread. Called by the reader, so everything here returns at once; the
 * waiting is done in the listeners' buffers.
 */
import type { ConnectionClosed, DecodeFailed } from "../../CodexError.ts"
import type { RawNotification } from "../../JsonRpc.ts"
import * as Notification from "../../Notification.ts"

/** Who gets notifications. Neither function may throw or wait. */
export interface Listener {
  readonly onNotification: (notification: Notification.Notification, turnId: string | undefined) => void
  /** Called once when the connection ends; at once when it has ended already. */
  readonly onEnd: (reason: ConnectionClosed) => void
  /** A request of the server to us was opened (+1) or closed (−1). */
  readonly onRequest?: ((turnId: string | undefined, change: 1 | -1) => void) | undefined
}

/** The listeners of one connection. */
export interface Router {
  /** Adds a listener for one thread, or for everything; the result removes it. */
  readonly listen: (threadId: string | undefined, listener: Listener) => () => void
  readonly onNotification: (raw: RawNotification) => void
  readonly onEnd: (reason: ConnectionClosed) => void
  /** Tells the listeners of a thread that a request of the server was opened (+1) or closed (−1). */
  readonly onRequest: (params: unknown, change: 1 | -1) => void
  /** The turn that runs on a thread as far as the server told, whoever started it. */
  readonly activeTurn: (threadId: string) => string | undefined
  /** How many listeners there are, for tests and diagnostics. */
  readonly size: () => number
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

const isActive = (params: unknown): boolean =>
  isRecord(params) && isRecord(params["status"]) && params["status"]["type"] === "active"

/** A router without listeners. `unreadable` hears of each notification that does not fit. */
export const make = (unreadable: (method: string, failure: DecodeFailed) => void = () => {}): Router => {
  const everything = new Set<Listener>()
  const byThread = new Map<string, Set<Listener>>()
  const active = new Map<string, string>()
  let end: ConnectionClosed | undefined

  return {
    listen: (threadId, listener) => {
      if (end !== undefined) {
        listener.onEnd(end)
        return () => {}
      }
      const listeners = threadId === undefined ? everything : (byThread.get(threadId) ?? new Set<Listener>())
      if (threadId !== undefined) byThread.set(threadId, listeners)
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (threadId !== undefined && listeners.size === 0 && byThread.get(threadId) === listeners) {
          byThread.delete(threadId)
        }
      }
    },
    onNotification: (raw) => {
      const { threadId, turnId } = Notification.ids(raw.params)
      if (threadId !== undefined && turnId !== undefined) {
        if (raw.method === "turn/started") active.set(threadId, turnId)
        // Whatever its id: a thread runs one turn at a time, and a review begins under another id than it ends under.
        else if (raw.method === "turn/completed") active.delete(threadId)
      }
      // All that is told of a thread that was unsubscribed.
      if (threadId !== undefined && raw.method === "thread/status/changed" && !isActive(raw.params)) {
        active.delete(threadId)
      }
      const ofThread = threadId === undefined ? undefined : byThread.get(threadId)
      if (everything.size === 0 && ofThread === undefined) return
      const notification = Notification.decode(raw, (failure) => unreadable(raw.method, failure))
      for (const listener of everything) listener.onNotification(notification, turnId)
      if (ofThread !== undefined) {
        // A listener may remove itself on the way (at its turn's end): a Set allows that while it is iterated.
        for (const listener of ofThread) listener.onNotification(notification, turnId)
      }
    },
    onEnd: (reason) => {
      end = reason
      const listeners = [...everything, ...[...byThread.values()].flatMap((set) => [...set])]
      everything.clear()
      byThread.clear()
      for (const listener of listeners) listener.onEnd(reason)
    },
    onRequest: (params, change) => {
      const { threadId, turnId } = Notification.ids(params)
      const ofThread = threadId === undefined ? undefined : byThread.get(threadId)
      if (ofThread !== undefined) for (const listener of ofThread) listener.onRequest?.(turnId, change)
    },
    activeTurn: (threadId) => active.get(threadId),
    size: () => everything.size + [...byThread.values()].reduce((sum, set) => sum + set.size, 0)
  }
}
