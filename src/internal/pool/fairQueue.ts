/**
 * A queue of waiters that belong to keys. Keys are served in turns, and the waiters of one key in order of arrival, so
 * a key with many waiters delays another key by one waiter at a time. It does not know what the waiters wait for.
 *
 * Plain synchronous code. A key is compared by identity. It is in the queue while it has waiters, and nothing of it
 * stays behind.
 */

/** How many waiters a queue accepts. */
export interface Bounds {
  /** Over all keys: `maxWaiting`. */
  readonly total: number
  /** Of one key: `maxWaitingPerKey`. */
  readonly perKey: number
}

/** The bound that was reached. */
export interface Excess {
  readonly scope: "key" | "pool"
  readonly waiting: number
  readonly limit: number
}

/** A queue that serves keys in turns. */
export class FairQueue<K, W> {
  /** The keys in the order in which they are served, with their waiters. A key that was served goes to the end. */
  readonly #lines = new Map<K, Set<W>>()
  readonly #bounds: Bounds
  #size = 0

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  /** The number of waiters. */
  get size(): number {
    return this.#size
  }

  /** The number of waiters of a key. */
  sizeOf(key: K): number {
    return this.#lines.get(key)?.size ?? 0
  }

  /** The keys that have waiters. */
  keys(): Iterable<K> {
    return this.#lines.keys()
  }

  /** The bound that another waiter of this key would exceed; `undefined` if there is room. */
  excess(key: K): Excess | undefined {
    const { perKey, total } = this.#bounds
    const own = this.sizeOf(key)
    if (own >= perKey) return { scope: "key", waiting: own, limit: perKey }
    return this.#size >= total ? { scope: "pool", waiting: this.#size, limit: total } : undefined
  }

  /** Adds a waiter behind those of its key. */
  join(key: K, waiter: W): void {
    const line = this.#lines.get(key)
    if (line === undefined) this.#lines.set(key, new Set([waiter]))
    else line.add(waiter)
    this.#size++
  }

  /** Removes a waiter, if it is in the queue. */
  leave(key: K, waiter: W): void {
    const line = this.#lines.get(key)
    if (line?.delete(waiter) !== true) return
    this.#size--
    if (line.size === 0) this.#lines.delete(key)
  }

  /** Removes and returns the first waiter of the first key that can be served; `undefined` if there is none. */
  next(canServe: (key: K) => boolean): W | undefined {
    for (const [key, line] of this.#lines) {
      const [waiter] = line
      if (waiter === undefined || !canServe(key)) continue
      this.leave(key, waiter)
      if (this.#lines.delete(key)) this.#lines.set(key, line)
      return waiter
    }
    return undefined
  }

  /** Removes and returns all waiters, or those for which `isMeant` returns true. */
  remove(isMeant: (waiter: W) => boolean = () => true): ReadonlyArray<W> {
    const removed: Array<W> = []
    for (const [key, line] of this.#lines) {
      for (const waiter of line) {
        if (!isMeant(waiter)) continue
        removed.push(waiter)
        this.leave(key, waiter)
      }
    }
    return removed
  }
}
