/**
 * Which notifications can be merged while they wait for a lagging consumer, and roughly how much memory each holds.
 * Texts of one item are joined; a notification with a complete state replaces the one before it. `backlog.ts` does
 * the merging.
 */
import * as Predicate from "effect/Predicate"
import type { Notification } from "./notifications.ts"
import type { TurnEvent } from "../../Turn.ts"
import type { Merging, Place } from "./backlog.ts"

/** Merges the notifications of any thread. */
export const mergeDeltas: Merging<Notification> = {
  place: (notification) => {
    switch (notification.method) {
      case "item/agentMessage/delta":
      case "item/plan/delta":
      case "item/commandExecution/outputDelta":
      case "item/fileChange/outputDelta":
      case "thread/realtime/item/transcript/delta": {
        const { itemId, threadId } = notification.params
        return text(ofItem(threadId, itemId), notification.method)
      }
      case "item/reasoning/textDelta": {
        const { contentIndex, itemId, threadId } = notification.params
        return text(ofItem(threadId, itemId), `content ${contentIndex}`)
      }
      case "item/reasoning/summaryTextDelta": {
        const { itemId, summaryIndex, threadId } = notification.params
        return text(ofItem(threadId, itemId), `summary ${summaryIndex}`)
      }
      case "thread/realtime/transcript/delta": {
        const { role, threadId } = notification.params
        return text(ofThread(threadId), `transcript ${role}`)
      }
      case "command/exec/outputDelta": {
        const { deltaBase64, processId, stream } = notification.params
        return output(`command ${processId}`, stream, deltaBase64)
      }
      case "process/outputDelta": {
        const { deltaBase64, processHandle, stream } = notification.params
        return output(`process ${processHandle}`, stream, deltaBase64)
      }
      case "process/exited":
        return alone(`process ${notification.params.processHandle}`)
      case "item/fileChange/patchUpdated": {
        const { itemId, threadId } = notification.params
        return state(ofItem(threadId, itemId), notification.method)
      }
      case "turn/diff/updated":
      case "turn/plan/updated":
      case "thread/tokenUsage/updated":
      case "thread/status/changed":
      case "thread/name/updated":
      case "thread/settings/updated":
      case "thread/queue/changed":
        return state(ofThread(notification.params.threadId), notification.method)
      // An update has only what changed, so an earlier one still counts.
      case "account/rateLimits/updated":
        return alone("account")
      default:
        return alone(scopeOf(notification))
    }
  },
  bytes: (notification) => {
    switch (notification.method) {
      // Small and frequent notifications: skip the walk through their fields.
      case "item/agentMessage/delta":
      case "item/commandExecution/outputDelta":
      case "item/reasoning/textDelta":
      case "item/reasoning/summaryTextDelta":
      case "item/plan/delta":
        return eventBytes + 2 * notification.params.delta.length
      default:
        return eventBytes + heldBy(notification.raw)
    }
  },
  text: (notification) => {
    if (!("params" in notification)) return ""
    const { params } = notification
    if ("deltaBase64" in params) return bytesOf(String(params.deltaBase64)) ?? ""
    return "delta" in params ? String(params.delta) : ""
  },
  withText: (notification, text) => {
    if (!("params" in notification)) return notification
    const told = "deltaBase64" in notification.params ? { deltaBase64: btoa(text) } : { delta: text }
    // Type boundary: each notification of kind `text` has this field, and it is a string. `raw` gets the text too, so
    // that it agrees with `params`.
    return {
      ...notification,
      params: { ...notification.params, ...told },
      raw: { ...notification.raw, params: { ...Object(notification.raw["params"]), ...told } }
    } as Notification
  }
}

/** The same for the events of a turn. A snapshot is of kind `alone`. */
export const mergeEvents: Merging<TurnEvent> = {
  place: (event) => (event.method === "~snapshot" ? alone(undefined) : mergeDeltas.place(event)),
  // The turn owns the content of a snapshot, so it is not counted again.
  bytes: (event) => (event.method === "~snapshot" ? eventBytes : mergeDeltas.bytes(event)),
  text: (event) => (event.method === "~snapshot" ? "" : mergeDeltas.text(event)),
  withText: (event, text) => (event.method === "~snapshot" ? event : mergeDeltas.withText(event, text))
}

// internal

/** Roughly the memory that the objects of one event take, without its texts. */
const eventBytes = 512

const ofThread = (threadId: string): string => `thread ${threadId}`
const ofItem = (threadId: string, itemId: string): string => `item ${threadId} ${itemId}`

const text = (scope: string, key: string): Place => ({ kind: "text", scope, key })
const state = (scope: string, key: string): Place => ({ kind: "state", scope, key })
const alone = (scope: string | undefined): Place => ({ kind: "alone", scope, key: "" })

// Each piece is encoded separately and may end with padding, so the pieces are joined as bytes.
const output = (scope: string, stream: string, base64: string): Place =>
  bytesOf(base64) === undefined ? alone(scope) : text(scope, stream)

/** The decoded bytes, one character for each; `undefined` if the input is not base64. */
const bytesOf = (base64: string): string | undefined => {
  try {
    return atob(base64)
  } catch {
    return undefined
  }
}

/** The scope of a notification of kind `alone`: an item, if it names one. Otherwise it may be about anything. */
const scopeOf = ({ method, raw }: Notification): string | undefined => {
  const params = raw["params"]
  if (!Predicate.isReadonlyObject(params)) return undefined
  const { item, itemId, threadId } = params
  const id = typeof itemId === "string" ? itemId : Predicate.isReadonlyObject(item) ? item["id"] : undefined
  if (typeof threadId === "string" && typeof id === "string") return ofItem(threadId, id)
  return isAside(method) ? "" : undefined
}

// Notifications that are not about anything that is merged.
const asides: ReadonlySet<string> = new Set<Notification["method"]>([
  "warning",
  "guardianWarning",
  "configWarning",
  "deprecationNotice",
  "error",
  "hook/started",
  "hook/completed",
  "serverRequest/resolved",
  "fs/changed",
  "app/list/updated",
  "skills/changed",
  "mcpServer/startupStatus/updated",
  "mcpServer/event/stream/notification",
  "externalAgentConfig/import/progress",
  "fuzzyFileSearch/sessionUpdated",
  "thread/search/partial",
  "thread/realtime/outputAudio/delta"
])

const isAside = (method: string): boolean => asides.has(method)

/**
 * Roughly the maximum number of bytes that a JSON value takes. Not recursive, because the server can nest values to
 * any depth.
 */
const heldBy = (value: unknown): number => {
  let bytes = 0
  const left = [value]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next === "string") bytes += 2 * next.length
    else if (Array.isArray(next)) for (const element of next) left.push(element ?? 0)
    else if (Predicate.isReadonlyObject(next)) for (const key in next) left.push(next[key] ?? 0)
    bytes += 16
  }
  return bytes
}
