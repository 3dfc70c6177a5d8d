/**
 * Permits for the calls of a connection, and the line of those that wait for one. Plain code: a permit is taken and
 * given back twice per call, and `Semaphore` costs more than the rest of a call (speed guard:
 * `test/jsonRpc/cost.test.ts`). It knows nothing of what a holder does.
 *
 * The numbers hold at every moment: `held` never exceeds `limit`, and while a permit is free no waiter is left for
 * longer than it takes the owner to ask for the `next` one. Waiters are served in the order in which they came. The
 * line is linked through the waiters themselves, so that one which gives up leaves in constant time and nothing of it
 * stays behind.
 */

/** What can stand in the line: once at a time. */
export interface Waiter<W> {
  /** The neighbours in the line; the permits own both fields. */
  ahead: W | undefined
  behind: W | undefined
}

/** At most `limit` permits; `Infinity` for as many as are asked for. */
export class Permits<W extends Waiter<W>> {
  #held = 0
  #first: W | undefined
  #last: W | undefined
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes a permit if one is free and no waiter was there before; says whether it did. */
  take(): boolean {
    if (this.#held >= this.#limit || this.#first !== undefined) return false
    this.#held++
    return true
  }

  /** Gives back a permit. The owner then asks for `next`. */
  release(): void {
    this.#held--
  }

  /**
   * Takes a permit for the first waiter, which leaves the line; `undefined` if no permit is free or no waiter is there.
   */
  next(): W | undefined {
    const waiter = this.#first
    if (waiter === undefined || this.#held >= this.#limit) return undefined
    this.leave(waiter)
    this.#held++
    return waiter
  }

  /** Puts a waiter at the end of the line. */
  join(waiter: W): void {
    waiter.ahead = this.#last
    if (this.#last === undefined) this.#first = waiter
    else this.#last.behind = waiter
    this.#last = waiter
  }

  /** Takes a waiter out of the line, wherever it stands. Only for one that stands in it. */
  leave(waiter: W): void {
    const { ahead, behind } = waiter
    if (ahead === undefined) this.#first = behind
    else ahead.behind = behind
    if (behind === undefined) this.#last = ahead
    else behind.ahead = ahead
    waiter.ahead = undefined
    waiter.behind = undefined
  }

  /** The first of the line; `behind` leads to the others. */
  get first(): W | undefined {
    return this.#first
  }
}
