/**
 * Permits for the calls of a connection, and the queue of waiters. It does not depend on what a holder does.
 *
 * This is plain code: a permit is taken and released once per call, and `Semaphore` costs more than the rest of a
 * call (speed guard: `test/jsonRpc/cost.test.ts`).
 *
 * At every moment, `held` does not exceed `limit`. While a permit is free, a waiter remains only until the owner asks
 * for the `next` one. Waiters are served in order of arrival. The queue is linked through the waiters themselves, so
 * a waiter that gives up leaves in constant time and leaves nothing behind.
 */

/** An element of the queue. It can be in the queue once at a time. */
export interface Waiter<W> {
  /** The neighbors in the queue. `Permits` owns both fields. */
  ahead: W | undefined
  behind: W | undefined
}

/** At most `limit` permits; `Infinity` for no limit. */
export class Permits<W extends Waiter<W>> {
  #held = 0
  #first: W | undefined
  #last: W | undefined
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes a permit if one is free and no waiter is in the queue. Returns whether it did. */
  take(): boolean {
    if (this.#held >= this.#limit || this.#first !== undefined) return false
    this.#held++
    return true
  }

  /** Releases a permit. The owner then asks for `next`. */
  release(): void {
    this.#held--
  }

  /**
   * Takes a permit for the first waiter and removes it from the queue. `undefined` if no permit is free or the queue
   * is empty.
   */
  next(): W | undefined {
    const waiter = this.#first
    if (waiter === undefined || this.#held >= this.#limit) return undefined
    this.leave(waiter)
    this.#held++
    return waiter
  }

  /** Adds a waiter to the end of the queue. */
  join(waiter: W): void {
    waiter.ahead = this.#last
    if (this.#last === undefined) this.#first = waiter
    else this.#last.behind = waiter
    this.#last = waiter
  }

  /** Removes a waiter from any position of the queue. The waiter must be in the queue. */
  leave(waiter: W): void {
    const { ahead, behind } = waiter
    if (ahead === undefined) this.#first = behind
    else ahead.behind = behind
    if (behind === undefined) this.#last = ahead
    else behind.ahead = ahead
    waiter.ahead = undefined
    waiter.behind = undefined
  }

  /** The first waiter in the queue; `behind` leads to the others. */
  get first(): W | undefined {
    return this.#first
  }
}
