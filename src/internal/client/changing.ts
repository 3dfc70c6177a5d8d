/**
 * A value that changes, with its changes as a stream. Synchronous to set, so the reader loop can set it.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as eventBuffer from "./eventBuffer.ts"

/** A value and its observers. */
export class Changing<A> {
  #value: A
  #hasEnded = false
  readonly #observers = new Set<eventBuffer.EventBuffer<A, never>>()

  constructor(value: A) {
    this.#value = value
  }

  get(): A {
    return this.#value
  }

  /** Sets the value. Does nothing after the end. */
  set(value: A): void {
    if (this.#hasEnded) return
    this.#value = value
    for (const observer of this.#observers) observer.offer(value)
  }

  /** Keeps the value from now on, and ends all streams. */
  end(): void {
    this.#hasEnded = true
    for (const observer of this.#observers) observer.end(Cause.done())
    this.#observers.clear()
  }

  /** Emits the current value, then each new one. After the end it emits the last value and ends. */
  get changes(): Stream.Stream<A> {
    return Stream.unwrap(
      Effect.map(
        Effect.acquireRelease(
          Effect.sync(() => {
            const buffer = eventBuffer.make<A>()
            buffer.offer(this.#value)
            if (this.#hasEnded) buffer.end(Cause.done())
            else this.#observers.add(buffer)
            return buffer
          }),
          (buffer) => Effect.sync(() => this.#observers.delete(buffer))
        ),
        ({ stream }) => stream
      )
    )
  }
}
