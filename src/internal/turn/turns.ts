/**
 * Runs turns on a thread, one at a time, from the request to the end. `turnStarting.ts` starts them; `holding.ts` waits
 * for the thread; `following.ts` follows turns; `turnControl.ts` stops them.
 *
 * States of a turn of this connection:
 *
 * - `waiting`: for the thread. Another turn runs first, of this connection or not, because the server would join the
 *   two. Interruption leaves nothing behind.
 * - `admitted`: it has the thread, and waits until the connection admits its turn (`session/admission.ts`). Without an
 *   admission it passes through this state at once.
 * - `starting`: the request is in flight, and events of the thread are kept, because they can arrive before the
 *   reply. Left when the reply arrives; an error reply fails the turn. If it is interrupted before the request was
 *   sent, the request is never sent. Otherwise the reply is still awaited, to learn the turn's id, and the thread is
 *   not free until then.
 * - `running`: the turn's events are folded as they arrive. If `run` is interrupted, `turn/interrupt` is sent after
 *   `turn/started` was seen (the server rejects it before), and the end is awaited. The caller waits at most
 *   `stopLimit` for all of this; then it continues in the background.
 * - `ended`: by `turn/completed`, by a limit of the turn, or when the record of its thread is closed. The thread goes
 *   to the next waiting call.
 *
 * A turn belongs to one connection. If the process is started again, a turn that was not sent begins anew on the next
 * connection, in `waiting`. One that was sent ends with the connection.
 */
import * as Effect from "effect/Effect"
import type { Client } from "../../CodexClient.ts"
import type { CodexError } from "../../CodexError.ts"
import type { Failure, TurnResult } from "../../Turn.ts"
import type { FollowedTurn } from "./followedTurn.ts"
import type { Restore } from "./holding.ts"
import * as inputClaim from "./inputClaim.ts"
import * as control from "./turnControl.ts"
import type { Start } from "./turnRequest.ts"
import * as turnStarting from "./turnStarting.ts"

/**
 * Starts a turn and waits for its end. If its input went into another turn, and no model read it there, a new turn
 * gets the input.
 */
export const run = (client: Client, start: Start): Effect.Effect<TurnResult, Failure> =>
  Effect.uninterruptibleMask((restore) => attempt(restore, client, start, maxRestarts))

/**
 * Starts a turn, which keeps running if the caller is interrupted. If its input went into another turn, this fails
 * with `TurnJoined`.
 */
export const start = (client: Client, start: Start): Effect.Effect<FollowedTurn, CodexError> =>
  Effect.uninterruptibleMask((restore) => turnStarting.start(restore, client, start, true, {}))

/** Starts a turn. If the reply shows that another turn took the input, that turn is returned. */
export const startOrJoin = (client: Client, start: Start): Effect.Effect<FollowedTurn, CodexError> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const joined: turnStarting.Joined = {}
      return Effect.catch(turnStarting.start(restore, client, start, true, joined), (error) =>
        joined.turn === undefined ? Effect.fail(error) : Effect.succeed(joined.turn)
      )
    })
  )

// internal

// Each restart requires another turn to start within the same few milliseconds.
const maxRestarts = 3

const attempt = (
  restore: Restore,
  client: Client,
  start: Start,
  left: number,
  joined: turnStarting.Joined = {}
): Effect.Effect<TurnResult, Failure> =>
  // The wait for the end refers to this suspension only, and not to everything that started the turn.
  Effect.catch(
    Effect.suspend(() => wait(restore, client, turnStarting.start(restore, client, start, false, joined))),
    (error) => {
      const { turn } = joined
      // Any error other than `TurnJoined`.
      if (turn === undefined) return Effect.fail(error)
      return Effect.flatMap(restore(turn.ended), () =>
        left === 0 || inputClaim.isRead(start.key, turn.state().items)
          ? Effect.fail(error)
          : attempt(restore, client, start, left - 1)
      )
    }
  )

const wait = (
  restore: Restore,
  client: Client,
  starting: Effect.Effect<FollowedTurn, CodexError>
): Effect.Effect<TurnResult, Failure> =>
  Effect.flatMap(starting, (turn) =>
    Effect.onInterrupt(restore(turn.result), () => control.bounded(client, control.stop(client, turn)))
  )
