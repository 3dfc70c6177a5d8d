/**
 * What waits for one consumer that may be slow: in order, counted, and made less when it is too much. Plain data, no
 * fibers. When it is too much, and how a consumer is woken, is `eventBuffer.ts`; what can be merged is `mergeDeltas.ts`.
 */
import { type GrowingText, growText, wholeText } from "./growText.ts"

/** What the order of an element has to do with that of others. */
export interface Place {
  /**
   * - `text`: its text goes on with that of the element before it of the same key.
   * - `state`: it says all that the element before it of the same key says, and that one is given up.
   * - `alone`: it stays as it is. What comes after it in its scope is not merged with what came before it.
   */
  readonly kind: "text" | "state" | "alone"
  /** What it is about, such as an item; none: everything. */
  readonly scope: string | undefined
  /** What must be equal, within the scope, for two to become one. */
  readonly key: string
}

/** How elements that wait become fewer. */
export interface Merging<A> {
  readonly place: (element: A) => Place
  /** The most bytes that it holds, roughly. Asked for each element. */
  readonly bytes: (element: A) => number
  /** The text of one whose place is `text`. */
  readonly text: (element: A) => string
  /** The same element with another text. */
  readonly withText: (element: A, text: string) => A
}

/** Elements in order. `add` keeps one as it is, `merge` does what it can to keep no more. */
export class Backlog<A> {
  readonly #merging: Merging<A> | undefined
  /** What came before anything was merged. */
  #early: Array<A> = []
  /** What came since, each an entry, of which any can be given up. */
  readonly #late = new Set<Entry<A>>()
  /** The entry that the next element of a key becomes part of, by scope and key. */
  readonly #open = new Map<string, Map<string, Entry<A>>>()
  #bytes = 0

  constructor(merging: Merging<A> | undefined) {
    this.#merging = merging
  }

  get size(): number {
    return this.#early.length + this.#late.size
  }

  /** About how many bytes wait. */
  get bytes(): number {
    return this.#bytes
  }

  /** Whether elements are being merged: then those that follow must be, too, or they would overtake. */
  get isMerging(): boolean {
    return this.#late.size > 0
  }

  /** Keeps an element as it came. */
  add(element: A): void {
    this.#early.push(element)
    if (this.#merging !== undefined) this.#bytes += this.#merging.bytes(element)
  }

  /** Keeps an element, merged with what waits where that is possible. `dropText`: or gives it up, if it is a text. */
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

  /** Takes everything. */
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

  /** Gives up everything. */
  clear(): void {
    this.#early = []
    this.#bytes = 0
    if (this.#late.size === 0) return
    this.#late.clear()
    this.#open.clear()
  }

  /** Gives up the oldest until no more than so many bytes wait, but never the newest. */
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
    // They may hold what was given up.
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
  /** The latest. */
  element: A
  bytes: number
  /** The text of all that it was merged of, if it is a text. */
  readonly growing: GrowingText | undefined
}
