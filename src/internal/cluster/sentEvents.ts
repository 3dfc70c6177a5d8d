/**
 * Events of a turn as JSON, to send them from the runner that has the turn to a client on another machine.
 *
 * A notification is sent as the server sent it, and decoded by the client. Options of a snapshot become `null`; its
 * items are not decoded again, because the runner did that.
 */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { TurnEvent, TurnState } from "../../Turn.ts"
import * as notifications from "../client/notifications.ts"

/** An event of a turn. */
export const SentEvent = Schema.Json

/** Returns an event as JSON. */
export const send = (event: TurnEvent): Schema.Json => {
  if (event.method !== "~snapshot") return plain("raw" in event ? event.raw : event)
  const { diff, retrying, usage, ...state } = event.state
  return plain({
    method: event.method,
    state: {
      ...state,
      diff: Option.getOrNull(diff),
      retrying: Option.getOrNull(retrying),
      usage: Option.getOrNull(usage)
    }
  })
}

/** Returns the event that was sent. */
export const receive = (sent: Schema.Json): TurnEvent => {
  if (isSnapshot(sent)) {
    const { diff, retrying, usage, ...state } = sent.state
    return {
      method: sent.method,
      state: {
        ...state,
        diff: Option.fromNullOr(diff),
        retrying: Option.fromNullOr(retrying),
        usage: Option.fromNullOr(usage)
      }
    }
  }
  const message = Predicate.isReadonlyObject(sent) ? sent : {}
  const method = typeof message["method"] === "string" ? message["method"] : ""
  return notifications.decode({ method, params: message["params"], message })
}

/** Returns a value as JSON: without fields that are `undefined`. */
export const plain = (value: unknown): Schema.Json =>
  // Type boundary: what `JSON.parse` returns is JSON.
  JSON.parse(JSON.stringify(value)) as Schema.Json

// internal

type Nullable = "diff" | "retrying" | "usage"

interface SentSnapshot {
  readonly method: "~snapshot"
  readonly state: Omit<TurnState, Nullable> & {
    readonly [Field in Nullable]: TurnState[Field] extends Option.Option<infer A> ? A | null : never
  }
}

// A runner creates snapshots with `send`, so the state is as it says.
const isSnapshot = (sent: unknown): sent is SentSnapshot =>
  Predicate.isReadonlyObject(sent) && sent["method"] === "~snapshot"
