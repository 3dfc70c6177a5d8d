/**
 * A buffer between the reader loop, which must never wait, and one consumer, which may be slow. When the consumer
 * lags, events are merged, so the size of the backlog depends on the content of the items and not on the number of
 * deltas. Above a maximum number of bytes, events are dropped.
 *
 * Plain code and not a `Queue`, because merging inspects the waiting elements. One consumer at a time.
 */
import * as Arr from "effect/Array"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import { Backlog, type Merging } from "./backlog.ts"

/** When a buffer starts to save memory, and how. */
export interface Limit<A, E> {
  /** Up to this many waiting elements, they are delivered unchanged. Default: 1024. */
  readonly capacity?: number | undefined
  /** The same limit in bytes. Not used if a full buffer ends with a failure. Default: 8 MiB. */
  readonly capacityBytes?: number | undefined
  /** What happens above either limit: merge, drop texts, or end with a failure. Default: `merge`. */
  readonly whenFull?: "merge" | "drop" | Effect.Effect<never, E> | undefined
  /** Maximum number of bytes that wait, unless a single element is larger. Default: 64 MiB. */
  readonly maxBytes?: number | undefined
  /**
   * Returns replacements for all waiting elements when `maxBytes` is exceeded; they must include the newest. If it is
   * not set, the oldest elements are dropped.
   */
  readonly standIn?: (() => ReadonlyArray<A>) | undefined
}

/** A buffer for one consumer. A class, because there is one for each turn that a handle starts. */
export class EventBuffer<A, E> {
  readonly #backlog: Backlog<A>
  readonly #capacity: number
  readonly #capacityBytes: number
  readonly #whenFull: "merge" | "drop" | Effect.Effect<never, E>
  readonly #maxBytes: number
  readonly #standIn: (() => ReadonlyArray<A>) | undefined
  readonly #burst: number
  #ended: Effect.Effect<never, E | Cause.Done> | undefined
  #wake: (() => void) | undefined
  #isScheduled = false
  /** How many waiting elements do not count, because they arrived before there was a consumer. */
  #prefilled = 0
  #isLost = false
  #lostListener: (() => void) | undefined

  constructor(merging: Merging<A> | undefined, limit: Limit<A, E>) {
    const { capacity = 1024, capacityBytes = 8 * MiB, maxBytes = 64 * MiB, standIn, whenFull = "merge" } = limit
    this.#backlog = new Backlog(merging)
    this.#capacity = capacity
    this.#capacityBytes = capacityBytes
    this.#whenFull = whenFull
    this.#maxBytes = maxBytes
    this.#standIn = standIn
    this.#burst = Math.min(256, capacity)
  }

  /** Adds an element. Does nothing after the end. */
  offer(element: A): void {
    if (this.#ended !== undefined) return
    const backlog = this.#backlog
    const whenFull = this.#whenFull
    const isFull = backlog.size >= this.#capacity + this.#prefilled
    if (Effect.isEffect(whenFull)) {
      if (isFull || backlog.bytes > this.#maxBytes) this.#ended = whenFull
      else backlog.add(element)
      return this.#notify()
    }
    if (isFull || backlog.isMerging || backlog.bytes >= this.#capacityBytes) backlog.merge(element, whenFull === "drop")
    else backlog.add(element)
    if (backlog.bytes > this.#maxBytes && backlog.size > 1) this.#lose()
    this.#notify()
  }

  /** Adds elements that arrived before there was a consumer. They are kept unchanged, whatever the capacity. */
  prefill(elements: ReadonlyArray<A>): void {
    for (const element of elements) this.#backlog.add(element)
    this.#prefilled += elements.length
  }

  /** Ends the buffer with this failure or `Cause.done()`, after the waiting elements. Later calls have no effect. */
  end(end: Effect.Effect<never, E | Cause.Done>): void {
    if (this.#ended !== undefined) return
    this.#ended = end
    this.#notify()
  }

  /** Emits all waiting elements, at least one at a time, and then the end. */
  get stream(): Stream.Stream<A, E> {
    return Stream.fromPull(Effect.succeed(this.#pull()))
  }

  /** The number of waiting elements. */
  size(): number {
    return this.#backlog.size
  }

  /** Removes and returns all waiting elements, for another buffer. */
  drain(): ReadonlyArray<A> {
    return this.#backlog.take()
  }

  /**
   * Calls the listener once, when elements are dropped because too many bytes wait; immediately if some were dropped.
   */
  onLost(listener: () => void): void {
    this.#lostListener = listener
    if (this.#isLost) listener()
  }

  #lose(): void {
    if (this.#standIn === undefined) {
      // Drop down to half, so that the next elements do not trigger it again.
      this.#backlog.dropTo(this.#maxBytes / 2)
    } else {
      this.#backlog.clear()
      for (const element of this.#standIn()) this.#backlog.add(element)
    }
    this.#prefilled = 0
    if (this.#isLost) return
    this.#isLost = true
    this.#lostListener?.()
  }

  // Resuming runs the consumer synchronously, so it happens once per burst and not once per element. A long burst is
  // delivered in parts, so a consumer that keeps up never reaches the capacity.
  #notify(): void {
    if (this.#wake === undefined) return
    if (this.#backlog.size >= this.#burst) return this.#resume()
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => this.#resume())
  }

  #resume(): void {
    this.#isScheduled = false
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  #pull(): Pull.Pull<Arr.NonEmptyReadonlyArray<A>, E> {
    const awaitNext = Effect.callback<void>((resume) => {
      // The consumer's fiber may have yielded after its check, and missed the wake.
      if (this.#backlog.size > 0 || this.#ended !== undefined) return resume(Effect.void)
      this.#wake = () => resume(Effect.void)
      return Effect.sync(() => {
        this.#wake = undefined
      })
    })
    const pull: Pull.Pull<Arr.NonEmptyReadonlyArray<A>, E> = Effect.suspend(() => {
      if (this.#backlog.size > 0) {
        const batch = this.#backlog.take()
        this.#prefilled = 0
        if (Arr.isReadonlyArrayNonEmpty(batch)) return Effect.succeed(batch)
      }
      return this.#ended ?? Effect.andThen(awaitNext, pull)
    })
    return pull
  }
}

/** An empty buffer. */
export const make = <A, E = never>(merging?: Merging<A>, limit: Limit<A, E> = {}): EventBuffer<A, E> =>
  new EventBuffer(merging, limit)

// internal

const MiB = 2 ** 20
