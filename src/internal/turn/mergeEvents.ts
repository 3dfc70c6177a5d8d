/**
 * How the events of a turn are merged for a consumer that lags: deltas like any notification's, and a snapshot stands alone.
 */
import type { TurnEvent } from "../../Turn.ts"
import type { Merge } from "../client/eventBuffer.ts"
import { mergeDeltas } from "../client/mergeDeltas.ts"

/** Merges the events of a turn. */
export const mergeEvents: Merge<TurnEvent> = {
  key: (event) => (event.method === "~snapshot" ? undefined : mergeDeltas.key(event)),
  merge: (earlier, later) =>
    earlier.method === "~snapshot" || later.method === "~snapshot" ? later : mergeDeltas.merge(earlier, later)
}
