/**
 * Stores a thread while a turn runs on it: when its input is saved, and after each item. So another machine finds the
 * turn in the record, with what it has done, although this one died in the middle of it.
 *
 * It is also the fence of a thread. The first store after the start of a turn takes the place behind what was stored.
 * If two processes continue one thread, the second gets a `Conflict` there, and stops.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { Codex } from "../../Codex.ts"
import type { Mirror, ThreadStoreError } from "../../ThreadStore.ts"

/** Stores a thread now. Waits for a store that fails, up to a limit. */
export const sync = (
  mirror: Mirror,
  threadId: string,
  timeout: Duration.Duration
): Effect.Effect<void, ThreadStoreError> => {
  const limit = Duration.toMillis(timeout)
  return Effect.retry(mirror.sync(threadId), {
    schedule: Schedule.spaced(RETRY).pipe(Schedule.while(({ elapsed }) => elapsed < limit)),
    while: (error) => error.isRetryable
  })
}

/** Stores a thread whenever something was added to it, until it is interrupted. Fails with `Conflict` only. */
export const follow = Effect.fnUntraced(function* (
  codex: Codex,
  mirror: Mirror,
  threadId: string
): Effect.fn.Return<never, ThreadStoreError> {
  // What happens during one store is stored by the next.
  const changes = yield* Queue.sliding<void>(1)
  const listen = Stream.runForEach(codex.notifications, (notification) => {
    if (notification.method !== "item/started" && notification.method !== "item/completed") return Effect.void
    return notification.params.threadId === threadId ? Queue.offer(changes, undefined) : Effect.void
  })
  const attempt = Effect.catchIf(
    mirror.sync(threadId),
    (error) => error.reason._tag !== "Conflict",
    // The end of the turn stores everything, and reports a store that fails.
    () => Effect.void
  )
  const next = Queue.take(changes)
  const store = Effect.gen(function* () {
    yield* next
    for (;;) {
      yield* attempt
      // The server can report an item before it has saved it, and report nothing else for minutes.
      if (Option.isSome(yield* Effect.timeoutOption(next, SETTLE))) continue
      yield* attempt
      yield* next
    }
  })
  // The end of the connection ends the turn, which reports it.
  return yield* Effect.raceFirst(Effect.andThen(Effect.ignore(listen), Effect.never), store)
})

// internal

const RETRY = Duration.millis(500)

/** How long after an event of the server its files are looked at again. */
const SETTLE = Duration.millis(250)
