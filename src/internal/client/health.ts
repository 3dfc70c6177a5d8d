/**
 * The health of a client: whether its process runs, and if not, why. It reports what is known here. A process that
 * lives and answers nothing is only noticed with the heartbeat of `restart`.
 */
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { CodexError } from "../../CodexError.ts"
import type { Changing } from "./changing.ts"

/**
 * The state of the process behind a client.
 *
 * - `Starting`: the first process starts. A layer that is built has left this state.
 * - `Up`: the process runs, since the time `since`. `pid` is `undefined` for a server that this program did not start.
 * - `Restarting`: the process has ended because of `cause`. The next start is at the time `next`, or is under way.
 *   `attempt` counts from 1, and starts again after a process that stayed up.
 * - `Down`: there is no process any more, because of `cause`, and there will be none.
 *
 * @category models
 * @since 0.171.0
 */
export type Health =
  | { readonly _tag: "Starting" }
  | { readonly _tag: "Up"; readonly pid: number | undefined; readonly since: DateTime.Utc; readonly version: string }
  | { readonly _tag: "Restarting"; readonly attempt: number; readonly cause: CodexError; readonly next: DateTime.Utc }
  | { readonly _tag: "Down"; readonly cause: CodexError }

/** What a client tells of its health. */
export interface Told {
  /** The current state of the process. */
  readonly health: Effect.Effect<Health>
  /** The current state, then each later one. Ends after `Down`. */
  readonly healthChanges: Stream.Stream<Health>
  /**
   * Fails with the cause when the state is `Down`, and does not end before.
   *
   * Race a program with it to end the program when its process is gone: `Effect.raceFirst(program, codex.awaitDown)`.
   */
  readonly awaitDown: Effect.Effect<never, CodexError>
}

/** The health that follows from a state. */
export const of = (state: Changing<Health>): Told => {
  const healthChanges = Stream.suspend(() => state.changes)
  return {
    health: Effect.sync(() => state.get()),
    healthChanges,
    awaitDown: Effect.flatMap(
      Stream.runHead(Stream.filter(healthChanges, isDown)),
      Option.match({ onNone: () => Effect.never, onSome: ({ cause }) => Effect.fail(cause) })
    )
  }
}

// internal

const isDown = (health: Health): health is Extract<Health, { readonly _tag: "Down" }> => health._tag === "Down"
