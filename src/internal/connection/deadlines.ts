/**
 * One timer for all calls of a connection, armed for the earliest deadline.
 *
 * Nearly all calls are answered long before their deadline, and a fiber for each would cost more than the call. The
 * owner (`calls.ts`) keeps the calls and ends those that are overdue.
 *
 * The timer is idle until the first finite deadline, and is then armed for the earliest one. When that deadline
 * passes, the owner ends the overdue calls and returns the next deadline, or none to leave the timer idle. The end of
 * the scope stops it. Time is that of the connection's `Clock`.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FiberHandle from "effect/FiberHandle"
import type * as Scope from "effect/Scope"
import * as monotonic from "../monotonic.ts"

/** The timer. */
export interface Deadlines {
  /**
   * Returns the deadline of a limit that starts now, in milliseconds of the clock; `Infinity` for no limit. Arms the
   * timer if necessary.
   */
  readonly add: (timeoutMillis: number) => number
}

/**
 * Creates a timer that calls `expire` when a deadline has passed. `expire` ends what is overdue, and returns the
 * earliest remaining deadline.
 */
export const make = Effect.fnUntraced(function* (
  expire: (now: number) => number
): Effect.fn.Return<Deadlines, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const run = yield* FiberHandle.makeRuntime<never, never, void>()
  const now = () => monotonic.millis(clock)
  let armed = Infinity

  const arm = (deadline: number): void => {
    if (deadline >= armed) return
    armed = deadline
    run(watch)
  }
  const watch: Effect.Effect<void> = Effect.suspend(() =>
    Effect.andThen(
      Effect.sleep(Math.max(1, Math.ceil(armed - now()))),
      Effect.sync(() => {
        armed = Infinity
        arm(expire(now()))
      })
    )
  )
  return {
    add: (timeoutMillis) => {
      if (timeoutMillis === Infinity) return Infinity
      const deadline = now() + timeoutMillis
      arm(deadline)
      return deadline
    }
  }
})
