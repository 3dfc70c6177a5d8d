/**
 * Limits how many turns run at once, over all keys and for each key. It is the `Admission` of every connection of a
 * pool, and does not know what a turn does. `processes.ts` decides which processes exist.
 *
 * States of a turn:
 *
 * - `waiting`: the limits allow no further turn of its key now. Left when a turn ends and it is next, when it gives up,
 *   or when its connection ends: then it goes on without a place, to fail with the error of the connection.
 * - `running`: it counts. Left by `leave`, however the turn ended.
 * - `left`: final.
 *
 * A closed gate admits no turn. Waiting turns fail with `PoolClosed`; running turns go on until `stopAll`.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { CodexError, PoolClosed, Saturated } from "../../CodexError.ts"
import type { Admission, Request, Ticket } from "../session/admission.ts"
import { FairQueue } from "./fairQueue.ts"

/** The limits of a gate. `Infinity` for none. */
export interface Limits {
  readonly maxTurns: number
  readonly maxTurnsPerKey: number
  readonly maxWaiting: number
  readonly maxWaitingPerKey: number
}

/** The admission of one connection. */
export interface ConnectionAdmission extends Admission {
  /** How many turns of the connection run. */
  readonly running: () => number
  /** Lets turns that wait go on without a place, because the connection has ended. */
  readonly end: () => void
}

/** Limits the turns of several connections. `K` is the identity of a key. */
export class TurnGate<K extends object> {
  readonly #limits: Limits
  readonly #queue: FairQueue<K, GateTurn<K>>
  readonly #running = new Set<GateTurn<K>>()
  readonly #perKey = new Map<K, number>()
  readonly #drained = Deferred.makeUnsafe<void>()
  #isClosed = false

  constructor(limits: Limits) {
    this.#limits = limits
    this.#queue = new FairQueue({ total: limits.maxWaiting, perKey: limits.maxWaitingPerKey })
  }

  /** Creates the admission of a connection of this key. `onChange` is called when its number of turns has changed. */
  connection(key: K, onChange: () => void): ConnectionAdmission {
    const own: Connection<K> = { key, running: 0, isEnded: false, onChange }
    return {
      ask: (request) => this.#ask(own, request),
      running: () => own.running,
      end: () => {
        own.isEnded = true
        for (const turn of this.#queue.remove(({ connection }) => connection === own)) admit(turn)
      }
    }
  }

  /** How many turns run. */
  get running(): number {
    return this.#running.size
  }

  /** How many turns of a key run. */
  runningOf(key: K): number {
    return this.#perKey.get(key) ?? 0
  }

  /** How many turns wait. */
  get waiting(): number {
    return this.#queue.size
  }

  /** How many turns of a key wait. */
  waitingOf(key: K): number {
    return this.#queue.sizeOf(key)
  }

  /** Admits no further turn. */
  close(): void {
    this.#isClosed = true
    for (const turn of this.#queue.remove()) {
      queueMicrotask(() => Deferred.doneUnsafe(turn.admitted, refused(turn.request)))
    }
    this.#noteDrained()
  }

  /** Waits until no turn runs, after the gate was closed. */
  get drained(): Effect.Effect<void> {
    return Deferred.await(this.#drained)
  }

  /** Interrupts all running turns concurrently, and waits a limited time for their ends. */
  get stopAll(): Effect.Effect<void> {
    return Effect.suspend(() =>
      Effect.forEach(Array.from(this.#running), ({ request }) => request.stop, {
        concurrency: "unbounded",
        discard: true
      })
    )
  }

  #ask(connection: Connection<K>, request: Request): Ticket {
    if (connection.isEnded) return passed
    if (this.#isClosed) return { admitted: Effect.suspend(() => refused(request)), leave: () => {} }
    const turn: GateTurn<K> = { connection, request, admitted: Deferred.makeUnsafe() }
    const { key } = connection
    const excess = this.#queue.excess(key)
    this.#queue.join(key, turn)
    this.#serve()
    const leave = () => this.#leave(turn)
    if (this.#running.has(turn)) return { admitted: undefined, leave }
    if (excess === undefined) return { admitted: Deferred.await(turn.admitted), leave }
    this.#queue.leave(key, turn)
    const reason = new Saturated({ ...excess, waitingFor: "turn" })
    return { admitted: Effect.fail(new CodexError({ method: request.method, reason })), leave: () => {} }
  }

  #serve(): void {
    const { maxTurns, maxTurnsPerKey } = this.#limits
    while (this.#running.size < maxTurns) {
      const turn = this.#queue.next((key) => this.runningOf(key) < maxTurnsPerKey)
      if (turn === undefined) return
      const { connection } = turn
      this.#running.add(turn)
      this.#perKey.set(connection.key, this.runningOf(connection.key) + 1)
      connection.running++
      admit(turn)
      connection.onChange()
    }
  }

  #leave(turn: GateTurn<K>): void {
    const { connection } = turn
    if (!this.#running.delete(turn)) return this.#queue.leave(connection.key, turn)
    const rest = this.runningOf(connection.key) - 1
    if (rest === 0) this.#perKey.delete(connection.key)
    else this.#perKey.set(connection.key, rest)
    connection.running--
    connection.onChange()
    this.#serve()
    this.#noteDrained()
  }

  #noteDrained(): void {
    if (this.#isClosed && this.#running.size === 0) Deferred.doneUnsafe(this.#drained, Exit.void)
  }
}

// internal

interface Connection<K> {
  readonly key: K
  running: number
  isEnded: boolean
  readonly onChange: () => void
}

interface GateTurn<K> {
  readonly connection: Connection<K>
  readonly request: Request
  readonly admitted: Deferred.Deferred<void, CodexError>
}

const passed: Ticket = { admitted: undefined, leave: () => {} }

// Later, because the caller may be the reader loop, and a waiter is resumed immediately.
const admit = ({ admitted }: GateTurn<unknown>): void => queueMicrotask(() => Deferred.doneUnsafe(admitted, Exit.void))

const refused = ({ method }: Request): Exit.Exit<never, CodexError> =>
  Exit.fail(new CodexError({ method, reason: new PoolClosed() }))
