/**
 * One timer for the calls of a connection, armed for the earliest deadline: nearly all calls are answered long before theirs, and a fiber for each
 * would cost more than the call. When it fires, what is overdue fails, and it is armed for what is left. Time is the `Clock`'s of the
 * connection.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberHandle from "effect/FiberHandle"
import { CodexError, RequestTimeout } from "../CodexError.ts"
import * as monotonic from "./monotonic.ts"

/** A call that waits for its reply. */
export interface Call {
  readonly method: string
  readonly settle: (exit: Exit.Exit<unknown, CodexError>) => void
  readonly timeoutMillis: number
  /** In milliseconds of the clock; `Infinity` without a limit. */
  readonly deadline: number
  /** Called with the result that comes after the call was given up. */
  readonly onLateReply: ((result: unknown) => void) | undefined
}

/** The timer for these calls. `abandon` is told of each that is overdue, before the call is. */
export const make = Effect.fnUntraced(function* (pending: ReadonlyMap<number, Call>, abandon: (id: number) => void) {
  const clock = yield* Clock.Clock
  const run = yield* FiberHandle.makeRuntime<never, never, void>()
  const now = () => monotonic.millis(clock)
  let armed = Infinity

  const expire = () => {
    const time = now()
    const overdue: Array<readonly [number, Call]> = []
    armed = Infinity
    for (const entry of pending) {
      if (entry[1].deadline <= time) overdue.push(entry)
      else armed = Math.min(armed, entry[1].deadline)
    }
    // Last, since whoever is told may call again.
    for (const [id, { method, settle, timeoutMillis }] of overdue) {
      abandon(id)
      settle(Exit.fail(new CodexError({ method, reason: new RequestTimeout({ timeoutMillis }) })))
    }
  }
  const watch: Effect.Effect<void> = Effect.suspend(() =>
    armed === Infinity
      ? Effect.void
      : Effect.andThen(
          Effect.sleep(Math.max(1, Math.ceil(armed - now()))),
          Effect.suspend(() => (expire(), watch))
        )
  )
  return {
    add: (timeoutMillis: number): number => {
      if (timeoutMillis === Infinity) return Infinity
      const deadline = now() + timeoutMillis
      if (deadline < armed) {
        armed = deadline
        run(watch)
      }
      return deadline
    }
  }
})
