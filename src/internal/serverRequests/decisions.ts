/**
 * Publishes decisions to subscribers. Each subscriber has its own buffer, so a slow one never blocks the others.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as eventBuffer from "../client/eventBuffer.ts"
import type { Decision } from "./types.ts"

/** The decisions of one connection. */
export interface Decisions {
  readonly publish: (decision: Decision) => void
  /** Ends all streams. A stream that starts later ends immediately. */
  readonly end: () => void
  /** Emits the decisions from the moment the stream starts. */
  readonly stream: Stream.Stream<Decision>
}

/** Creates decisions without subscribers. */
export const make = (): Decisions => {
  const observers = new Set<eventBuffer.EventBuffer<Decision, never>>()
  let ended = false
  return {
    publish: (decision) => {
      for (const observer of observers) observer.offer(decision)
    },
    end: () => {
      ended = true
      for (const observer of observers) observer.end(Cause.done())
    },
    stream: Stream.unwrap(
      Effect.map(
        Effect.acquireRelease(
          Effect.sync(() => {
            const buffer = eventBuffer.make<Decision>()
            if (ended) buffer.end(Cause.done())
            else observers.add(buffer)
            return buffer
          }),
          (buffer) => Effect.sync(() => observers.delete(buffer))
        ),
        ({ stream }) => stream
      )
    )
  }
}
