/**
 * Decides when a turn of a connection may start. A connection reads it once, when it is made; by default there is
 * none, and turns start at once. `CodexPool` provides one to limit the turns of several connections.
 *
 * Every turn, review, compaction and goal that is started through a thread asks for admission, after it holds its
 * thread and before its request is sent. A goal asks once for all of its turns. Raw requests (`codex.request`), steers
 * and turns of other clients do not ask.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { CodexError } from "../../CodexError.ts"

/** Admits the turns of a connection. */
export interface Admission {
  /** Asks for admission. Returns immediately, and never throws. */
  readonly ask: (request: Request) => Ticket
}

/** A turn that asks for admission. */
export interface Request {
  /** The method that starts the turn, for errors. */
  readonly method: string
  /** Interrupts the turn on the server, and waits a limited time for its end. */
  readonly stop: Effect.Effect<void>
}

/** The place of a turn, waiting or admitted. */
export interface Ticket {
  /** Waits until the turn is admitted; `undefined` if it is admitted already. Fails if it never will be. */
  readonly admitted: Effect.Effect<void, CodexError> | undefined
  /**
   * Gives the place back: the turn has ended, has not started, or no longer waits. Called once for each ticket, also
   * from the reader loop, so it must not wait or throw.
   */
  readonly leave: () => void
}

/** The admission of connections that are made here. Default: none. */
export const CurrentAdmission = /*#__PURE__*/ Context.Reference<Admission | undefined>("effect-codex/Admission", {
  defaultValue: () => undefined
})
