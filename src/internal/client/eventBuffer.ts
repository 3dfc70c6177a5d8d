/**
 * What waits between the reader, which must never wait, and one consumer, which may be slow. Nothing is lost; when the consumer lags, deltas of
 * the same item are merged, so that the backlog is bounded by what the items contain and not by how finely they were cut.
 *
 * Plain code rather than a `Queue`, since merging has to look at what waits. One consumer at a time.
 */
import * as Arr from "effect/Array"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"

/** How two waiting elements become one. */
export interface Merge<A> {
  /** What must be equal for two elements to be merged; `undefined` for elements that stand alone, which nothing is moved past. */
  readonly key: (element: A) => string | undefined
  readonly merge: (earlier: A, later: A) => A
}

/** A buffer for one consumer. */
export interface EventBuffer<A, E> {
  readonly offer: (element: A) => void
  /** Puts elements in that came before there was a consumer: they are kept as they are, whatever the capacity. */
  readonly prefill: (elements: ReadonlyArray<A>) => void
  /** Ends the buffer: what waits is still delivered, then this failure, or `Cause.done()`. Later calls change nothing. */
  readonly end: (end: Effect.Effect<never, E | Cause.Done>) => void
  /** Everything that waits, at least one element; then the end. */
  readonly stream: Stream.Stream<A, E>
  readonly size: () => number
  /** Takes everything that waits, for another buffer. */
  readonly drain: () => ReadonlyArray<A>
}

/** When a buffer begins to save, and how. */
export interface Limit<E> {
  /** Below this backlog the consumer keeps up, and gets elements as they came. Default: 1024. */
  readonly capacity?: number | undefined
  /** Above it: merge what can be merged, drop what could be merged, or end with a failure. Default: `merge`. */
  readonly whenFull?: "merge" | "drop" | Effect.Effect<never, E> | undefined
}

/** An empty buffer. */
export const make = <A, E = never>(merging?: Merge<A>, limit: Limit<E> = {}): EventBuffer<A, E> => {
  const { capacity = 1024, whenFull = "merge" } = limit
  let waiting: Array<A> = []
  let ended: Effect.Effect<never, E | Cause.Done> | undefined
  let wake: (() => void) | undefined
  let scheduled = false
  const burst = Math.min(256, capacity)
  // How many of those that wait don't count, since nobody could have taken them.
  let prefilled = 0
  // Positions of mergeable elements at the tail of `waiting`, by key; emptied by each element that stands alone.
  const tail = new Map<string, number>()

  const resumeNow = () => {
    scheduled = false
    const resume = wake
    wake = undefined
    resume?.()
  }

  // Resuming runs the consumer, here and now: once per burst, not once per element. A long burst is handed over in parts, so that a consumer
  // that keeps up never reaches the capacity.
  const notify = () => {
    if (wake === undefined) return
    if (waiting.length >= burst) return resumeNow()
    if (scheduled) return
    scheduled = true
    queueMicrotask(resumeNow)
  }

  const append = (element: A): void => {
    if (merging === undefined || waiting.length < capacity + prefilled) {
      waiting.push(element)
      return
    }
    if (Effect.isEffect(whenFull)) {
      ended = whenFull
      return
    }
    const key = merging.key(element)
    if (key !== undefined && whenFull === "drop") return
    if (key === undefined) {
      tail.clear()
      waiting.push(element)
      return
    }
    const at = tail.get(key)
    const earlier = at === undefined ? undefined : waiting[at]
    if (at !== undefined && earlier !== undefined) {
      waiting[at] = merging.merge(earlier, element)
    } else {
      tail.set(key, waiting.length)
      waiting.push(element)
    }
  }

  const pull: Pull.Pull<Arr.NonEmptyReadonlyArray<A>, E> = Effect.suspend(() => {
    if (Arr.isArrayNonEmpty(waiting)) {
      const batch = waiting
      waiting = []
      prefilled = 0
      tail.clear()
      return Effect.succeed(batch)
    }
    return ended ?? Effect.andThen(awaitNext, pull)
  })

  const awaitNext = Effect.callback<void>((resume) => {
    // The consumer's fiber may have yielded since it looked, and missed the wake.
    if (waiting.length > 0 || ended !== undefined) return resume(Effect.void)
    wake = () => resume(Effect.void)
    return Effect.sync(() => {
      wake = undefined
    })
  })

  return {
    offer: (element) => {
      if (ended !== undefined) return
      append(element)
      notify()
    },
    prefill: (elements) => {
      waiting = waiting.concat(elements)
      prefilled += elements.length
    },
    end: (end) => {
      if (ended !== undefined) return
      ended = end
      notify()
    },
    stream: Stream.fromPull(Effect.succeed(pull)),
    size: () => waiting.length,
    drain: () => {
      const drained = waiting
      waiting = []
      tail.clear()
      return drained
    }
  }
}
