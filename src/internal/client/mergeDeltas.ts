/**
 * How deltas of one item become one delta, for buffers whose consumer lags. Everything but a delta stands alone.
 */
import type { Notification } from "../../Notification.ts"
import type { TurnEvent } from "../../Turn.ts"
import type { Merge } from "./eventBuffer.ts"
import { growText } from "./growText.ts"

/** Merges text deltas of the same item, and of the same part of it. */
export const mergeDeltas: Merge<Notification> = {
  key: (notification) => {
    switch (notification.method) {
      case "item/agentMessage/delta":
      case "item/plan/delta":
      case "item/commandExecution/outputDelta":
      case "item/fileChange/outputDelta":
        return `${notification.method} ${notification.params.threadId} ${notification.params.itemId}`
      case "item/reasoning/textDelta":
        return `${notification.method} ${notification.params.threadId} ${notification.params.itemId} ${notification.params.contentIndex}`
      case "item/reasoning/summaryTextDelta":
        return `${notification.method} ${notification.params.threadId} ${notification.params.itemId} ${notification.params.summaryIndex}`
      default:
        return undefined
    }
  },
  merge: (earlier, later) => {
    if (!("params" in earlier && "params" in later && "delta" in earlier.params && "delta" in later.params))
      return later
    const delta = growText(String(earlier.params.delta), String(later.params.delta))
    // Type boundary: equal keys mean equal methods, and `delta` is a string in each of them. `raw` gets the merged text too, so that it
    // doesn't contradict `params`.
    return {
      ...later,
      params: { ...later.params, delta },
      raw: { ...later.raw, params: { ...Object(later.raw["params"]), delta } }
    } as Notification
  }
}

/** The same for the events of a turn, among which a snapshot stands alone. */
export const mergeEvents: Merge<TurnEvent> = {
  key: (event) => (event.method === "~snapshot" ? undefined : mergeDeltas.key(event)),
  merge: (earlier, later) =>
    earlier.method === "~snapshot" || later.method === "~snapshot" ? later : mergeDeltas.merge(earlier, later)
}
