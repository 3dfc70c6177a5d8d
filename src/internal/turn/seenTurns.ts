/**
 * What this program saw of turns with a key whose end it did not see, or that were interrupted: items that started,
 * and usage. The server keeps only what has completed: of a command that ran when the process was killed, its record
 * has nothing, although the command did happen.
 *
 * It outlives connections, threads and layers, because the next attempt may use others. It does not outlive the
 * program. The default is one memory for the whole program.
 *
 * States of a turn with a key:
 *
 * - `watched`: from the server's reply until the turn ends here. Nothing is kept yet.
 * - `kept`: entered if the turn ends without a completion or a failure that the server reported: the connection ended,
 *   the thread was unsubscribed, a limit was exceeded, or the turn was interrupted. Left when 128 others are newer.
 */
import * as Context from "effect/Context"
import type { TurnResult } from "../../Turn.ts"
import type { FollowedTurn } from "./followedTurn.ts"

/** How many turns are kept. */
const most = 128

/** A bounded memory of turns, by their id. */
export class Memory {
  readonly #turns: Map<string, TurnResult>
  readonly #onWatched: ((turn: FollowedTurn) => void) | undefined

  constructor(turns = new Map<string, TurnResult>(), onWatched?: (turn: FollowedTurn) => void) {
    this.#turns = turns
    this.#onWatched = onWatched
  }

  /** The same memory, which also tells a listener each turn, before any of its events is routed. */
  observed(onWatched: (turn: FollowedTurn) => void): Memory {
    return new Memory(this.#turns, onWatched)
  }

  /** Keeps what was collected of a turn, if it ends without an outcome. */
  readonly watch = (turn: FollowedTurn): void => {
    this.#onWatched?.(turn)
    const look = (): void => {
      if (!turn.isEnded()) return
      stop()
      const result = turn.resultSoFar()
      if (result.status !== "completed" && result.status !== "failed") this.#keep(turn.runningId(), result)
    }
    const stop = turn.observe(look)
    look()
  }

  /** What was seen of a turn, if it is kept. */
  find(turnId: string): TurnResult | undefined {
    return this.#turns.get(turnId)
  }

  #keep(turnId: string, result: TurnResult): void {
    this.#turns.delete(turnId)
    this.#turns.set(turnId, result)
    for (const oldest of this.#turns.keys()) {
      if (this.#turns.size <= most) return
      this.#turns.delete(oldest)
    }
  }
}

/** The memory of the program. */
export const SeenTurns: Context.Reference<Memory> = /*#__PURE__*/ Context.Reference<Memory>(
  "effect-codex/internal/turn/SeenTurns",
  { defaultValue: () => new Memory() }
)
