/**
 * Who hears of decisions: each consumer has a buffer of its own, so that one who is slow keeps nobody waiting.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as eventBuffer from "../client/eventBuffer.ts"
import type { Decision } from "./types.ts"

/** The decisions of one connection. */
export interface Decisions {
  readonly publish: (decision: Decision) => void
  /** Ends all streams; later ones end at once. */
  readonly end: () => void
  /** The decisions from the moment it runs. */
  readonly stream: Stream.Stream<Decision>
}

/** Decisions that nobody hears of yet. */
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
      observers.clear()
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
