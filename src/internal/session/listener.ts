/**
 * How the layers above learn of everything that a connection receives, and of its end.
 */
import type { Reason } from "../../CodexError.ts"
import type { Notification, RestartedNotification } from "../client/notifications.ts"

/** Receives every notification. No function may throw or wait. */
export interface Listener {
  readonly onNotification: (
    notification: Notification,
    threadId: string | undefined,
    turnId: string | undefined
  ) => void
  /** Called if the process was started again, before anything of the new process. */
  readonly onRestarted?: ((restarted: RestartedNotification) => void) | undefined
  /** Called once when the connection ends and no other follows it; immediately if it has ended already. */
  readonly onEnd: (reason: Reason) => void
}

/** Adds a listener. The returned function removes it. */
export type Listen = (listener: Listener) => () => void
