/**
 * One timer for the calls of a connection, armed for the earliest deadline: nearly all calls are answered long before
 * theirs, and a fiber for each would cost more than the call. Which calls there are, and what becomes of those that are
 * overdue, is the owner's (`calls.ts`).
 *
 * Idle until the first finite deadline; then armed for the earliest one that it was told of. When that has passed, the
 * owner ends what is overdue and says for when to arm it again; with nothing left it is idle. The scope's end stops it.
 * Time is the `Clock`'s of the connection.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FiberHandle from "effect/FiberHandle"
import type * as Scope from "effect/Scope"
import * as monotonic from "./monotonic.ts"

/** The timer. */
export interface Deadlines {
  /**
   * When a limit that begins now will have passed, in milliseconds of the clock; `Infinity` for none. Arms the timer if
   * need be.
   */
  readonly add: (timeoutMillis: number) => number
}

/**
 * A timer that calls `expire` when a deadline has passed. `expire` ends what is overdue, and gives the earliest
 * deadline that is left.
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
