/**
 * The elements that wait for one consumer, in order and counted. Merging makes them fewer when there are too many.
 * Plain data, no fibers. `eventBuffer.ts` decides when to merge and wakes the consumer; `mergeDeltas.ts` decides what
 * can be merged.
 */
import { type GrowingText, growText, wholeText } from "./growText.ts"

/** How an element relates to the elements before and after it. */
export interface Place {
  /**
   * - `text`: its text continues that of the previous element with the same key.
   * - `state`: it replaces the previous element with the same key, which is dropped.
   * - `alone`: it is kept as it is. Later elements of its scope are not merged with earlier ones.
   */
  readonly kind: "text" | "state" | "alone"
  /** What the element is about, such as an item. `undefined` means everything. */
  readonly scope: string | undefined
  /** Two elements of one scope can be merged only if their keys are equal. */
  readonly key: string
}

/** How waiting elements are merged. */
export interface Merging<A> {
  readonly place: (element: A) => Place
  /** Roughly the maximum number of bytes that the element holds. Called for each element. */
  readonly bytes: (element: A) => number
  /** The text of an element of kind `text`. */
  readonly text: (element: A) => string
  /** The same element with another text. */
  readonly withText: (element: A, text: string) => A
}

/** Elements in order. `add` keeps an element unchanged; `merge` merges it with a waiting one if possible. */
export class Backlog<A> {
  readonly #merging: Merging<A> | undefined
  /** The elements that arrived before anything was merged. */
  #early: Array<A> = []
  /** The elements since then. Each is an entry, and any entry can be dropped. */
  readonly #late = new Set<Entry<A>>()
  /** The entry that the next element of a key is merged into, by scope and key. */
  readonly #open = new Map<string, Map<string, Entry<A>>>()
  #bytes = 0

  constructor(merging: Merging<A> | undefined) {
    this.#merging = merging
  }

  get size(): number {
    return this.#early.length + this.#late.size
  }

  /** Roughly how many bytes wait. */
  get bytes(): number {
    return this.#bytes
  }

  /** Whether merging has started. Later elements must be merged too, or they would overtake earlier ones. */
  get isMerging(): boolean {
    return this.#late.size > 0
  }

  /** Keeps an element unchanged. */
  add(element: A): void {
    this.#early.push(element)
    if (this.#merging !== undefined) this.#bytes += this.#merging.bytes(element)
  }

  /** Keeps an element, merged with a waiting one if possible. With `dropText`, an element of kind `text` is dropped. */
  merge(element: A, dropText: boolean): void {
    const merging = this.#merging
    if (merging === undefined) return this.add(element)
    const { key, kind, scope } = merging.place(element)
    if (kind === "text" && dropText) return
    if (kind === "alone") {
      if (scope === undefined) this.#open.clear()
      else this.#open.delete(scope)
      this.#append({ element, bytes: merging.bytes(element), growing: undefined })
      return
    }
    const open = this.#openIn(scope ?? "")
    const earlier = open.get(key)
    if (kind === "text" && earlier?.growing !== undefined) {
      const text = merging.text(element)
      growText(earlier.growing, text)
      earlier.element = element
      earlier.bytes += 2 * text.length
      this.#bytes += 2 * text.length
      return
    }
    if (earlier !== undefined) this.#remove(earlier)
    const growing = kind === "text" ? { text: "", tail: merging.text(element) } : undefined
    const entry = { element, bytes: merging.bytes(element), growing }
    open.set(key, entry)
    this.#append(entry)
  }

  /** Removes and returns all elements. */
  take(): ReadonlyArray<A> {
    const taken = this.#early
    const merging = this.#merging
    if (merging !== undefined) {
      for (const { element, growing } of this.#late) {
        taken.push(growing === undefined ? element : merging.withText(element, wholeText(growing)))
      }
    }
    this.#early = []
    this.clear()
    return taken
  }

  /** Drops all elements. */
  clear(): void {
    this.#early = []
    this.#bytes = 0
    if (this.#late.size === 0) return
    this.#late.clear()
    this.#open.clear()
  }

  /** Drops the oldest elements until at most `bytes` wait. The newest is never dropped. */
  dropTo(bytes: number): void {
    const merging = this.#merging
    if (merging === undefined) return
    let dropped = 0
    for (const element of this.#early) {
      if (this.#bytes <= bytes || dropped === this.size - 1) break
      this.#bytes -= merging.bytes(element)
      dropped++
    }
    this.#early.splice(0, dropped)
    for (const entry of this.#late) {
      if (this.#bytes <= bytes || this.size === 1) break
      this.#remove(entry)
    }
    // The open entries may include dropped ones.
    this.#open.clear()
  }

  #append(entry: Entry<A>): void {
    this.#late.add(entry)
    this.#bytes += entry.bytes
  }

  #remove(entry: Entry<A>): void {
    this.#late.delete(entry)
    this.#bytes -= entry.bytes
  }

  #openIn(scope: string): Map<string, Entry<A>> {
    const known = this.#open.get(scope)
    if (known !== undefined) return known
    const made = new Map<string, Entry<A>>()
    this.#open.set(scope, made)
    return made
  }
}

// internal

interface Entry<A> {
  /** The latest element that was merged into the entry. */
  element: A
  bytes: number
  /** The merged text, for elements of kind `text`. */
  readonly growing: GrowingText | undefined
}
