/**
 * The listeners that outlive a connection: to all notifications, and to the account. They are attached to each
 * connection, and told of the end only when no other connection follows.
 *
 * What arrives before a connection is in use is kept until then, so that `~restarted` comes before everything of the
 * new process.
 */
import type { Reason } from "../../CodexError.ts"
import type { Notification, RestartedNotification } from "../client/notifications.ts"
import type { Listen, Listener } from "../session/listener.ts"

type Early = Parameters<Listener["onNotification"]>

/** The listeners of one client. A class, because its methods share the state. */
export class Listeners {
  /** Each listener, with what removes it from the current connection. */
  readonly #listeners = new Map<Listener, (() => void) | undefined>()
  #current: Listen | undefined
  #early: Array<Early> = []
  #endEarly: (() => void) | undefined
  #end: Reason | undefined

  /** Adds a listener. The returned function removes it. */
  readonly listen: Listen = (listener) => {
    if (this.#end !== undefined) {
      listener.onEnd(this.#end)
      return () => {}
    }
    this.#listeners.set(listener, this.#current === undefined ? undefined : attach(this.#current, listener))
    return () => {
      this.#listeners.get(listener)?.()
      this.#listeners.delete(listener)
    }
  }

  /** Takes a connection before anything is read. */
  opened(listen: Listen): void {
    this.#endEarly?.()
    this.#current = undefined
    this.#early = []
    if (this.#listeners.size === 0) return
    this.#endEarly = listen({
      onNotification: (...early: Early) => void this.#early.push(early),
      onEnd: () => {}
    })
  }

  /** Uses the connection from now on. */
  use(listen: Listen, restarted: RestartedNotification | undefined): void {
    const early = this.#early
    this.#early = []
    this.#endEarly?.()
    this.#endEarly = undefined
    this.#current = listen
    for (const listener of this.#listeners.keys()) {
      if (restarted !== undefined) listener.onRestarted?.(restarted)
      for (const told of early) listener.onNotification(...told)
      this.#listeners.set(listener, attach(listen, listener))
    }
  }

  /** Tells all listeners the end. */
  end(reason: Reason): void {
    if (this.#end !== undefined) return
    this.#end = reason
    const told = [...this.#listeners.keys()]
    this.#listeners.clear()
    for (const listener of told) listener.onEnd(reason)
  }

  /** The number of listeners, for tests. */
  size(): number {
    return this.#listeners.size
  }
}

/** The event of a new process. */
export const restartedOf = (params: RestartedNotification["params"]): Notification & RestartedNotification => ({
  method: "~restarted",
  params,
  raw: { method: "~restarted" }
})

// internal

const attach = (listen: Listen, { onNotification }: Listener): (() => void) =>
  listen({ onNotification, onEnd: () => {} })
