/**
 * What stands between the reader, which must never wait, and one consumer, which may be slow. When the consumer lags,
 * events are merged, so that the backlog is bounded by what the items contain and not by how finely they were cut; past
 * a number of bytes, events are given up.
 *
 * Plain code rather than a `Queue`, since merging has to look at what waits. One consumer at a time.
 */
import * as Arr from "effect/Array"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import { Backlog, type Merging } from "./backlog.ts"

/** When a buffer begins to save, and how. */
export interface Limit<A, E> {
  /** Below this backlog the consumer keeps up, and gets elements as they came. Default: 1024. */
  readonly capacity?: number | undefined
  /** The same in bytes, unless a full buffer ends. Default: 8 MiB. */
  readonly capacityBytes?: number | undefined
  /** Above either: merge what can be merged, drop texts, or end with a failure. Default: `merge`. */
  readonly whenFull?: "merge" | "drop" | Effect.Effect<never, E> | undefined
  /** No more than this waits, whatever it is, unless it is one element. Default: 64 MiB. */
  readonly maxBytes?: number | undefined
  /** What stands for all that waits when that is too much; the newest is in it. Without it the oldest are given up. */
  readonly standIn?: (() => ReadonlyArray<A>) | undefined
}

/** A buffer for one consumer. A class, since there is one for each turn that is started by a handle. */
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
  /** How many of those that wait don't count, since no consumer could have taken them. */
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

  /** Adds an element; after the end nothing. */
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

  /** Puts elements in that came before there was a consumer: they are kept as they are, whatever the capacity. */
  prefill(elements: ReadonlyArray<A>): void {
    for (const element of elements) this.#backlog.add(element)
    this.#prefilled += elements.length
  }

  /** Ends the buffer: what waits is still delivered, then this failure, or `Cause.done()`. Later calls change nothing. */
  end(end: Effect.Effect<never, E | Cause.Done>): void {
    if (this.#ended !== undefined) return
    this.#ended = end
    this.#notify()
  }

  /** Everything that waits, at least one element; then the end. */
  get stream(): Stream.Stream<A, E> {
    return Stream.fromPull(Effect.succeed(this.#pull()))
  }

  /** How many elements wait. */
  size(): number {
    return this.#backlog.size
  }

  /** Takes everything that waits, for another buffer. */
  drain(): ReadonlyArray<A> {
    return this.#backlog.take()
  }

  /** Calls back once, when elements are given up because too many bytes wait; at once if some were. */
  onLost(listener: () => void): void {
    this.#lostListener = listener
    if (this.#isLost) listener()
  }

  #lose(): void {
    if (this.#standIn === undefined) {
      // By half, so that the next ones need not do it again.
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

  // Resuming runs the consumer, here and now: once per burst, not once per element. A long burst is handed over in
  // parts, so that a consumer that keeps up never reaches the capacity.
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
      // The consumer's fiber may have yielded since it looked, and missed the wake.
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
