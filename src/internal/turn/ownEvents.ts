/**
 * Which events of a thread are a turn's own.
 */
import type { Notification } from "../../Notification.ts"

/** Whether a notification of the thread is one of the turn's. `turnId` is what the notification names. */
export const isOwn = (ofTurn: string, notification: Notification, turnId: string | undefined): boolean =>
  turnId === ofTurn ||
  isBeginningOf(ofTurn, notification) ||
  // An end without an id can only be that of the one turn that runs.
  (turnId === undefined && isUnreadableEnd(notification))

// internal

// A review begins under an id of its own, and names the one that all its other events have.
const isBeginningOf = (turnId: string, notification: Notification): boolean =>
  notification.method === "turn/started" && notification.params.turn.rootTurnId === turnId

const isUnreadableEnd = ({ method, raw }: Notification): boolean =>
  method === "~unknown" && raw["method"] === "turn/completed"
