/**
 * Tells the program's log that a turn waits for a model that can't be reached: whoever merely runs the turn sees no
 * events, and the server goes on trying for minutes, or for ever. What the server says about it is not logged; it is in
 * the turn's `error` events.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { FollowedTurn, RetryListener } from "./followedTurn.ts"

/**
 * Logs a warning when the server retries in this turn for the first time.
 *
 * It is logged with the caller's loggers, in a fiber of its own that begins then, so that a turn without trouble costs
 * none.
 */
export const warn = (turn: FollowedTurn): Effect.Effect<void> =>
  Effect.contextWith((context: Context.Context<never>) =>
    Effect.sync(() => turn.onFirstRetry(new RetryWarning(context)))
  )

// internal

/** A class, since there is one for each turn. */
class RetryWarning implements RetryListener {
  readonly #context: Context.Context<never>

  constructor(context: Context.Context<never>) {
    this.#context = context
  }

  onRetry({ threadId, turnId }: FollowedTurn): void {
    Effect.runForkWith(this.#context)(Effect.annotateLogs(Effect.logWarning(line), { threadId, turnId }))
  }
}

const line =
  "The connection to the model failed, and the server tries again to reach it, perhaps for minutes; the turn goes on meanwhile. `maxDuration` or `idleTimeout` limit it. `turn.state.retrying` and the turn's `error` events tell why"
